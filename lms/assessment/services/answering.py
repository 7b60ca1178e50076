"""Taking answers: the path on which nothing may be lost. Its number of statements is fixed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.assessment.deadlines import Arrival, arrival
from lms.assessment.errors import AttemptClosed, EventDiffers, LogFull, MalformedEvent, TooLate
from lms.assessment.log import Rank, digest
from lms.assessment.models import (
    Attempt,
    AttemptEvent,
    AttemptItem,
    Behaviour,
    EventKind,
    ItemKind,
    ItemVersion,
)
from lms.assessment.responses import normalise
from lms.assessment.services.incoming import IncomingEvent, read_events
from lms.assessment.services.marks import append_mark, end_of_log
from lms.assessment.uploads.queries import check_known
from lms.core.database import db
from lms.core.errors import Invalid, Refusal
from lms.core.settings import Settings

# Far beyond what a person makes in the longest exam; keeps a hostile browser's log finite.
LOG_LIMIT = 20_000

Bodies = dict[str, dict[str, Any]]
# Tells whether an event that isn't in the log yet is late; raises a Refusal if it can't be taken.
Lateness = Callable[[Attempt, IncomingEvent, datetime, Settings], bool]


# The statements of every save, made once: making them anew costs more than running them.
_ATTEMPT = sa.bindparam("attempt", type_=sa.Integer)
_POSITIONS = sa.bindparam("positions", expanding=True, type_=sa.Integer)
KNOWN = sa.select(AttemptEvent).where(
    AttemptEvent.attempt_id == _ATTEMPT,
    AttemptEvent.event_id.in_(sa.bindparam("ids", expanding=True, type_=sa.String)),
)
ASKED = (
    sa.select(AttemptItem.position, ItemVersion.kind, ItemVersion.content)
    .join(AttemptItem.item_version)
    .where(AttemptItem.attempt_id == _ATTEMPT, AttemptItem.position.in_(_POSITIONS))
)
STANDING = (
    sa.select(AttemptEvent.kind, AttemptEvent.position, AttemptEvent.writer, AttemptEvent.sequence)
    .where(AttemptEvent.attempt_id == _ATTEMPT, AttemptEvent.position.in_(_POSITIONS))
    .order_by(AttemptEvent.writer, AttemptEvent.sequence, AttemptEvent.number)
)
APPEND = sa.insert(AttemptEvent.__table__)
WRITTEN = [column.name for column in AttemptEvent.__table__.columns if column.name != "id"]


@dataclass(frozen=True)
class Receipt:
    """What the server vouches for once the transaction is committed."""

    event_id: str
    number: int  # place in the log
    received_at: datetime
    late: bool
    applied: bool  # False: an answer authored later stands; this one is kept in the log


@dataclass
class Saved:
    """What became of a request's events, in the order they were sent."""

    receipts: list[Receipt] = field(default_factory=list)
    refused: dict[str, Refusal] = field(default_factory=dict)  # event id → why
    fresh: list[str] = field(default_factory=list)  # ids of those that weren't in the log before


