"""What a person lacks, and how soon they could be certified."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from lms.certification.lifecycle.facts import Awarded, Fact, Required, RouteFailed, Suspended
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.terms import Scheme, Terms, Version
from lms.certification.schemes.definitions import EvidenceKind, Part
from lms.certification.staffing.training.steps import (
    Asked,
    Block,
    Sitting,
    StepKind,
    Study,
    Way,
    way_to,
)
from tests.builders.schemes import at

TODAY = date(2026, 3, 2)
COURSE = Part("exam", EvidenceKind.COURSE, {"en": "Course"}, "taught")
HALF_WAY = Part("half", EvidenceKind.EXAM, {"en": "Half-way"}, "taught", "midterm")
VISIT = Part("visit", EvidenceKind.OBSERVATION, {"en": "Observation"})
STUDY = Study("taught", {"en": "Taught"}, minutes=150, exams={"exam": Sitting(3)})


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


def asked(*facts: Fact, parts: tuple[Part, ...] = (COURSE,), **terms: Any) -> Asked:
    keys = tuple(part.key for part in parts)
    values: dict[str, Any] = {"parts": keys, "short_parts": keys[:1], "valid_months": 12, **terms}
    scheme = Scheme((Version(1, date(2020, 1, 1), Terms(**values)),))
    return Asked(History(facts, scheme), {part.key: part for part in parts}, {"en": "Scheme"})


def fact(kind: type[Fact], days: int, **values: Any) -> Any:
    return kind(
        key=f"{kind.__name__}:{days}", effective_on=after(days), recorded_at=at(TODAY), **values
    )


def test_an_hour_of_study_a_day_leads_to_the_date() -> None:
    way = way_to([asked()], {"taught": STUDY}, TODAY)
    assert [step.kind for step in way.steps] == [StepKind.COURSE]
    assert (way.ready_on, way.minutes, way.courses) == (after(3), 150, ("taught",))


@pytest.mark.parametrize(
    ("changes", "kind", "days"),
    [
        ({"is_enrolled": True, "minutes": 61}, StepKind.REST, 2),
        ({"is_enrolled": True, "minutes": 0}, StepKind.EXAM, 1),
        (
            {"is_enrolled": True, "minutes": 0, "exams": {"exam": Sitting(3, after(9))}},
            StepKind.EXAM,
            9,
        ),
        ({"exams": {"exam": Sitting(3, after(2))}}, StepKind.COURSE, 3),
    ],
)
def test_what_is_done_already_counts_and_an_exam_opens_when_it_opens(
    changes: dict[str, Any], kind: StepKind, days: int
) -> None:
    way = way_to([asked()], {"taught": replace(STUDY, **changes)}, TODAY)
    assert (way.steps[0].kind, way.ready_on) == (kind, after(days))


def sitting(*exams: Part, enrolled: bool = True, **known: Sitting) -> Way:
    """The way to a scheme that asks for these parts of a course read to its end."""
    study = replace(STUDY, minutes=0, is_enrolled=enrolled, exams={"exam": Sitting(0), **known})
    return way_to([asked(parts=exams)], {"taught": study}, TODAY)


def test_the_exam_that_is_asked_for_counts_with_its_own_window_attempts_and_waiting() -> None:
    way = sitting(HALF_WAY, midterm=Sitting(1, after(4)))
    assert [(step.kind, step.exam) for step in way.steps] == [
        (StepKind.OTHER_EXAM, {"en": "Half-way"})
    ]
    assert way.ready_on == after(4)
    assert sitting(HALF_WAY, midterm=Sitting(0)).block is Block.ATTEMPTS_USED
    assert sitting(HALF_WAY, midterm=Sitting(1, None, TODAY)).block is Block.EXAM_CLOSED
    assert sitting(HALF_WAY).block is Block.NOT_TAUGHT  # the course has no such exam


def test_two_exams_of_one_course_are_two_steps_with_one_enrolment() -> None:
    way = sitting(HALF_WAY, COURSE, enrolled=False, midterm=Sitting(1), exam=Sitting(1, after(8)))
    assert [step.kind for step in way.steps] == [StepKind.COURSE, StepKind.OTHER_EXAM]
    assert (way.courses, way.ready_on) == (("taught",), after(8))


def test_each_thing_that_others_must_come_to_is_a_day() -> None:
    way = way_to([asked(parts=(COURSE, VISIT), needs_decision=True)], {"taught": STUDY}, TODAY)
    kinds = [step.kind for step in way.steps]
    assert kinds == [StepKind.COURSE, StepKind.OBSERVATION, StepKind.DECISION]
    assert way.ready_on == after(5)


def test_who_held_it_lately_goes_the_short_way() -> None:
    award = fact(Awarded, -370, from_on=after(-370), until_on=after(-5), version=1)
    way = way_to([asked(award, parts=(COURSE, VISIT), short_months=3)], {"taught": STUDY}, TODAY)
    assert way.is_short
    assert [step.kind for step in way.steps] == [StepKind.COURSE]


def test_a_renewal_begins_when_its_window_opens() -> None:
    award = fact(Awarded, -300, from_on=after(-300), until_on=after(30), version=1)
    way = way_to([asked(award, window_days=10, notice_days=5)], {"taught": STUDY}, TODAY)
    assert way.ready_on == after(22)  # study from the 20th day on


def test_one_course_for_two_certifications_is_one_step() -> None:
    way = way_to([asked(), asked()], {"taught": STUDY}, TODAY)
    assert len(way.steps) == 1


@pytest.mark.parametrize(
    ("facts", "studies", "block"),
    [
        ([], {}, Block.NOT_TAUGHT),
        ([], {"taught": replace(STUDY, exams={"exam": Sitting(0)})}, Block.ATTEMPTS_USED),
        (
            [],
            {"taught": replace(STUDY, exams={"exam": Sitting(3, None, after(2))})},
            Block.EXAM_CLOSED,
        ),
        (
            [
                fact(Awarded, -10, from_on=after(-10), until_on=after(300), version=1),
                fact(Suspended, -1),
            ],
            {"taught": STUDY},
            Block.SUSPENDED,
        ),
        (
            [fact(Required, -9), fact(RouteFailed, -1, retry_on=None)],
            {"taught": STUDY},
            Block.HELD_UP,
        ),
    ],
)
def test_where_no_training_helps_there_is_no_date(
    facts: list[Fact], studies: dict[str, Study], block: Block
) -> None:
    way = way_to([asked(*facts)], studies, TODAY)
    assert (way.ready_on, way.block) == (None, block)
