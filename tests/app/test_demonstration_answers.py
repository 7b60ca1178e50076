"""The demonstration's people answer as people do, and two questions of an exam badly on purpose."""

from datetime import timedelta
from random import Random

import pytest
from flask import Flask

from lms.app.demonstration.answers import Temper, wrong_response
from lms.app.demonstration.sittings import Exam, load_exam, sit
from lms.assessment.exam_rules import SectionRule
from lms.assessment.grading.queries import graded_points, waiting
from lms.assessment.kinds.registry import KINDS
from lms.assessment.kinds.values import FileType
from lms.assessment.log import first_break
from lms.assessment.models import Attempt, AttemptEvent, ItemKind
from lms.assessment.queries import events, keys, latest_score, paper
from lms.assessment.responses import normalise
from lms.assessment.rules.tally import scored
from lms.assessment.scoring import GRADED_BY_HAND, credit
from lms.assessment.uploads.checking import is_of
from lms.assessment.uploads.queries import files_of, said_of
from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.core.storage import blobs
from lms.people.models import AccessRole
from lms.reporting.item_analysis.flags import FlagKind
from lms.reporting.question_reports import CourseReport, Selection, course_report
from tests.builders.assessment import START, make_exam, make_item, make_place
from tests.builders.learning import course_of
from tests.builders.people import make_person, make_unit, make_viewer

pytestmark = pytest.mark.in_turn

PEOPLE = 120


@pytest.fixture
def version(app: Flask) -> CourseVersion:
    """Fifteen questions of all kinds; each paper asks twelve of them."""
    kinds = [kind for kind in ItemKind if kind not in GRADED_BY_HAND]
    items = [make_item(kind, key=kind.value.replace("_", "-")) for kind in kinds]
    items += [make_item(ItemKind.SINGLE_CHOICE, key=f"single-{n}") for n in range(8)]
    return make_exam(items, sections=(SectionRule("rules", 12),))


def exam_of(version: CourseVersion) -> Exam:
    exam = load_exam(version.id)
    assert exam is not None
    return exam


def crowd(version: CourseVersion, seed: int = 1) -> list[Attempt]:
    """Many people's sittings: two of three pass."""
    exam, random, unit = exam_of(version), Random(seed), make_unit()
    attempts = []
    for number in range(PEOPLE):
        place = make_place(version, make_person(unit=unit))
        attempt, score = sit(
            exam, place, number=1, started_at=START, passes=number % 3 > 0, random=random
        )
        assert score.passed == (number % 3 > 0)
        attempts.append(attempt)
    db.session.flush()
    return attempts


def report(version: CourseVersion) -> CourseReport:
    return course_report(make_viewer(AccessRole.INSTRUCTOR), course_of(version), Selection())


def test_people_pass_and_fail_as_the_story_asks_and_results_are_credible(
    version: CourseVersion,
) -> None:
    crowd(version)
    found = report(version)
    assert found.reliability is not None
    assert 0.5 < found.reliability.alpha < 0.95
    spread = [q.figures.facility for q in found.questions if q.figures]
    assert min(spread) < 0.6
    assert max(spread) > 0.85


def test_two_questions_are_answered_badly_on_purpose(version: CourseVersion) -> None:
    exam = exam_of(version)
    crowd(version)
    figures = {q.version.id: q for q in report(version).questions}
    tempers = {one.temper: key for key, one in exam.characters.items()}
    mistaken, unclear = figures[tempers[Temper.MISTAKEN]], figures[tempers[Temper.UNCLEAR]]
    assert {FlagKind.NEGATIVE, FlagKind.WRONG_KEY} <= {flag.kind for flag in mistaken.flags}
    assert FlagKind.SLOW in {flag.kind for flag in unclear.flags}
    planted = {mistaken.version.id, unclear.version.id}
    assert not [q for q in figures.values() if q.is_grave and q.version.id not in planted]


