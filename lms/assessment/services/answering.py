"""Taking answers: the path on which nothing may be lost. Its number of statements is fixed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.assessment.deadlines import Arrival, arrival
from lms.assessment.errors import AttemptClosed, EventDiffers, LogFull, MalformedEvent, TooLate
from lms.assessment.log import Entry, Rank, genesis, sealed
from lms.assessment.models import (
    Attempt,
    AttemptEvent,
    Behaviour,
    EventKind,
    ItemKind,
)
from lms.assessment.responses import normalise
from lms.assessment.services.incoming import IncomingEvent, read_events
from lms.assessment.services.marks import APPEND, append_mark
from lms.assessment.sitting import asked
from lms.assessment.uploads.queries import check_known
from lms.core.database import execute
from lms.core.errors import Invalid, Refusal
from lms.core.settings import Settings

# Far beyond what a person makes in the longest exam; keeps a hostile browser's log finite.
LOG_LIMIT = 20_000

Bodies = dict[str, dict[str, Any]]
# Tells whether an event that isn't in the log yet is late; raises a Refusal if it can't be taken.
Lateness = Callable[[Attempt, IncomingEvent, datetime, Settings], bool]


_OTHER = aliased(AttemptEvent)
_ATTEMPT = sa.bindparam("attempt", type_=sa.Integer)


def _logged(sent: sa.ColumnElement[bool], asked_about: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select what the log has of the questions and of the events that are sent, and its last entry.

    What was answered is read of those that were sent before alone: essays are long and saved often.
    """
    last = sa.select(sa.func.max(_OTHER.number)).where(_OTHER.attempt_id == _ATTEMPT)
    event = AttemptEvent
    return sa.select(
        *(event.number, event.event_id, event.kind, event.writer, event.sequence, event.position),
        *(event.received_at, event.late, event.hash, sa.case((sent, event.body)).label("body")),
    ).where(
        event.attempt_id == _ATTEMPT,
        sa.or_(sent, asked_about, event.number == last.scalar_subquery()),
    )


# Made once: making them anew costs more than running them. Nearly every save sends one event, and a
# list in a statement is written out again each time.
LOGGED_OF_ONE = _logged(
    AttemptEvent.event_id == sa.bindparam("ids", type_=sa.String),
    AttemptEvent.position == sa.bindparam("positions", type_=sa.Integer),
)
LOGGED = _logged(
    AttemptEvent.event_id.in_(sa.bindparam("ids", expanding=True, type_=sa.String)),
    AttemptEvent.position.in_(sa.bindparam("positions", expanding=True, type_=sa.Integer)),
)


@dataclass(frozen=True)
class Receipt:
    """What the server vouches for once the transaction is committed."""

    event_id: str
    number: int  # place in the log
    received_at: datetime
    late: bool
    applied: bool  # False: an answer authored later stands; this one is kept in the log


@dataclass
class Log:
    """An attempt's log as far as a request needs it: its end, and the questions it is about."""

    number: int  # of the last entry
    hash: str
    known: dict[str, Any] = field(default_factory=dict)  # event id → its entry
    standing: dict[tuple[EventKind, int], Rank] = field(default_factory=dict)  # what counts

    def note(self, entry: Any, seal: str, *, is_asked: bool = True) -> None:
        """Take an entry in, whatever its order; ``is_asked``: a receipt may be asked for it."""
        if is_asked:
            self.known[entry.event_id] = entry
        if entry.number > self.number:
            self.number, self.hash = entry.number, seal
        if entry.position is not None:
            place, rank = (entry.kind, entry.position), (entry.writer, entry.sequence)
            self.standing[place] = max(rank, self.standing.get(place, rank))

    def receipt(self, event_id: str) -> Receipt:
        """Return the receipt of an entry that was taken in."""
        entry = self.known[event_id]
        applied = self.standing[entry.kind, entry.position] == (entry.writer, entry.sequence)
        return Receipt(event_id, entry.number, entry.received_at, entry.late, applied)


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
    log = _log(attempt, incoming)
    bodies = _bodies(attempt, incoming, saved)
    fresh: dict[str, bool] = {}  # event id → late
    for event in incoming:
        if event.event_id not in bodies:
            continue
        try:
            if event.event_id in log.known:
                _check_same(event, bodies[event.event_id], log.known[event.event_id])
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
    _append(attempt, log, rows, bodies, fresh, received_at)
    saved.receipts += [log.receipt(event.event_id) for event in taken]
    return saved


