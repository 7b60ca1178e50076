"""Saving answers: nothing is lost, nothing counts twice, nothing older overwrites."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries, services
from lms.assessment.errors import AttemptClosed, EventDiffers, LogFull, MalformedEvent, TooLate
from lms.assessment.log import first_break
from lms.assessment.models import Attempt, AttemptEvent, ItemKind
from lms.assessment.services import answering
from lms.core.database import db
from lms.core.errors import Refusal
from lms.core.unit_of_work import unit_of_work
from tests.builders.assessment import (
    START,
    answer_event,
    flag_event,
    make_attempt,
    make_exam,
    position_of,
    right_responses,
    save,
    save_one,
    settings,
)
from tests.support.statements import counted_statements

DEADLINE = START + timedelta(minutes=30)
GRACE = timedelta(seconds=30)


@pytest.fixture
def attempt(app: Flask) -> Attempt:
    with unit_of_work():
        return make_attempt()


def choice(attempt: Attempt) -> int:
    return position_of(attempt, ItemKind.SINGLE_CHOICE)


def answers(attempt: Attempt) -> dict[int, Any]:
    return queries.state(attempt.id).answers


def log_length(attempt: Attempt) -> int:
    count = sa.select(sa.func.count()).where(AttemptEvent.attempt_id == attempt.id)
    return db.session.scalar(count) or 0


def test_an_answer_of_each_kind_is_saved_as_it_was_given(attempt: Attempt) -> None:
    given = right_responses(attempt)
    events = [answer_event(p, given[p], sequence=p) for p in given]
    with unit_of_work():
        saved = save(attempt, *events)
    assert [receipt.event_id for receipt in saved.receipts] == [e["event_id"] for e in events]
    assert all(receipt.applied and not receipt.late for receipt in saved.receipts)
    assert answers(attempt) == given


def test_the_same_save_sent_twice_counts_once_and_gets_the_same_receipt(attempt: Attempt) -> None:
    event = answer_event(choice(attempt), {"choice": "a"})
    with unit_of_work():
        first = save_one(attempt, event)
    with unit_of_work():
        again = save_one(attempt, {**event, "authored_ms_ago": 900.5}, START + timedelta(seconds=1))
    assert again == first
    assert log_length(attempt) == 1


def test_a_lost_reply_is_made_good_after_the_exam_was_handed_in(attempt: Attempt) -> None:
    event = answer_event(choice(attempt), {"choice": "a"})
    with unit_of_work():
        first = save_one(attempt, event)
        services.submit(attempt=attempt, now=START, settings=settings())
    with unit_of_work():
        again = save_one(attempt, event, DEADLINE + timedelta(days=3))
    assert (again.number, again.event_id) == (first.number, first.event_id)


@pytest.mark.parametrize(
    "change",
    [{"response": {"choice": "b"}}, {"sequence": 2}, {"kind": "flag", "flagged": True}],
)
def test_an_event_id_used_for_something_else_is_refused(
    attempt: Attempt, change: dict[str, Any]
) -> None:
    event = answer_event(choice(attempt), {"choice": "a"})
    with unit_of_work():
        save_one(attempt, event)
    with pytest.raises(EventDiffers) as refusal, unit_of_work():
        save(attempt, {**event, **change})
    assert refusal.value.status == 409
    assert answers(attempt) == {choice(attempt): {"choice": "a"}}


def test_a_save_that_arrives_out_of_order_never_overwrites_a_later_one(attempt: Attempt) -> None:
    position = choice(attempt)
    with unit_of_work():
        save_one(attempt, answer_event(position, {"choice": "b"}, sequence=7))
    with unit_of_work():
        early = save_one(attempt, answer_event(position, {"choice": "a"}, sequence=6))
    assert not early.applied
    assert early.number == 2  # kept in the log all the same
    assert answers(attempt) == {position: {"choice": "b"}}


def test_an_answer_can_be_taken_back(attempt: Attempt) -> None:
    position = choice(attempt)
    with unit_of_work():
        save(
            attempt,
            answer_event(position, {"choice": "a"}, sequence=1),
            answer_event(position, None, sequence=2),
        )
    assert queries.state(attempt.id).answered == set()


def test_marks_are_kept_apart_from_answers(attempt: Attempt) -> None:
    position = choice(attempt)
    with unit_of_work():
        save(
            attempt,
            answer_event(position, {"choice": "a"}, sequence=1),
            flag_event(position, flagged=True, sequence=2),
        )
    state = queries.state(attempt.id)
    assert state.flags == {position}
    assert state.answers == {position: {"choice": "a"}}


def test_a_second_machine_takes_over_and_its_answers_win(attempt: Attempt) -> None:
    given = right_responses(attempt)
    first, second = choice(attempt), position_of(attempt, ItemKind.MULTIPLE_CHOICE)
    with unit_of_work():
        save_one(attempt, answer_event(first, given[first], sequence=50))
        writer = services.take_over(attempt=attempt, now=START)
    assert writer == 2
    with unit_of_work():
        save_one(attempt, answer_event(first, None, writer=2, sequence=1))
        stale = save_one(attempt, answer_event(first, given[first], sequence=51))
        kept = save_one(attempt, answer_event(second, given[second], sequence=52))
    assert (stale.applied, kept.applied) == (False, True)
    assert answers(attempt) == {first: None, second: given[second]}


def test_a_lease_that_was_never_given_is_refused(attempt: Attempt) -> None:
    with pytest.raises(MalformedEvent), unit_of_work():
        save(attempt, answer_event(choice(attempt), {"choice": "a"}, writer=2))


def test_nobody_takes_over_a_closed_attempt(attempt: Attempt) -> None:
    with unit_of_work():
        services.submit(attempt=attempt, now=START, settings=settings())
    with pytest.raises(AttemptClosed), unit_of_work():
        services.take_over(attempt=attempt, now=START)


@pytest.mark.in_turn
@pytest.mark.parametrize("ago", [0, 10**6, -(10**9), 0.5, float("inf")])
def test_within_time_and_grace_no_clock_of_a_browser_costs_an_answer(
    attempt: Attempt, ago: float
) -> None:
    event = answer_event(choice(attempt), {"choice": "a"}, authored_ms_ago=ago)
    with unit_of_work():
        receipt = save_one(attempt, event, DEADLINE + GRACE)
    assert not receipt.late


def test_an_answer_given_in_time_but_kept_by_the_browser_is_taken_and_marked(
    attempt: Attempt,
) -> None:
    received = DEADLINE + timedelta(minutes=10)
    event = answer_event(choice(attempt), {"choice": "a"}, authored_ms_ago=11 * 60 * 1000)
    with unit_of_work():
        receipt = save_one(attempt, event, received)
    assert receipt.late
    assert queries.state(attempt.id).late == {choice(attempt)}


@pytest.mark.parametrize(
    ("minutes", "ago"), [(10, 9 * 60 * 1000), (15.1, 20 * 60 * 1000), (0.6, 0)]
)
def test_an_answer_after_its_time_is_refused_and_nothing_is_written(
    attempt: Attempt, minutes: float, ago: int
) -> None:
    event = answer_event(choice(attempt), {"choice": "a"}, authored_ms_ago=ago)
    with pytest.raises(TooLate), unit_of_work():
        save(attempt, event, at=DEADLINE + timedelta(minutes=minutes))
    assert log_length(attempt) == 0


def test_nothing_is_taken_once_the_exam_is_handed_in(attempt: Attempt) -> None:
    with unit_of_work():
        services.submit(attempt=attempt, now=START, settings=settings())
    event = answer_event(choice(attempt), {"choice": "a"}, authored_ms_ago=60_000)
    with pytest.raises(AttemptClosed), unit_of_work():
        save(attempt, event, at=START + timedelta(seconds=1))


def test_a_bad_event_keeps_no_other_from_being_saved(attempt: Attempt) -> None:
    position = choice(attempt)
    good = answer_event(position, {"choice": "a"}, sequence=1, authored_ms_ago=700_000)
    late = answer_event(position, {"choice": "b"}, sequence=2)
    foreign = answer_event(position, {"choice": "nobody's"}, sequence=3)
    nowhere = answer_event(99, {"choice": "a"}, sequence=4)
    senseless = answer_event(position, {"choice": "c"}, sequence=0)
    with unit_of_work():
        saved = save(
            attempt, senseless, late, foreign, good, nowhere, at=DEADLINE + timedelta(minutes=5)
        )
    assert [receipt.event_id for receipt in saved.receipts] == [good["event_id"]]
    codes = {event_id: refusal.details["code"] for event_id, refusal in saved.refused.items()}
    assert codes == {
        senseless["event_id"]: "malformed",
        late["event_id"]: "too_late",
        foreign["event_id"]: "malformed",
        nowhere["event_id"]: "malformed",
    }
    assert log_length(attempt) == 1


BROKEN: list[Any] = [
    None,
    "events",
    {"events": []},
    [1],
    [None],
    [{}],
    [{"event_id": "not-a-uuid"}],
    [{"event_id": 7}],
    [answer_event(1, None) for _ in range(101)],
]


@pytest.mark.in_turn
@pytest.mark.parametrize("events", BROKEN)
def test_what_is_no_list_of_events_is_refused(attempt: Attempt, events: Any) -> None:
    with pytest.raises(MalformedEvent), unit_of_work():
        services.save_events(attempt=attempt, events=events, received_at=START, settings=settings())


def test_two_events_of_one_id_are_refused(attempt: Attempt) -> None:
    event = answer_event(choice(attempt), {"choice": "a"})
    with pytest.raises(MalformedEvent), unit_of_work():
        save(attempt, event, event)


@pytest.mark.in_turn
@pytest.mark.parametrize(
    "change",
    [
        {"kind": "submit"},
        {"kind": ["answer"]},
        {"kind": "close"},
        {"writer": 0},
        {"writer": "1"},
        {"sequence": True},
        {"sequence": 10**9},
        {"position": -1},
        {"position": 1.0},
        {"authored_ms_ago": "soon"},
        {"authored_ms_ago": None},
        {"authored_ms_ago": float("nan")},
        {"authored_ms_ago": True},
        {"kind": "flag", "flagged": "yes"},
        {"kind": "flag"},
    ],
)
def test_a_senseless_event_is_refused(attempt: Attempt, change: dict[str, Any]) -> None:
    event = {**answer_event(choice(attempt), {"choice": "a"}), **change}
    with pytest.raises(MalformedEvent), unit_of_work():
        save(attempt, event)
    assert log_length(attempt) == 0


def test_an_age_beyond_all_numbers_is_cut(attempt: Attempt) -> None:
    event = answer_event(choice(attempt), {"choice": "a"}, authored_ms_ago=10**400)
    with unit_of_work():
        assert save_one(attempt, event).applied


def test_a_flood_of_changes_ends(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "LOG_LIMIT", 3)
    position = choice(attempt)
    with unit_of_work():
        save(attempt, *(answer_event(position, {"choice": "a"}, sequence=n) for n in (1, 2, 3)))
    with pytest.raises(LogFull), unit_of_work():
        save(attempt, answer_event(position, {"choice": "a"}, sequence=4))


def test_a_heartbeat_writes_nothing(attempt: Attempt) -> None:
    with unit_of_work(), counted_statements() as statements:
        assert save(attempt).receipts == []
    assert len(statements) == 1


def test_the_log_is_chained_and_shows_meddling(attempt: Attempt) -> None:
    position = choice(attempt)
    with unit_of_work():
        for sequence in (1, 2, 3):
            save(attempt, answer_event(position, {"choice": "a"}, sequence=sequence))
        services.take_over(attempt=attempt, now=START)
    db.session.expire_all()
    assert first_break(attempt.public_id, queries.events(attempt.id)) is None
    with unit_of_work():
        db.session.execute(
            sa.update(AttemptEvent)
            .where(AttemptEvent.attempt_id == attempt.id, AttemptEvent.number == 2)
            .values(body={"response": {"choice": "b"}})
        )
    db.session.expire_all()
    assert first_break(attempt.public_id, queries.events(attempt.id)) is not None


def test_saving_costs_three_statements_however_long_the_log_and_the_batch(app: Flask) -> None:
    with unit_of_work():
        attempt = make_attempt(make_exam(minutes=60))
    given = right_responses(attempt)

    def cost(events: list[dict[str, Any]]) -> int:
        with unit_of_work(), counted_statements() as statements:
            save(attempt, *events)
        return len(statements)

    one = cost([answer_event(1, given[1], sequence=1)])
    for start in range(10, 410, 100):
        cost([answer_event(1, given[1], sequence=n) for n in range(start, start + 100)])
    later = cost([answer_event(1, given[1], sequence=1000)])
    many = cost([answer_event(p, given[p], sequence=2000 + p) for p in given])
    assert (one, later, many) == (3, 3, 3)


def test_a_refusal_of_everything_keeps_the_first_reason(attempt: Attempt) -> None:
    with pytest.raises(Refusal) as refusal, unit_of_work():
        save(
            attempt,
            answer_event(choice(attempt), {"choice": "a"}),
            answer_event(choice(attempt), {"choice": "a"}, event_id=str(uuid4()), writer=9),
            at=DEADLINE + timedelta(hours=1),
        )
    assert refusal.value.status in (409, 422)