def save_events(
    *,
    attempt: Attempt,
    events: Any,
    received_at: datetime,
    settings: Settings,
    lateness: Lateness | None = None,
    write: bool = True,
    practising: bool = False,
) -> Saved:
    """Append a request's events to the log of ``attempt`` (locked by the caller's read).

    An event sent before gets the receipt it got then. An event that can't be taken (MalformedEvent,
    EventDiffers, AttemptClosed, TooLate) keeps no other from being taken; when none can be, its
    refusal is raised and nothing is written. Raises LogFull. Without ``write`` it is only told what
    would become of the events. ``lateness`` replaces the rule of what arrives in time.

    In practice and mastery an answer is final once it is told right or wrong: there events come
    from ``practising`` alone, by no other door.
    """
    if attempt.behaviour is not Behaviour.EXAM and events and not practising:
        raise MalformedEvent
    judge = lateness or _is_late
    incoming, senseless = read_events(events, received_at)
    saved = Saved(refused={event_id: MalformedEvent() for event_id in senseless})
    known = _known(attempt, incoming)
    bodies = _bodies(attempt, incoming, saved)
    fresh: dict[str, bool] = {}  # event id → late
    for event in incoming:
        if event.event_id not in bodies:
            continue
        try:
            if event.event_id in known:
                _check_same(event, bodies[event.event_id], known[event.event_id])
            else:
                fresh[event.event_id] = judge(attempt, event, received_at, settings)
        except Refusal as refusal:
            saved.refused[event.event_id] = refusal
    taken = [event for event in incoming if event.event_id not in saved.refused]
    if saved.refused and not taken:
        raise next(iter(saved.refused.values()))
    rows = [event for event in taken if event.event_id in fresh]
    saved.fresh = [event.event_id for event in rows]
    if not write:
        return saved
    known |= _append(attempt, rows, bodies, fresh, received_at)
    standing = _standing(attempt, {event.position for event in taken})
    saved.receipts += [_receipt(known[event.event_id], standing) for event in taken]
    return saved


def _known(attempt: Attempt, incoming: Collection[IncomingEvent]) -> dict[str, AttemptEvent]:
    if not incoming:
        return {}
    ids = [event.event_id for event in incoming]
    rows = db.session.scalars(KNOWN, {"attempt": attempt.id, "ids": ids})
    return {row.event_id: row for row in rows}


def _check_same(event: IncomingEvent, body: dict[str, Any], row: AttemptEvent) -> None:
    """Raise EventDiffers unless ``event`` is what ``row`` recorded."""
    mine = (event.kind, event.writer, event.sequence, event.position, body)
    if mine != (row.kind, row.writer, row.sequence, row.position, row.body):
        raise EventDiffers


def _is_late(
    attempt: Attempt, event: IncomingEvent, received_at: datetime, settings: Settings
) -> bool:
    if attempt.settled_at is not None:
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
    return arrived is Arrival.LATE


def _bodies(attempt: Attempt, incoming: Collection[IncomingEvent], saved: Saved) -> Bodies:
    """Return what the log keeps of each event; those that don't fit their question are refused."""
    positions = {event.position for event in incoming}
    if not positions:
        return {}
    rows = db.session.execute(ASKED, {"attempt": attempt.id, "positions": list(positions)})
    items = {position: (kind, content) for position, kind, content in rows}
    bodies: Bodies = {}
    for event in incoming:
        try:
            if event.position not in items:
                raise MalformedEvent
            bodies[event.event_id] = event.body
            if event.kind is EventKind.ANSWER:
                kind, content = items[event.position]
                response = normalise(kind, content, event.body["response"])
                if kind is ItemKind.FILE:
                    check_known(attempt.id, event.position, response)
                bodies[event.event_id] = {**event.body, "response": response}
        except Invalid:
            bodies.pop(event.event_id, None)
            saved.refused[event.event_id] = MalformedEvent()
    return bodies


def _append(
    attempt: Attempt,
    fresh: Collection[IncomingEvent],
    bodies: Bodies,
    late: dict[str, bool],
    received_at: datetime,
) -> dict[str, AttemptEvent]:
    if not fresh:
        return {}
    number, previous = end_of_log(attempt)
    if number + len(fresh) > LOG_LIMIT:
        raise LogFull
    rows: dict[str, AttemptEvent] = {}
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
        rows[event.event_id] = row
    # One statement on both databases, which adding the objects to the session isn't.
    db.session.execute(
        APPEND, [{name: getattr(row, name) for name in WRITTEN} for row in rows.values()]
    )
    return rows


def _standing(attempt: Attempt, positions: set[int]) -> dict[tuple[EventKind, int], Rank]:
    """Return the rank of the event that stands for each kind and position."""
    if not positions:
        return {}
    rows = db.session.execute(STANDING, {"attempt": attempt.id, "positions": list(positions)})
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
