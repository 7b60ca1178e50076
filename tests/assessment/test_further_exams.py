"""A course with several exams: each has its own attempts, allowances, codes, window and pass."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from lms.assessment import services
from lms.assessment.authoring.statistics import exam_figures
from lms.assessment.delivery.overviews import overview_for
from lms.assessment.errors import LessonsUnread, NoAttemptsLeft, OtherAttemptOpen, WrongCode
from lms.assessment.models import Attempt, ItemKind, PoolEntry
from lms.assessment.queries import attempt_for, exam_overview
from lms.assessment.rules import codes, granting
from lms.assessment.rules.models import AllowanceKind
from lms.audit.models import AuditEntry
from lms.catalog.models import Course, CourseVersion
from lms.certification.models import Certificate
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import Enrolment
from lms.people.models import AccessRole, Person
from tests.builders.assessment import (
    START,
    answer_all_right,
    answer_event,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    read_lessons,
    right_responses,
    save,
    settings,
)
from tests.builders.people import make_person, make_viewer

HOUR = timedelta(hours=1)


def two_exams(lessons: int = 0, final_after: Sequence[str] = (), **midterm: Any) -> CourseVersion:
    return make_exam(
        [make_item(ItemKind.SINGLE_CHOICE)],
        lessons=lessons,
        further={"midterm": midterm},
        final_after=final_after,
    )


def sit(
    enrolment: Enrolment, exam: str, hours: float = 0, *, right: bool = True
) -> tuple[Attempt, float]:
    """Start, answer and hand in; the attempt and its percentage."""
    attempt = make_attempt(enrolment=enrolment, at=START + hours * HOUR, exam=exam)
    if right:
        answer_all_right(attempt)
    score = services.submit(attempt=attempt, now=attempt.started_at, settings=settings())
    return attempt, score.percent


def test_attempts_are_numbered_and_counted_for_each_exam(app: Flask) -> None:
    with unit_of_work():
        place = make_place(two_exams(attempts=1))
        failed, _ = sit(place, "midterm", right=False)
        with pytest.raises(NoAttemptsLeft):
            make_attempt(enrolment=place, at=START + HOUR, exam="midterm")
        midterm = exam_overview(place, START, "midterm")
        final = exam_overview(place, START)
    assert (failed.number, failed.exam_key) == (1, "midterm")
    assert midterm is not None
    assert (midterm.attempts_left, midterm.attempts) == (0, [failed])
    assert final is not None
    assert (final.attempts_left, final.attempts) == (3, [])


def test_the_final_exam_waits_for_the_pass_of_the_one_before_it(app: Flask) -> None:
    with unit_of_work():
        place = make_place(two_exams())
        sit(place, "midterm", right=False)
        with pytest.raises(LessonsUnread):
            make_attempt(enrolment=place, at=START)
        sit(place, "midterm")
        assert place.completed_at is None
        final, _ = sit(place, "exam")
        db.session.refresh(place)
    assert final.number == 1
    assert place.completed_at == START


def test_the_certificate_tells_the_score_of_the_final_exam_whichever_was_passed_last(
    app: Flask,
) -> None:
    items = [make_item(ItemKind.SINGLE_CHOICE) for _ in range(2)]
    with unit_of_work():
        version = make_exam(
            items, lessons=1, pass_percent=50, further={"last": {}}, final_after=["lesson-1"]
        )
        place = make_place(version)
        read_lessons(place)
        final = make_attempt(enrolment=place)
        save(final, answer_event(1, right_responses(final)[1]))
        services.submit(attempt=final, now=START, settings=settings())
        assert place.completed_at is None
        _, percent = sit(place, "last")
        snapshot = db.session.scalars(sa.select(Certificate.snapshot)).one()
    assert (percent, snapshot["percent"]) == (100, 50)


def test_a_second_exam_does_not_begin_while_another_goes_on(app: Flask) -> None:
    with unit_of_work():
        place = make_place(two_exams())
        sit(place, "midterm")
        running = make_attempt(enrolment=place)
        with pytest.raises(OtherAttemptOpen):
            make_attempt(enrolment=place, at=START, exam="midterm")
        assert make_attempt(enrolment=place, at=START).id == running.id
    scored = sa.select(AuditEntry.details).where(AuditEntry.action == "assessment.scored")
    assert db.session.scalars(scored).one()["exam"] == "midterm"


def test_an_exam_whose_time_is_over_gives_way_and_still_takes_late_answers(app: Flask) -> None:
    with unit_of_work():
        place = make_place(two_exams(final_after=["lesson-1"], lessons=1))
        read_lessons(place)
        left = make_attempt(enrolment=place, exam="midterm")
        over = left.deadline_at + timedelta(minutes=2)
        make_attempt(enrolment=place, at=over)
        db.session.refresh(left)
    assert left.closed_at == over
    assert left.settled_at is None


def test_the_database_refuses_a_number_twice(app: Flask) -> None:
    with unit_of_work():
        attempt, _ = sit(make_place(two_exams()), "midterm")
    columns = {column.key for column in sa.inspect(Attempt).column_attrs} - {"id"}
    copied = {key: getattr(attempt, key) for key in columns} | {"public_id": public_id()}
    with unit_of_work():
        db.session.execute(sa.insert(Attempt).values({**copied, "exam_key": "exam"}))
    with pytest.raises(IntegrityError), unit_of_work():
        db.session.execute(sa.insert(Attempt).values({**copied, "public_id": public_id()}))


def test_an_allowance_holds_for_its_own_exam(app: Flask) -> None:
    with unit_of_work():
        place, examiner = make_place(two_exams(minutes=10)), make_person()
        granting.grant_allowance(
            enrolment=place,
            exam_key="midterm",
            kind=AllowanceKind.MINUTES,
            amount=5,
            reason="reads slowly",
            key=public_id(),
            actor=examiner,
            now=START,
            settings=settings(),
        )
        midterm = make_attempt(enrolment=place, at=START, exam="midterm")
        final = exam_overview(place, START)
    assert midterm.deadline_at == START + timedelta(minutes=15)
    assert final is not None
    assert final.minutes_allowed == 30


def test_a_release_code_opens_its_own_exam_alone(app: Flask) -> None:
    with unit_of_work():
        place, author = make_place(two_exams()), make_person()
        course = db.session.get_one(Course, place.course_id)
        codes.make_code(
            course=course,
            exam_key="midterm",
            code="open sesame",
            hours=2,
            scope=frozenset({"/network/"}),
            actor=author,
            now=START,
            secret="s",
        )
        typed = {"enrolment": place, "code": "open sesame", "now": START, "secret": "s"}
        codes.check_code(exam_key="midterm", **typed)
        with pytest.raises(WrongCode):
            codes.check_code(exam_key="exam", **typed)


def test_each_exam_has_the_bank_pinned_and_figures_of_its_own(app: Flask) -> None:
    with unit_of_work():
        version = two_exams()
        sit(make_place(version), "midterm", right=False)
        sit(make_place(version), "midterm")
        viewer = make_viewer(AccessRole.INSTRUCTOR)
        course = db.session.get_one(Course, version.course_id)
        midterm = exam_figures(viewer, course, "midterm")
        assert exam_figures(viewer, course) is None
    assert midterm is not None
    assert (midterm.attempts, midterm.passed) == (2, 1)
    pinned = sa.select(sa.func.count(sa.distinct(PoolEntry.assessment_id)))
    assert db.session.scalar(pinned) == 2


def test_the_result_of_an_exam_that_a_newer_version_lacks_is_still_told(app: Flask) -> None:
    with unit_of_work():
        place = make_place(two_exams())
        sat, _ = sit(place, "midterm")
        place.version_id = make_exam([make_item(ItemKind.SINGLE_CHOICE)]).id
        db.session.flush()
        attempt = attempt_for(db.session.get_one(Person, sat.candidate_id), sat.public_id)
        assert attempt is not None
        overview = overview_for(attempt, START)
    assert overview.locked_reason == "gone"
    assert overview.result is not None
    assert overview.result.passed
