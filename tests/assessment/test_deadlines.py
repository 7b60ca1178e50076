"""The deadline and what still counts after it, as functions of instants."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.deadlines import Arrival, MoreTime, arrival, deadline, ends_at, settles_at

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTES = st.integers(1, 480)
GRACE = st.integers(0, 600)
REPLAY = st.integers(0, 240)
OFFSET = st.timedeltas(timedelta(hours=-20), timedelta(hours=20))


@given(MINUTES, st.integers(0, 120))
def test_extra_minutes_move_the_deadline_by_themselves(minutes: int, extra: int) -> None:
    assert deadline(START, minutes, [MoreTime(START, minutes=extra)]) == deadline(
        START, minutes
    ) + timedelta(minutes=extra)
    assert deadline(START, minutes) > START


@given(GRACE, REPLAY)
def test_nothing_is_settled_before_it_is_closed(grace: int, replay: int) -> None:
    assert settles_at(START, grace, replay) >= ends_at(START, grace) >= START


@given(OFFSET, OFFSET, GRACE, REPLAY)
def test_an_arrival_counts_by_its_time_and_by_when_it_was_given(
    received: timedelta, authored: timedelta, grace: int, replay: int
) -> None:
    kind = arrival(
        received_at=START + received,
        authored_at=START + authored,
        deadline_at=START,
        grace_seconds=grace,
        replay_minutes=replay,
    )
    in_time = received <= timedelta(seconds=grace)
    in_window = received <= timedelta(minutes=replay) and authored <= timedelta(0)
    expected = Arrival.IN_TIME if in_time else Arrival.LATE if in_window else Arrival.TOO_LATE
    assert kind is expected


@given(OFFSET, OFFSET, GRACE, REPLAY, st.timedeltas(timedelta(0), timedelta(hours=5)))
def test_an_earlier_arrival_never_counts_less(
    received: timedelta, authored: timedelta, grace: int, replay: int, earlier: timedelta
) -> None:
    def rank(instant: datetime) -> int:
        kind = arrival(
            received_at=instant,
            authored_at=START + authored,
            deadline_at=START,
            grace_seconds=grace,
            replay_minutes=replay,
        )
        return [Arrival.TOO_LATE, Arrival.LATE, Arrival.IN_TIME].index(kind)

    assert rank(START + received - earlier) >= rank(START + received)


@given(OFFSET, GRACE, REPLAY)
def test_once_settled_everything_is_too_late(after: timedelta, grace: int, replay: int) -> None:
    received = settles_at(START, grace, replay) + abs(after) + timedelta(microseconds=1)
    kind = arrival(
        received_at=received,
        authored_at=START - timedelta(hours=1),
        deadline_at=START,
        grace_seconds=grace,
        replay_minutes=replay,
    )
    assert kind is Arrival.TOO_LATE


def test_an_answer_without_a_time_of_its_own_is_not_replayed() -> None:
    kind = arrival(
        received_at=START + timedelta(minutes=1),
        authored_at=None,
        deadline_at=START,
        grace_seconds=30,
        replay_minutes=15,
    )
    assert kind is Arrival.TOO_LATE
