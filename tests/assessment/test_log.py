"""The log of an attempt: a state that no order of arrival changes, and a chain that shows meddling."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.log import digest, first_break, fold, genesis
from lms.assessment.models import AttemptEvent, EventKind

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ATTEMPT = "0123456789abcdef"

ANSWERS = st.tuples(
    st.just(EventKind.ANSWER),
    st.integers(1, 3),
    st.none() | st.builds(lambda text: {"text": text}, st.sampled_from("abc")),
)
FLAGS = st.tuples(st.just(EventKind.FLAG), st.integers(1, 3), st.booleans())
RANKS = st.tuples(st.integers(1, 3), st.integers(1, 9))
HISTORIES = st.dictionaries(RANKS, ANSWERS | FLAGS, max_size=12)


def entry(rank: tuple[int, int], said: tuple[EventKind, int, Any], number: int = 1) -> AttemptEvent:
    kind, position, value = said
    name = "response" if kind is EventKind.ANSWER else "flagged"
    return AttemptEvent(
        number=number,
        event_id=str(uuid4()),
        kind=kind,
        writer=rank[0],
        sequence=rank[1],
        position=position,
        body={name: value},
        authored_at=NOW,
        received_at=NOW + timedelta(seconds=number),
        late=False,
    )


def expected(history: dict[tuple[int, int], Any]) -> tuple[dict[int, Any], set[int]]:
    answers, flags = {}, {}
    for _, (kind, position, value) in sorted(history.items()):
        (answers if kind is EventKind.ANSWER else flags)[position] = value
    return answers, {position for position, flagged in flags.items() if flagged}


@given(HISTORIES, st.randoms(use_true_random=False))
def test_the_state_does_not_depend_on_the_order_of_arrival(
    history: dict[Any, Any], random: Any
) -> None:
    ranks = list(history)
    random.shuffle(ranks)
    log = [entry(rank, history[rank], number) for number, rank in enumerate(ranks, start=1)]
    random.shuffle(log)
    state = fold(log)
    answers, flags = expected(history)
    assert (state.answers, state.flags) == (answers, flags)
    assert state.answered == {position for position, value in answers.items() if value is not None}


@given(HISTORIES, HISTORIES)
def test_a_later_lease_wins_over_whatever_the_one_before_still_sends(
    old: dict[Any, Any], new: dict[Any, Any]
) -> None:
    before = [entry((1, sequence), said) for (_, sequence), said in old.items()]
    after = [entry((2, sequence), said) for (_, sequence), said in new.items()]
    state, alone = fold([*before, *after]), fold(after)
    assert all(state.answers[position] == alone.answers[position] for position in alone.answers)


def test_an_answer_that_was_taken_back_stays_taken_back() -> None:
    log = [
        entry((1, 2), (EventKind.ANSWER, 1, None)),
        entry((1, 1), (EventKind.ANSWER, 1, {"text": "a"})),
    ]
    assert fold(log).answered == set()


def test_the_state_remembers_which_answers_came_late() -> None:
    first, second = (entry((1, n), (EventKind.ANSWER, 1, {"text": "a"}), n) for n in (1, 2))
    first.late = True
    assert fold([first]).late == {1}
    assert fold([first, second]).late == set()


def chain(length: int) -> list[AttemptEvent]:
    previous, log = genesis(ATTEMPT), []
    for number in range(1, length + 1):
        row = entry((1, number), (EventKind.ANSWER, 1, {"text": str(number)}), number)
        row.previous_hash = previous
        row.hash = previous = digest(row)
        log.append(row)
    return log


def test_an_untouched_chain_holds() -> None:
    assert first_break(ATTEMPT, []) is None
    assert first_break(ATTEMPT, chain(4)) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("body", {"response": {"text": "better"}}),
        ("position", 2),
        ("sequence", 99),
        ("writer", 2),
        ("kind", EventKind.FLAG),
        ("received_at", NOW),
        ("authored_at", NOW - timedelta(seconds=1)),
        ("late", True),
        ("event_id", "another"),
        ("hash", "0" * 64),
        ("previous_hash", "0" * 64),
        ("number", 7),
    ],
)
def test_a_changed_entry_breaks_the_chain(field: str, value: Any) -> None:
    log = chain(4)
    setattr(log[1], field, value)
    assert first_break(ATTEMPT, log) == 2


def test_a_removed_entry_breaks_the_chain() -> None:
    for number in range(3):
        log = chain(4)
        del log[number]
        assert first_break(ATTEMPT, log) == number + 1


def test_another_attempts_log_does_not_fit() -> None:
    assert first_break("another", chain(2)) == 1
