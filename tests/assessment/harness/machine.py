"""Exams under accidents: a line that loses what it carries, tabs that keep a journal, and a judge.

A tab does what the exam's script does: an answer stays in its journal until the server's receipt for
it has arrived. The judge compares what was given and acknowledged with what the database holds.
"""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries
from lms.assessment.log import first_break
from lms.assessment.models import Attempt, EventKind, Score
from lms.assessment.tokens import attempt_token
from lms.core.database import db
from tests.assessment.delivery.candidate import send
from tests.builders.assessment import answer_event, settings

ARRIVES, LOST, REPLY_LOST, TWICE = "arrives", "lost", "reply lost", "twice"
TRIES = 60


@dataclass
class Line:
    """The network between a tab and the server; ``fate`` decides on each request by its number."""

    app: Flask
    fate: Callable[[int], str] = lambda _number: ARRIVES
    requests: int = 0

    def carry(self, path: str, body: str, token: str) -> Any:
        """Return the server's reply; None when the tab hears nothing, or of a failure."""
        self.requests += 1
        fate = self.fate(self.requests)
        if fate == LOST:
            return None
        reply = send(self.app, path, body, token)
        if fate == TWICE:
            reply = send(self.app, path, body, token)
        return reply.json if fate != REPLY_LOST and reply.status == 200 else None


@dataclass
class Tab:
    """A tab at an exam."""

    line: Line
    key: str  # of the attempt
    token: str
    writer: int = 1
    drops_early: bool = False  # a planted fault: the journal forgets before the receipt
    journal: dict[str, dict[str, Any]] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    receipts: dict[str, int] = field(default_factory=dict)  # event id → number in the log
    sequence: int = 0

    def answers(self, choice: str, position: int = 1, **overrides: Any) -> None:
        self.sequence += 1
        event = answer_event(
            position, {"choice": choice}, writer=self.writer, sequence=self.sequence, **overrides
        )
        self.journal[event["event_id"]] = event
        self.given.append(event["event_id"])

    def sends(self) -> None:
        """One request with all that has no receipt."""
        events = list(self.journal.values())
        if self.drops_early:
            self.journal.clear()
        reply = self.line.carry(f"/attempts/{self.key}", json.dumps({"events": events}), self.token)
        for receipt in (reply or {}).get("receipts", ()):
            self.receipts[receipt["event_id"]] = receipt["number"]
            self.journal.pop(receipt["event_id"], None)

    def sends_all(self) -> "Tab":
        for _ in range(TRIES):
            if not self.journal:
                break
            self.sends()
        return self


def tab_of(app: Flask, attempt: Attempt, fate: Callable[[int], str] | None = None) -> Tab:
    """A tab that sits ``attempt``."""
    line = Line(app, fate) if fate else Line(app)
    tab = Tab(line, attempt.public_id, attempt_token(attempt, settings().secret_key))
    db.session.commit()
    return tab


def faults(*tabs: Tab) -> list[str]:
    """What is lost, counted twice or altered of one attempt; nothing when all is well."""
    db.session.rollback()
    key = tabs[0].key
    attempt = db.session.scalars(sa.select(Attempt).filter_by(public_id=key)).one()
    log = queries.events(attempt.id)
    kept = Counter(event.event_id for event in log)
    numbers = {event.event_id: event.number for event in log}
    found = set()
    for tab in tabs:
        if any(numbers.get(one) != number for one, number in tab.receipts.items()):
            found.add("acknowledged and lost")
        if any(one not in kept and one not in tab.journal for one in tab.given):
            found.add("given and forgotten")
    if any(count > 1 for count in kept.values()):
        found.add("kept twice")
    if first_break(key, log) is not None:
        found.add("broken chain")
    if [event.kind for event in log].count(EventKind.SUBMIT) > 1:
        found.add("handed in twice")
    scored = Counter(
        db.session.scalars(sa.select(Score.log_number).where(Score.attempt_id == attempt.id))
    )
    if any(count > 1 for count in scored.values()):
        found.add("scored twice")
    db.session.rollback()
    return sorted(found)
