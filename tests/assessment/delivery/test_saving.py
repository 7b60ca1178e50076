"""Saving by the script: the attempt's own token authorises, a receipt vouches for a commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from lms.assessment.models import ItemKind
from lms.assessment.tokens import attempt_token
from lms.core import clock
from lms.core.database import db
from lms.people.models import AccountSession
from tests.assessment.delivery.candidate import (
    DEADLINE,
    GRACE,
    OVER,
    SETTLED,
    Candidate,
    Moment,
    run_job,
)
from tests.builders.assessment import START, answer_event, flag_event, right_responses, settings

MINUTE = 60_000  # in milliseconds


@pytest.fixture
def sitting(candidate: Candidate) -> Candidate:
    candidate.start()
    return candidate


@contextmanager
def commits_fail() -> Iterator[None]:
    """As when the disk is full."""

    def fail(_session: Session) -> None:
        raise OSError("no space left")

    event.listen(Session, "before_commit", fail)
    try:
        yield
    finally:
        event.remove(Session, "before_commit", fail)


def test_a_receipt_names_the_event_its_place_and_its_arrival(
    sitting: Candidate, moment: Moment
) -> None:
    sent = sitting.choose()
    now = moment.after_start(timedelta(minutes=3))
    reply = sitting.send(sent)
    assert reply == {
        "receipts": [
            {
                "event_id": sent["event_id"],
                "number": 1,
                "received_at": now.isoformat(),
                "late": False,
                "applied": True,
            }
        ],
        "refused": [],
        "server_now": now.isoformat(),
        "deadline_at": (START + DEADLINE).isoformat(),
        "closed": False,
        "writer": 1,
    }
    assert sitting.answers() == {sitting.position(): {"choice": "a"}}


def test_each_reply_tells_time_deadline_and_writer_also_to_a_heartbeat(
    sitting: Candidate, moment: Moment
) -> None:
    token = sitting.token
    now = moment.after_start(timedelta(minutes=1))
    reply = sitting.send(token=token)
    assert (reply["receipts"], reply["refused"]) == ([], [])
    assert reply["server_now"] == now.isoformat()
    assert reply["deadline_at"] == (START + DEADLINE).isoformat()
    sitting.take_over()
    assert sitting.send(token=token)["writer"] == 2


def test_saving_needs_no_sign_in(sitting: Candidate) -> None:
    """``send`` uses a browser that was never signed in."""
    sitting.send(sitting.choose())
    assert len(sitting.log()) == 1


@pytest.mark.parametrize("end", ["expires_at", "ended_at"])
def test_a_sign_in_that_ends_during_the_exam_costs_no_answer(
    sitting: Candidate, moment: Moment, end: str
) -> None:
    token, sent = sitting.token, sitting.choose()
    db.session.execute(sa.update(AccountSession).values({end: moment.now}))
    assert sitting.client.get(sitting.path, status=302).location.startswith("/sign-in")
    sitting.send(sent, token=token)
    sitting.sign_in()
    assert sitting.paper().form_values("#paper")[f"q{sitting.position()}"] == "a"


def test_a_session_alone_saves_nothing(sitting: Candidate) -> None:
    page = sitting.client.post(
        f"{sitting.path}/answers", json={"events": [sitting.choose()]}, status=401
    )
    assert page.json["code"] == "token"
    assert sitting.log() == []


def test_no_other_token_saves_anything(app: Flask, sitting: Candidate) -> None:
    other = Candidate(app)
    other.start()
    sent, token = sitting.choose(), sitting.token
    wrong = ["", "x", token[:-1], token.upper(), token + "0", "é" * 64, other.token]
    replies = [sitting.send(sent, token=one, status=401) for one in wrong]
    assert {reply["code"] for reply in replies} == {"token"}
    assert all("receipts" not in reply and "deadline_at" not in reply for reply in replies)
    assert (sitting.log(), other.log()) == ([], [])


def test_a_token_of_another_secret_or_an_ended_nonce_saves_nothing(sitting: Candidate) -> None:
    sent, token = sitting.choose(), sitting.token
    forged = attempt_token(sitting.attempt, "another-secret")
    sitting.send(sent, token=forged, status=401)
    sitting.attempt.token_nonce = "0" * 32
    sitting.send(sent, token=token, status=401)
    assert sitting.log() == []


def test_an_unknown_attempt_and_a_wrong_token_read_alike(sitting: Candidate) -> None:
    known = sitting.send(sitting.choose(), token="x" * 64, status=401)
    unknown = Candidate.__new__(Candidate)
    unknown.app, unknown.path = sitting.app, f"/attempts/{'0' * 16}"
    assert unknown.send(sitting.choose(), token="x" * 64, status=401) == known


def test_no_receipt_leaves_before_the_commit(sitting: Candidate) -> None:
    sent, token = sitting.choose(), sitting.token
    with commits_fail():
        reply = sitting.app.test_client().post(
            f"{sitting.path}/answers",
            json={"events": [sent]},
            headers={"Authorization": f"Bearer {token}"},
        )
    assert reply.status_code == 500
    assert "receipts" not in reply.get_data(as_text=True)
    db.session.expire_all()
    assert sitting.log() == []
    assert sitting.send(sent, token=token)["receipts"][0]["number"] == 1


def test_the_same_event_again_gets_the_same_receipt(sitting: Candidate, moment: Moment) -> None:
    sent, token = sitting.choose(), sitting.token
    first = sitting.send(sent, token=token)
    moment.after_start(timedelta(minutes=5))
    again = sitting.send({**sent, "authored_ms_ago": 5 * MINUTE}, token=token)
    assert again["receipts"] == first["receipts"]
    assert len(sitting.log()) == 1


def test_the_same_event_gets_its_receipt_even_after_the_exam(
    sitting: Candidate, moment: Moment
) -> None:
    """The reply was lost: whether the attempt is over doesn't matter, the answer is there."""
    sent, token = sitting.choose(), sitting.token
    first = sitting.send(sent, token=token)
    sitting.hand_in()
    moment.after_start(SETTLED)
    again = sitting.send(sent, token=token)
    assert again["receipts"] == first["receipts"]
    assert again["closed"]


