"""Taking answers: the path on which nothing may be lost. Its cost doesn't grow with the log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.assessment.deadlines import Arrival, arrival
from lms.assessment.errors import AttemptClosed, EventDiffers, MalformedEvent, TooLate
from lms.assessment.log import Rank, digest
from lms.assessment.models import Attempt, AttemptEvent, AttemptItem, EventKind, ItemVersion
from lms.assessment.responses import normalise
from lms.assessment.services.closing import score_again
from lms.assessment.services.incoming import IncomingEvent, read_events
from lms.assessment.services.marks import append_mark, end_of_log
from lms.core.database import db
from lms.core.errors import Invalid
from lms.core.settings import Settings


@dataclass(frozen=True)
class Receipt:
    """What the server vouches for once the transaction is committed."""

    event_id: str
    number: int  # place in the log
    received_at: datetime
    late: bool
    applied: bool  # False: an answer authored later stands; this one is kept in the log


def save_events(
    *, attempt: Attempt, events: Any, received_at: datetime, settings: Settings
) -> list[Receipt]:
    """Append a request's events to the log of ``attempt`` (locked by the caller's read).

    An event sent before gets the receipt it got then. Raises MalformedEvent, EventDiffers,
    AttemptClosed (handed in) or TooLate; then nothing is written.
    """
    incoming = read_events(events, received_at)
    if not incoming:
        return []
    known = _known(attempt, incoming)
    fresh = [event for event in incoming if event.event_id not in known]
    late = {event.event_id: _is_late(attempt, event, received_at, settings) for event in fresh}
    if fresh:
        bodies = _checked_bodies(attempt, fresh)
        rows = _rows(attempt, fresh, bodies, late, received_at)
        known |= {row.event_id: row for row in rows}
        db.session.add_all(rows)
        db.session.flush()
    standing = _standing(attempt, {event.position for event in incoming})
    if any(late.values()) and attempt.closed_at is not None:
        score_again(attempt=attempt, now=received_at)
    return [_receipt(known[event.event_id], standing) for event in incoming]


def _known(attempt: Attempt, incoming: list[IncomingEvent]) -> dict[str, AttemptEvent]:
    rows = db.session.scalars(
        sa.select(AttemptEvent).where(
            AttemptEvent.attempt_id == attempt.id,
            AttemptEvent.event_id.in_([event.event_id for event in incoming]),
        )
    )
    known = {row.event_id: row for row in rows}
    for event in incoming:
        row = known.get(event.event_id)
        if row is not None and not _repeats(event, row):
            raise EventDiffers
    return known


def _repeats(event: IncomingEvent, row: AttemptEvent) -> bool:
    """Tell whether ``event`` is what ``row`` recorded; answers are compared as they were sent."""
    sent = row.body.get("sent", row.body.get("response"))
    mine = event.body.get("response") if event.kind is EventKind.ANSWER else event.body
    theirs = sent if row.kind is EventKind.ANSWER else row.body
    return (event.kind, event.writer, event.sequence, event.position) == (
        row.kind,
        row.writer,
        row.sequence,
        row.position,
    ) and mine == theirs


def _is_late(
    attempt: Attempt, event: IncomingEvent, received_at: datetime, settings: Settings
) -> bool:
    if attempt.submitted_at is not None:
        raise AttemptClosed
    if event.writer > attempt.writer:
        raise MalformedEvent
    arrived = arrival(
        received_at=received_at,
        authored_at=event.authored_at,
        deadline_at=attempt.deadline_at,
        grace_seconds=settings.exam_grace_seconds,
        replay_minutes=settings.exam_replay_minutes,
    )
    if arrived is Arrival.TOO_LATE:
        raise TooLate
    return arrived is Arrival.LATE or attempt.closed_at is not None


def _checked_bodies(attempt: Attempt, fresh: list[IncomingEvent]) -> dict[str, dict[str, Any]]:
    items = {
        position: (kind, content)
        for position, kind, content in db.session.execute(
            sa.select(AttemptItem.position, ItemVersion.kind, ItemVersion.content)
            .join(AttemptItem.item_version)
            .where(
                AttemptItem.attempt_id == attempt.id,
                AttemptItem.position.in_({event.position for event in fresh}),
            )
        )
    }
    bodies = {}
    for event in fresh:
        if event.position not in items:
            raise MalformedEvent
        bodies[event.event_id] = event.body
        if event.kind is EventKind.ANSWER:
            sent = event.body["response"]
            try:
                response = normalise(*items[event.position], sent)
            except Invalid as error:
                raise MalformedEvent from error
            bodies[event.event_id] = {"response": response}
            if response != sent:
                bodies[event.event_id]["sent"] = sent
    return bodies


def _rows(
    attempt: Attempt,
    fresh: list[IncomingEvent],
    bodies: dict[str, dict[str, Any]],
    late: dict[str, bool],
    received_at: datetime,
) -> list[AttemptEvent]:
    number, previous = end_of_log(attempt)
    rows = []
    for event in fresh:
        number += 1
        row = AttemptEvent(
            attempt_id=attempt.id,
            number=number,
            event_id=event.event_id,
            kind=event.kind,
            writer=event.writer,
            sequence=event.sequence,
            position=event.position,
            body=bodies[event.event_id],
            authored_at=event.authored_at,
            received_at=received_at,
            late=late[event.event_id],
            previous_hash=previous,
        )
        row.hash = previous = digest(row)
        rows.append(row)
    return rows


def _standing(attempt: Attempt, positions: set[int]) -> dict[tuple[EventKind, int], Rank]:
    """Return the rank of the event that stands for each kind and position."""
    rows = db.session.execute(
        sa.select(
            AttemptEvent.kind, AttemptEvent.position, AttemptEvent.writer, AttemptEvent.sequence
        )
        .where(AttemptEvent.attempt_id == attempt.id, AttemptEvent.position.in_(positions))
        .order_by(AttemptEvent.writer, AttemptEvent.sequence, AttemptEvent.number)
    )
    return {
        (kind, position): (writer, sequence)
        for kind, position, writer, sequence in rows
        if position is not None
    }


def _receipt(row: AttemptEvent, standing: dict[tuple[EventKind, int], Rank]) -> Receipt:
    assert row.position is not None
    applied = standing[row.kind, row.position] == (row.writer, row.sequence)
    return Receipt(row.event_id, row.number, row.received_at, row.late, applied)


def take_over(*, attempt: Attempt, now: datetime) -> int:
    """Let another tab or machine write: return its lease number, higher than all before.

    What the tab before still sends is kept, and counts unless a question was answered anew.
    """
    if attempt.closed_at is not None:
        raise AttemptClosed
    attempt.writer += 1
    append_mark(attempt, EventKind.TAKEOVER, now)
    return attempt.writer