def test_the_same_seed_gives_the_same_answers(version: CourseVersion) -> None:
    exam = exam_of(version)
    answers = []
    for _ in range(2):
        random = Random(7)
        place = make_place(version)
        attempt, score = sit(exam, place, number=1, started_at=START, passes=True, random=random)
        db.session.flush()
        answers.append((score.items, [event.body for event in events(attempt.id)]))
    assert answers[0] == answers[1]


def test_the_log_is_a_log_that_holds_and_ends_with_the_sitting(version: CourseVersion) -> None:
    for attempt in crowd(version)[:20]:
        log: list[AttemptEvent] = events(attempt.id)
        assert first_break(attempt.public_id, log) is None
        assert log[-1].received_at == attempt.submitted_at
        times = [event.received_at for event in log]
        assert times == sorted(times)
        assert times[0] > attempt.started_at + timedelta(0)


def test_a_made_up_score_is_what_the_engine_would_give_the_log(version: CourseVersion) -> None:
    rounds = False
    for attempt in crowd(version)[:20]:
        items, score = paper(attempt), latest_score(attempt.id)
        outcome = scored(
            exam=exam_of(version).assessment,
            attempt=attempt,
            items=items,
            keys=keys([item.item_version_id for item in items]),
            events=events(attempt.id),
            graded={},
        )
        columns = outcome.columns()
        assert {name: getattr(score, name) for name in columns} == columns
        rounds |= any(
            float(points) != columns["items"][str(at)] for at, points in outcome.items.items()
        )
    assert rounds, "no answer earned a share that has to be rounded"


def test_right_and_wrong_responses_of_every_kind_fit_and_score_so(version: CourseVersion) -> None:
    exam, random = exam_of(version), Random(3)
    for key, found in exam.versions.items():
        answer = exam.answers[key]
        right = KINDS[found.kind].best(answer)
        assert normalise(found.kind, found.content, right) == right
        assert credit(found.kind, answer, right, "ru") == 1
        for _ in range(30):
            wrong = wrong_response(found, answer, exam.characters[key], random)
            assert normalise(found.kind, found.content, wrong) == wrong
            assert credit(found.kind, answer, wrong, "ru") < 1


@pytest.mark.parametrize("passes", [True, False])
def test_what_is_written_is_graded_as_the_story_asks(app: Flask, passes: bool) -> None:
    version = make_exam([make_item(ItemKind.ESSAY, key="reply-on-the-board")])
    attempt, score = sit(
        exam_of(version),
        make_place(version, make_person()),
        number=1,
        started_at=START,
        passes=passes,
        random=Random(1),
        examiner=make_person(),
    )
    db.session.flush()
    assert (score.passed, score.awaiting) == (passes, 0)
    (answer,) = graded_points([attempt.id])[attempt.id].values()
    assert float(answer) == score.points


def test_without_an_examiner_it_waits_and_nothing_is_passed(app: Flask) -> None:
    version = make_exam([make_item(ItemKind.ESSAY)])
    place = make_place(version, make_person())
    _, score = sit(
        exam_of(version), place, number=1, started_at=START, passes=True, random=Random(1)
    )
    db.session.flush()
    assert (score.passed, score.awaiting) == (False, 1)
    assert [w.count for w in waiting(make_viewer(AccessRole.INSTRUCTOR))] == [1]


def test_a_file_that_was_handed_in_waits_too_and_can_be_downloaded(app: Flask) -> None:
    items = [make_item(kind) for kind in (ItemKind.ESSAY, ItemKind.FILE)]
    version = make_exam(items, sections=(SectionRule("rules", 1),))
    attempt, score = sit(
        exam_of(version),
        make_place(version, make_person()),
        number=1,
        started_at=START,
        passes=True,
        random=Random(1),
        asks=ItemKind.FILE,
    )
    db.session.flush()
    assert score.awaiting == 1
    [file] = files_of(attempt.id, 1)
    assert is_of(FileType.DOCX, blobs().get(file.sha256))
    [answered, _end] = events(attempt.id)
    assert answered.body["response"] == {"files": [said_of(file)]}