def _log(attempt: Attempt, incoming: Collection[IncomingEvent]) -> Log:
    """Return what the log has of the events and of their questions; one statement."""
    log = Log(0, genesis(attempt.public_id))
    if not incoming:
        return log
    ids = {event.event_id for event in incoming}
    rows = execute(*_question(attempt.id, [*ids], [*{event.position for event in incoming}]))
    for row in rows:
        log.note(row, row.hash, is_asked=row.event_id in ids)
    return log


def _question(attempt_id: int, ids: list[str], positions: list[int]) -> tuple[sa.Select[Any], Any]:
    """Return the statement that reads the log, and its values."""
    if len(ids) == len(positions) == 1:
        return LOGGED_OF_ONE, {"attempt": attempt_id, "ids": ids[0], "positions": positions[0]}
    return LOGGED, {"attempt": attempt_id, "ids": ids, "positions": positions}


def _check_same(event: IncomingEvent, body: dict[str, Any], row: Any) -> None:
    """Raise EventDiffers unless ``event`` is what ``row`` recorded."""
    mine = (event.kind, event.writer, event.sequence, event.position, body)
    if mine != (row.kind, row.writer, row.sequence, row.position, row.body):
        raise EventDiffers


def _is_late(
    attempt: Attempt, event: IncomingEvent, received_at: datetime, settings: Settings
) -> bool:
    late = check_in_time(attempt, event.authored_at, received_at, settings)
    if event.writer > attempt.writer:
        raise MalformedEvent
    return late


def check_in_time(
    attempt: Attempt, authored_at: datetime | None, received_at: datetime, settings: Settings
) -> bool:
    """Tell whether what arrives at ``received_at`` is late; raise AttemptClosed or TooLate if it
    can't be taken any more.
    """
    if attempt.settled_at is not None:
        raise AttemptClosed
    arrived = arrival(
        received_at=received_at,
        authored_at=authored_at,
        deadline_at=attempt.deadline_at,
        grace_seconds=settings.exam_grace_seconds,
        replay_minutes=settings.exam_replay_minutes,
    )
    if arrived is Arrival.TOO_LATE:
        raise TooLate
    return arrived is Arrival.LATE


def _bodies(attempt: Attempt, incoming: Collection[IncomingEvent], saved: Saved) -> Bodies:
    """Return what the log keeps of each event; those that don't fit their question are refused."""
    if not incoming:
        return {}
    items = {item.position: item.item_version for item in asked.paper(attempt)}
    bodies: Bodies = {}
    for event in incoming:
        try:
            if event.position not in items:
                raise MalformedEvent
            bodies[event.event_id] = event.body
            if event.kind is EventKind.ANSWER:
                version = items[event.position]
                response = normalise(version.kind, version.content, event.body["response"])
                if version.kind is ItemKind.FILE:
                    check_known(attempt.id, event.position, response)
                bodies[event.event_id] = {**event.body, "response": response}
        except Invalid:
            bodies.pop(event.event_id, None)
            saved.refused[event.event_id] = MalformedEvent()
    return bodies


def _append(
    attempt: Attempt,
    log: Log,
    fresh: Collection[IncomingEvent],
    bodies: Bodies,
    late: dict[str, bool],
    received_at: datetime,
) -> None:
    if log.number + len(fresh) > LOG_LIMIT and fresh:
        raise LogFull
    rows = []
    for event in fresh:
        entry = Entry(
            attempt_id=attempt.id,
            number=log.number + 1,
            event_id=event.event_id,
            kind=event.kind,
            writer=event.writer,
            sequence=event.sequence,
            position=event.position,
            body=bodies[event.event_id],
            authored_at=event.authored_at,
            received_at=received_at,
            late=late[event.event_id],
            previous_hash=log.hash,
        )
        rows.append(sealed(entry))
        log.note(entry, rows[-1]["hash"])
    if rows:
        execute(APPEND, rows)


def take_over(*, attempt: Attempt, now: datetime) -> int:
    """Let another tab or machine write: return its lease number, higher than all before.

    What the tab before still sends is kept, and counts unless a question was answered anew.
    """
    if attempt.closed_at is not None:
        raise AttemptClosed
    attempt.writer += 1
    append_mark(attempt, EventKind.TAKEOVER, now)
    return attempt.writer
