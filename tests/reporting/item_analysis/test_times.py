"""The time on a question is what the log holds, and no more."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.reporting.item_analysis.times import Recorded, seconds_by_position

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(seconds: float, position: int, *, mark: bool = False) -> Recorded:
    return (START + timedelta(seconds=seconds), str(position), not mark)


def seconds_of(log: list[Recorded]) -> dict[int, float]:
    return {int(position): spent for position, spent in seconds_by_position(START, log).items()}


def test_each_answer_has_the_time_since_the_last_thing_recorded() -> None:
    log = [at(30, 1), at(50, 2), at(55, 3, mark=True), at(70, 3)]
    assert seconds_of(log) == {1: 30, 2: 20, 3: 15}


def test_a_changed_answer_adds_its_time() -> None:
    assert seconds_of([at(30, 1), at(40, 2), at(100, 1)]) == {1: 90, 2: 10}


def test_answers_of_one_instant_have_no_time() -> None:
    """The plain form sends a whole paper at once: nothing tells its questions apart."""
    log = [at(10, 4), at(600, 1), at(600, 2), at(600, 3), at(650, 3), at(660, 5)]
    assert seconds_of(log) == {4: 10, 5: 10}


def test_the_same_answer_sent_twice_at_one_instant_still_has_a_time() -> None:
    assert seconds_of([at(30, 1), at(30, 1)]) == {1: 30}


def test_a_clock_before_the_start_counts_as_the_start() -> None:
    assert seconds_of([at(-50, 1), at(20, 2)]) == {1: 0, 2: 20}


def test_an_empty_log_has_no_times() -> None:
    assert seconds_of([]) == {}


events = st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 5), st.booleans()), max_size=20)


@given(events, st.randoms(use_true_random=False))
def test_times_are_never_negative_nor_longer_than_the_sitting(
    drawn: list[tuple[int, int, bool]], random: object
) -> None:
    log = [at(seconds, position, mark=mark) for seconds, position, mark in drawn]
    found = seconds_of(log)
    assert all(seconds >= 0 for seconds in found.values())
    assert sum(found.values()) <= max((seconds for seconds, *_ in drawn), default=0)
    mixed = random.sample(log, len(log))  # type: ignore[attr-defined]
    assert seconds_of(mixed) == found
