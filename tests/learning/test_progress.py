"""Progress in lessons and the completion of courses."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.catalog.models import Activity, CourseVersion
from lms.catalog.rendering import Check, render_lesson
from lms.core.database import db
from lms.learning import events, services
from lms.learning.errors import ChecksUnanswered, UnknownChoice
from lms.learning.models import Enrolment, SelfCheckAnswer
from tests.builders.catalog import course_files, make_course
from tests.builders.learning import (
    NOW,
    exam_of,
    lessons_of,
    make_enrolment,
    progress_of,
    read_lessons,
)

CHECK = ("first-words",)


@contextmanager
def heard() -> Iterator[list[dict[str, Any]]]:
    """Collect the completions that the domains above are told of, without their reactions."""
    told: list[dict[str, Any]] = []

    def note(sender: Enrolment, **arguments: Any) -> None:
        told.append({"enrolment": sender.public_id, **arguments})

    receivers = dict(events.enrolment_completed.receivers)
    events.enrolment_completed.receivers.clear()
    events.enrolment_completed.connect(note)
    try:
        yield told
    finally:
        events.enrolment_completed.disconnect(note)
        events.enrolment_completed.receivers.update(receivers)


@pytest.fixture
def version(app: Flask) -> CourseVersion:
    return make_course()


@pytest.fixture
def enrolment(version: CourseVersion) -> Enrolment:
    return make_enrolment(version=version)


@pytest.fixture
def lesson(version: CourseVersion) -> Activity:
    return lessons_of(version)[0]


@pytest.fixture
def check() -> Check:
    body = course_files()["lessons/greeting.en.md"].decode().split("---\n", 2)[2]
    rendered = render_lesson(
        body,
        language="en",
        sources=["own-method"],
        files_url=lambda _: None,
        lesson_url=lambda _: None,
    )
    return rendered.checks[0]


def place(
    enrolment: Enrolment, lesson: Activity, *, at: int = 0, **changed: Any
) -> services.Reading:
    values = {"place": 100, "furthest": 200, "checks": CHECK, **changed}
    moment = NOW + timedelta(seconds=at)
    return services.record_place(
        enrolment=enrolment,
        activity=lesson,
        placed_at=moment,
        now=NOW + timedelta(hours=1),
        **values,
    )


def test_what_was_read_never_goes_back(enrolment: Enrolment, lesson: Activity) -> None:
    place(enrolment, lesson, furthest=700)
    assert place(enrolment, lesson, at=5, furthest=300).furthest == 700


def test_the_place_follows_the_reader_back(enrolment: Enrolment, lesson: Activity) -> None:
    place(enrolment, lesson, place=600)
    assert place(enrolment, lesson, at=5, place=100).place == 100


def test_a_record_that_arrives_late_does_not_move_the_place(
    enrolment: Enrolment, lesson: Activity
) -> None:
    place(enrolment, lesson, at=10, place=600, furthest=700)
    late = place(enrolment, lesson, at=3, place=50, furthest=60)
    assert (late.place, late.furthest) == (600, 700)


def test_a_clock_set_ahead_counts_as_now(enrolment: Enrolment, lesson: Activity) -> None:
    place(enrolment, lesson, at=10**7, place=600)
    stored = progress_of(enrolment, lesson)
    assert stored is not None
    assert stored.placed_at == NOW + timedelta(hours=1)


RECORDS = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=3000),  # seconds
        st.integers(min_value=-5, max_value=1100),
        st.integers(min_value=-5, max_value=1100),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda record: record[0],
)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(records=RECORDS, order=st.randoms(use_true_random=False))
def test_any_order_of_arrival_leads_to_the_same_progress(
    version: CourseVersion, records: list[tuple[int, int, int]], order: Any
) -> None:
    enrolment, lesson = make_enrolment(version=version), lessons_of(version)[1]
    arriving = [*records, *order.sample(records, k=len(records) // 2)]  # some arrive twice
    order.shuffle(arriving)
    furthest = 0
    for at, where, seen in arriving:
        reading = place(enrolment, lesson, at=at, place=where, furthest=seen, checks=("open",))
        assert reading.furthest >= furthest
        furthest = reading.furthest
    stored = progress_of(enrolment, lesson)
    assert stored is not None
    assert stored.furthest == max(min(max(seen, 0), 1000) for _, _, seen in records)
    assert stored.place == min(max(max(records)[1], 0), 1000)
    assert stored.completed_at is None


def test_opening_a_lesson_begins_the_course_once(enrolment: Enrolment, lesson: Activity) -> None:
    services.open_activity(enrolment=enrolment, activity=lesson, now=NOW)
    services.open_activity(enrolment=enrolment, activity=lesson, now=NOW + timedelta(days=1))
    db.session.refresh(enrolment)
    assert enrolment.started_at == NOW


def test_reading_to_the_end_completes_a_lesson_whose_checks_are_answered(
    enrolment: Enrolment, lesson: Activity, check: Check
) -> None:
    assert not place(enrolment, lesson, furthest=1000).completed
    answer(enrolment, lesson, check, ["2"])
    assert place(enrolment, lesson, at=9).completed


def answer(enrolment: Enrolment, lesson: Activity, check: Check, chosen: list[str]) -> bool:
    return services.answer_check(
        enrolment=enrolment, activity=lesson, check=check, chosen=chosen, checks=CHECK, now=NOW
    )


def test_the_last_answer_completes_a_lesson_read_to_its_end(
    enrolment: Enrolment, lesson: Activity, check: Check
) -> None:
    place(enrolment, lesson, furthest=1000)
    answer(enrolment, lesson, check, ["1"])
    stored = progress_of(enrolment, lesson)
    assert stored is not None
    assert stored.completed_at == NOW


def test_each_answer_is_kept_with_whether_it_was_right(
    enrolment: Enrolment, lesson: Activity, check: Check
) -> None:
    assert [answer(enrolment, lesson, check, [key]) for key in ("2", "1")] == [False, True]
    rows = db.session.query(SelfCheckAnswer).order_by(SelfCheckAnswer.id).all()
    assert [(row.chosen, row.right) for row in rows] == [(["2"], False), (["1"], True)]


@pytest.mark.in_turn
@pytest.mark.parametrize("chosen", [[], ["9"], ["1", "x"], [""]])
def test_an_answer_that_names_no_option_is_refused(
    enrolment: Enrolment, lesson: Activity, check: Check, chosen: list[str]
) -> None:
    with pytest.raises(UnknownChoice):
        answer(enrolment, lesson, check, chosen)
    assert progress_of(enrolment, lesson) is None


def test_the_button_completes_a_lesson_only_after_its_checks(
    enrolment: Enrolment, lesson: Activity, check: Check
) -> None:
    with pytest.raises(ChecksUnanswered) as refusal:
        services.mark_read(enrolment=enrolment, activity=lesson, checks=CHECK, now=NOW)
    assert refusal.value.details == {"keys": ["first-words"]}
    answer(enrolment, lesson, check, ["1"])
    services.mark_read(enrolment=enrolment, activity=lesson, checks=CHECK, now=NOW)
    stored = progress_of(enrolment, lesson)
    assert stored is not None
    assert (stored.furthest, stored.completed_at) == (1000, NOW)


def test_the_exam_completes_the_course_and_tells_once(
    enrolment: Enrolment, version: CourseVersion
) -> None:
    read_lessons(enrolment)
    with heard() as told:
        for days in (1, 2):
            services.complete_activity(
                enrolment=enrolment,
                activity=exam_of(version),
                now=NOW + timedelta(days=days),
                basis={"percent": 90},
            )
    assert told == [
        {
            "enrolment": enrolment.public_id,
            "now": NOW + timedelta(days=1),
            "basis": {"percent": 90},
        }
    ]
    assert enrolment.completed_at == NOW + timedelta(days=1)


def test_lessons_alone_do_not_complete_a_course_with_an_exam(
    enrolment: Enrolment, version: CourseVersion
) -> None:
    with heard() as told:
        read_lessons(enrolment)
    db.session.refresh(enrolment)
    assert (told, enrolment.completed_at) == ([], None)


def test_a_withdrawn_enrolment_is_never_completed(
    enrolment: Enrolment, version: CourseVersion
) -> None:
    enrolment.withdrawn_at = NOW
    db.session.flush()
    with heard() as told:
        read_lessons(enrolment)
        services.complete_activity(enrolment=enrolment, activity=exam_of(version), now=NOW)
    db.session.refresh(enrolment)
    assert (told, enrolment.completed_at) == ([], None)


def test_a_receivers_error_undoes_the_completion(
    enrolment: Enrolment, version: CourseVersion
) -> None:
    def refuse(_sender: Enrolment, **_arguments: Any) -> None:
        raise RuntimeError("no certificate")

    db.session.commit()
    with heard():
        events.enrolment_completed.connect(refuse)
        with pytest.raises(RuntimeError):
            services.complete_activity(enrolment=enrolment, activity=exam_of(version), now=NOW)
        events.enrolment_completed.disconnect(refuse)
    db.session.rollback()
    db.session.refresh(enrolment)
    assert enrolment.completed_at is None
