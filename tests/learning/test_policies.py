"""Pure rules: states, urgency, completion."""

from datetime import UTC, date, datetime, timedelta

import pytest

from lms.learning.policies import (
    SOON_DAYS,
    EnrolmentState,
    PartState,
    Urgency,
    is_complete,
    open_checks,
    percent_done,
    state_of,
    urgency_of,
)

TODAY = date(2026, 3, 2)
AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "urgency"),
    [
        (-1, Urgency.OVERDUE),
        (0, Urgency.SOON),
        (SOON_DAYS, Urgency.SOON),
        (SOON_DAYS + 1, Urgency.LATER),
    ],
)
def test_the_due_date_itself_is_still_in_time(days: int, urgency: Urgency) -> None:
    assert urgency_of(TODAY + timedelta(days=days), TODAY) is urgency


def test_without_a_due_date_nothing_is_urgent() -> None:
    assert urgency_of(None, TODAY) is Urgency.OPEN_ENDED


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, EnrolmentState.ASSIGNED),
        ({"started_at": AT}, EnrolmentState.IN_PROGRESS),
        ({"started_at": AT, "lessons_read": 3}, EnrolmentState.EXAM_NEXT),
        ({"lessons_read": 3, "completed_at": AT}, EnrolmentState.COMPLETED),
        ({"lessons_read": 3, "withdrawn_at": AT}, EnrolmentState.WITHDRAWN),
    ],
)
def test_the_state_follows_from_the_facts(facts: dict, state: EnrolmentState) -> None:
    given = {
        "started_at": None, "completed_at": None, "withdrawn_at": None, "lessons": 3, "lessons_read": 0,
    }  # fmt: skip
    assert state_of(**{**given, **facts}) is state


def test_the_exam_counts_as_one_more_lesson() -> None:
    assert percent_done(lessons=4, lessons_read=4, is_completed=False) == 80
    assert percent_done(lessons=4, lessons_read=3, exams=0, is_completed=False) == 75
    assert percent_done(lessons=0, lessons_read=0, exams=0, is_completed=False) == 0
    assert percent_done(lessons=4, lessons_read=0, is_completed=True) == 100
    assert percent_done(lessons=0, lessons_read=0, is_completed=False) == 0


def test_a_course_is_complete_when_all_that_is_not_optional_is() -> None:
    assert is_complete([PartState(True), PartState(False, is_optional=True), PartState(True)])
    assert not is_complete([PartState(True), PartState(False)])


def test_a_passed_exam_stands_for_all_that_it_comes_after_and_for_nothing_later() -> None:
    exam = PartState(True, covers=True)
    assert is_complete([PartState(False), exam])
    assert not is_complete([PartState(False), exam, PartState(False)])
    assert not is_complete([PartState(False), PartState(True)])


def test_a_course_without_duties_is_never_complete() -> None:
    assert not is_complete([])
    assert not is_complete([PartState(True, is_optional=True)])


def test_open_checks_keep_the_order_of_the_lesson() -> None:
    assert open_checks(["c", "a", "b"], {"a"}) == ["c", "b"]