def test_an_event_id_used_for_another_body_is_a_conflict(sitting: Candidate) -> None:
    sent = sitting.choose("a")
    sitting.send(sent)
    reply = sitting.send({**sent, "response": {"choice": "b"}}, status=409)
    assert reply["code"] == "event_differs"
    assert sitting.answers() == {sitting.position(): {"choice": "a"}}


def test_an_event_of_another_attempt_is_no_known_event(app: Flask, sitting: Candidate) -> None:
    other = Candidate(app)
    other.start()
    sent = sitting.choose()
    sitting.send(sent)
    reply = other.send({**sent, "position": other.position()})
    assert reply["receipts"][0]["number"] == 1


def test_what_arrives_out_of_order_never_overwrites(sitting: Candidate) -> None:
    later, earlier = sitting.choose("b", sequence=9), sitting.choose("a", sequence=8)
    assert sitting.send(later)["receipts"][0]["applied"]
    assert not sitting.send(earlier)["receipts"][0]["applied"]
    assert sitting.answers() == {sitting.position(): {"choice": "b"}}


def test_a_batch_tells_of_each_event_what_became_of_it(sitting: Candidate) -> None:
    position = sitting.position()
    good, mark = sitting.choose(sequence=2), flag_event(position, flagged=True, sequence=3)
    foreign = answer_event(position, {"choice": "nobody's"}, sequence=1)
    nowhere = answer_event(10, {"choice": "a"}, sequence=4)
    reply = sitting.send(foreign, good, nowhere, mark)
    assert [r["event_id"] for r in reply["receipts"]] == [good["event_id"], mark["event_id"]]
    refused = {r["event_id"]: r["code"] for r in reply["refused"]}
    assert refused == {foreign["event_id"]: "malformed", nowhere["event_id"]: "malformed"}
    assert sitting.answers() == {position: {"choice": "a"}}


