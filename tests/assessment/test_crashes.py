"""A server killed in the middle of its work: no acknowledged answer is lost, none counts twice."""

import http.client
import json
import threading
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries
from lms.assessment.log import first_break
from lms.assessment.models import Attempt, AttemptEvent, EventKind, ItemKind, Score
from lms.assessment.tokens import attempt_token
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from tests.builders.assessment import (
    answer_all_right,
    answer_event,
    make_attempt,
    make_exam,
    make_item,
    settings,
)
from tests.support.server import LiveServer


class Writer(threading.Thread):
    """Sends one answer after another as the exam's script does: each until it has its receipt."""

    def __init__(self, server: LiveServer, attempt: Attempt) -> None:
        super().__init__(daemon=True)
        self.port, self.key = server.port, attempt.public_id
        self.token = attempt_token(attempt, settings().secret_key)
        self.receipts: dict[str, int] = {}  # event id → number
        self.failures = 0
        self.stopped = threading.Event()

    def run(self) -> None:
        for sequence in range(1, 10**6):
            event = answer_event(1, {"choice": "abcd"[sequence % 4]}, sequence=sequence)
            while event["event_id"] not in self.receipts:
                if self.stopped.is_set():
                    return
                self.send(event)

    def send(self, event: dict[str, Any]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            body = json.dumps({"events": [event]})
            connection.request("POST", f"/attempts/{self.key}/answers", body, headers)
            reply = json.loads(connection.getresponse().read())
            [receipt] = reply["receipts"]
            self.receipts[receipt["event_id"]] = receipt["number"]
        except (OSError, http.client.HTTPException):
            self.failures += 1
            time.sleep(0.05)
        finally:
            connection.close()


def faults(writer: Writer) -> list[str]:
    """What the attempt's log lacks or has twice of what was acknowledged."""
    attempt = db.session.scalars(sa.select(Attempt).filter_by(public_id=writer.key)).one()
    log = queries.events(attempt.id)
    kept = {event.event_id: event.number for event in log}
    found = [f"lost {i}" for i, number in writer.receipts.items() if kept.get(i) != number]
    if len({event.sequence for event in log}) != len(log):
        found.append("doubled")
    if first_break(writer.key, log) is not None:
        found.append("broken chain")
    return found


@pytest.mark.slow
def test_no_acknowledged_answer_is_lost_or_doubled_when_the_server_is_killed(
    live_server: LiveServer, live_app: Flask
) -> None:
    with unit_of_work():
        version = make_exam([make_item(ItemKind.SINGLE_CHOICE)])
        attempts = [make_attempt(version, at=clock.now()) for _ in range(4)]
    writers = [Writer(live_server, attempt) for attempt in attempts]
    for writer in writers:
        writer.start()
    for _ in range(2):
        wait_for(lambda: all(writer.receipts for writer in writers))
        time.sleep(0.4)
        live_server.kill()
        live_server.start()
    before = [len(writer.receipts) for writer in writers]
    wait_for(lambda: all(len(w.receipts) > n for w, n in zip(writers, before, strict=True)))
    for writer in writers:
        writer.stopped.set()
    for writer in writers:
        writer.join(timeout=20)
    assert all(writer.failures for writer in writers), "the server was never away"
    assert [faults(writer) for writer in writers] == [[]] * 4
    # The harness sees a planted loss.
    lost = next(iter(writers[0].receipts))
    with unit_of_work():
        db.session.execute(sa.delete(AttemptEvent).where(AttemptEvent.event_id == lost))
    assert faults(writers[0]) == [f"lost {lost}", "broken chain"]


def wait_for(condition: Any, seconds: float = 40) -> None:
    """Wait until ``condition`` holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


def left_open(ended: datetime) -> Attempt:
    """An attempt, all answered, whose grace ended then; nobody looks at it any more."""
    with unit_of_work():
        started = ended - timedelta(minutes=30, seconds=30)
        attempt = make_attempt(at=started)
        answer_all_right(attempt, at=started)
    return attempt


def closing(attempt: Attempt) -> tuple[bool, list[EventKind], int]:
    """Whether the attempt is closed, the server's own marks in its log, and its scores."""
    with unit_of_work():  # it ends here: the server needs the lock
        row = db.session.get_one(Attempt, attempt.id, populate_existing=True)
        marks = [event.kind for event in queries.events(row.id) if event.position is None]
        scores = sa.select(sa.func.count()).where(Score.attempt_id == row.id)
        return row.closed_at is not None, marks, db.session.scalar(scores) or 0


@pytest.mark.slow
def test_an_attempt_left_open_is_closed_and_scored_without_any_browser(
    live_server: LiveServer, live_app: Flask
) -> None:
    """One ends while the server runs, the other while it is down."""
    running = left_open(clock.now() + timedelta(seconds=1))
    assert closing(running) == (False, [], 0)
    wait_for(lambda: closing(running)[0])
    live_server.kill()
    down = left_open(clock.now() - timedelta(seconds=1))
    time.sleep(0.5)
    assert closing(down) == (False, [], 0)
    live_server.start()
    wait_for(lambda: closing(down)[0])
    for attempt in (running, down):
        assert closing(attempt) == (True, [EventKind.CLOSE], 1)
        score = queries.latest_score(attempt.id)
        assert score is not None
        assert score.passed
