"""The pure rules: what a step means for a person, and how a path stands."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.learning.programmes.policies import (
    SETTLED,
    Decision,
    Known,
    Outcome,
    PathState,
    Post,
    StepState,
    decide,
    due_on,
    held_since,
    is_valid_on,
    path_state,
    step_state,
)

DAY = date(2026, 3, 2)
NOTHING = Known({}, {})
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def test_one_course_is_enrolled_in_and_two_are_chosen_between() -> None:
    assert decide([1], {1}, NOTHING) == Decision(Outcome.ENROL, 1)
    assert decide([1, 2], {1, 2}, NOTHING).outcome is Outcome.CHOOSE


def test_what_is_completed_and_valid_counts_before_what_is_under_way() -> None:
    assert decide([1, 2], {1, 2}, Known({1: 10}, {2: 20})) == Decision(Outcome.COUNT, 2, 20)
    assert decide([1, 2], {1, 2}, Known({1: 10}, {})) == Decision(Outcome.JOIN, 1, 10)


def test_nothing_published_waits() -> None:
    assert decide([1], set(), NOTHING).outcome is Outcome.WAIT
    assert decide([1, 2], set(), NOTHING).outcome is Outcome.WAIT


def test_who_was_withdrawn_is_not_enrolled_again_but_may_choose_anew() -> None:
    withdrawn = Known({}, {}, given=True, withdrawn=True)
    assert decide([1], {1}, withdrawn).outcome is Outcome.GIVEN
    assert decide([1, 2], {1, 2}, withdrawn).outcome is Outcome.CHOOSE


@given(days, days, st.integers(1, 3660))
def test_a_term_never_ends_before_the_post_or_the_step_began(
    begins: date, since: date, term: int
) -> None:
    assert due_on(begins, since, term) - timedelta(days=term) == max(begins, since)


@pytest.mark.parametrize(("day", "valid"), [(DAY, True), (date(2027, 3, 2), True), (date(2027, 3, 3), False)])  # fmt: skip
def test_the_last_valid_day_counts(day: date, valid: bool) -> None:
    assert is_valid_on(day, DAY, 12) is valid
    assert is_valid_on(day, DAY, None)


def test_a_post_is_held_without_a_gap_across_centres() -> None:
    first, second = Post(date(2025, 1, 1), date(2025, 6, 30)), Post(date(2025, 7, 1), None)
    assert held_since([first, second], DAY) == date(2025, 1, 1)
    later = Post(date(2025, 8, 1), None)
    assert held_since([first, later], DAY) == date(2025, 8, 1)


def test_a_post_that_ended_or_has_not_begun_is_not_held() -> None:
    assert held_since([Post(date(2025, 1, 1), date(2025, 6, 30))], DAY) is None
    assert held_since([Post(date(2027, 1, 1), None)], DAY) is None
    assert held_since([], DAY) is None


def state(**facts: object) -> StepState:
    plain = {"is_given": True, "is_choice": False}
    instants = dict.fromkeys(("started_at", "completed_at", "withdrawn_at"))
    return step_state(**{**plain, **instants, **facts})  # type: ignore[arg-type]


def test_a_step_stands_as_its_enrolment_does() -> None:
    assert state() is StepState.AHEAD
    assert state(started_at=AT) is StepState.UNDER_WAY
    assert state(completed_at=AT) is StepState.DONE
    assert state(withdrawn_at=AT) is StepState.EXCUSED
    assert state(is_given=False) is StepState.WAITING
    assert state(is_given=False, is_choice=True) is StepState.CHOOSE
    assert state(withdrawn_at=AT, is_choice=True) is StepState.CHOOSE


@given(st.lists(st.tuples(st.sampled_from(list(StepState)), days), max_size=6), days)
def test_a_path_is_done_exactly_when_nothing_is_left(
    steps: list[tuple[StepState, date]], today: date
) -> None:
    found = path_state(steps, today)
    assert (found is PathState.DONE) == all(one in SETTLED for one, _ in steps)
    late = any(one not in SETTLED and due < today for one, due in steps)
    assert (found is PathState.OVERDUE) == late