def test_a_tab_that_lost_its_lease_is_told_so_and_its_kept_answers_count(
    sitting: Candidate,
) -> None:
    """Its answers were given before the other tab took over, except where that one answered."""
    token, given = sitting.token, right_responses(sitting.attempt)
    first, second = sitting.position(), sitting.position(ItemKind.MULTIPLE_CHOICE)
    sitting.take_over()
    sitting.send(answer_event(first, None, writer=2, sequence=1), token=token)
    reply = sitting.send(
        answer_event(first, given[first], writer=1, sequence=50),
        answer_event(second, given[second], writer=1, sequence=51),
        token=token,
    )
    assert reply["writer"] == 2
    assert [receipt["applied"] for receipt in reply["receipts"]] == [False, True]
    assert sitting.answers() == {first: None, second: given[second]}


def test_a_lease_that_nobody_was_given_is_refused(sitting: Candidate) -> None:
    assert sitting.send(sitting.choose(writer=2), status=422)["code"] == "malformed"
    assert sitting.log() == []


@pytest.mark.parametrize("passed", [DEADLINE, DEADLINE + GRACE])
def test_until_the_end_of_the_grace_an_answer_is_in_time(
    sitting: Candidate, moment: Moment, passed: timedelta
) -> None:
    sent, token = sitting.choose(), sitting.token
    moment.after_start(passed)
    reply = sitting.send(sent, token=token)
    assert (reply["receipts"][0]["late"], reply["closed"]) == (False, False)


def test_an_answer_kept_without_network_is_taken_within_the_window_and_marked(
    sitting: Candidate, moment: Moment
) -> None:
    sent, token = sitting.choose(authored_ms_ago=11 * MINUTE), sitting.token
    moment.after_start(OVER)
    run_job()
    moment.after_start(DEADLINE + timedelta(minutes=10))
    reply = sitting.send(sent, token=token)
    assert (reply["receipts"][0]["late"], reply["closed"]) == (True, True)
    assert sitting.answers() == {sitting.position(): {"choice": "a"}}


@pytest.mark.parametrize(
    ("passed", "ago"),
    [
        (DEADLINE + timedelta(minutes=10), 9 * MINUTE),  # given after the deadline
        (DEADLINE + timedelta(minutes=10), 0),
        (SETTLED, 20 * MINUTE),  # given in time, too late to be taken
    ],
)
def test_a_token_opens_nothing_beyond_its_time(
    sitting: Candidate, moment: Moment, passed: timedelta, ago: int
) -> None:
    sent, token = sitting.choose(authored_ms_ago=ago), sitting.token
    moment.after_start(passed)
    assert sitting.send(sent, token=token, status=409)["code"] == "too_late"
    assert sitting.log() == []
    run_job()
    assert sitting.send(sent, token=token, status=409)["code"] in ("too_late", "closed")


def test_after_handing_in_nothing_is_taken(sitting: Candidate, moment: Moment) -> None:
    sent, token = sitting.choose(authored_ms_ago=MINUTE), sitting.token
    sitting.hand_in()
    moment.after_start(timedelta(seconds=1))
    assert sitting.send(sent, token=token, status=409)["code"] == "closed"
    assert sitting.answers() == {}


def test_the_time_of_an_answer_is_its_arrival_not_the_end_of_its_wait(
    sitting: Candidate, moment: Moment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the grace at the first instruction; then the server is slow for an hour."""
    sent, token = sitting.choose(), sitting.token
    arrived = START + DEADLINE + GRACE
    instants = iter([arrived])

    def slowly() -> datetime:
        return next(instants, arrived + timedelta(hours=1))

    monkeypatch.setattr(clock, "now", slowly)
    receipt = sitting.send(sent, token=token)["receipts"][0]
    assert (receipt["received_at"], receipt["late"]) == (arrived.isoformat(), False)


def test_replies_are_kept_by_no_cache_and_set_no_cookie(sitting: Candidate) -> None:
    reply: Any = sitting.app.test_client().post(
        f"{sitting.path}/answers",
        json={"events": []},
        headers={"Authorization": f"Bearer {sitting.token}"},
    )
    assert reply.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in reply.headers
    assert settings().secret_key not in reply.get_data(as_text=True)
