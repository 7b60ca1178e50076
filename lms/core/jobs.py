"""Background jobs: a row in the same transaction is the truth, the queue only wakes a worker.

A domain declares a job with ``@job("assessment.close_overdue")`` and asks for it with
``enqueue(...)``. The function runs inside an application context but outside any transaction: it
opens its own units of work, is safe to run twice, and raises on failure. Delivery is at least once:
a sweep takes up rows that nobody finished. Huey (SQLite file embedded, Redis for a network) carries
the keys.
"""

import json
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import Enum
from functools import cache, partial
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from lms.core import clock
from lms.core.database import db, enum_type, execute
from lms.core.unit_of_work import after_commit, dialect_name, insert_for, unit_of_work

MAX_TRIES = 5
# How long after its last sign of life a process counts as dead, and others take up what it was at.
LEASE = timedelta(minutes=2)
# What takes longer hangs: its lease is renewed no more.
LONGEST = timedelta(hours=6)
PROCESS_ENDED = "its process ended each time"
# So far ahead of now only a clock that was put back since leaves rows; machines differ by less.
AHEAD = timedelta(minutes=10)


class JobState(Enum):
    """Life of a job's row."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # after MAX_TRIES; administrators are told


UNDER_WAY = frozenset({JobState.WAITING, JobState.RUNNING})


class Job(db.Model):
    """One piece of work asked for."""

    __tablename__ = "job"
    __table_args__ = (
        sa.UniqueConstraint("name", "unique_key"),
        sa.Index("ix_job_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    # Asking twice for the same name and key is asking once.
    unique_key: Mapped[str] = mapped_column(sa.String(200))
    arguments: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(enum_type(JobState), default=JobState.WAITING)
    due_at: Mapped[datetime]  # not before; for a running job: when its lease ends
    tries: Mapped[int] = mapped_column(default=0)
    enqueued_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(sa.Text, default="")  # type and place, no data


_registry: dict[str, Callable[..., None]] = {}
_schedule: dict[str, int] = {}
_held: dict[int, datetime] = {}  # rows that this process is at, and since when
_turns: dict[str, threading.Lock] = {}  # of jobs that run alone, held while one runs


def job(
    name: str, *, every_seconds: int | None = None, alone: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a job. ``every_seconds`` also runs it regularly, without arguments.

    Of a job that runs ``alone`` a process does one at a time: it waits for others on the network,
    and all else shall find somebody to do it meanwhile.
    """

    def declare(function: Callable[..., None]) -> Callable[..., None]:
        _registry[name] = function
        if alone:
            _turns[name] = threading.Lock()
        if every_seconds is not None:
            _schedule[name] = every_seconds
        return function

    return declare


def registered() -> dict[str, Callable[..., None]]:
    """Return the declared jobs by name."""
    return dict(_registry)


def scheduled() -> dict[str, int]:
    """Return the regular jobs and their interval in seconds."""
    return dict(_schedule)


def is_ending() -> bool:
    """Tell whether this process is to stop: a job that works while there is work ends then."""
    stop: threading.Event = current_app.extensions["stop_jobs"]
    return stop.is_set()


def enqueue(
    name: str, *, key: str, now: datetime, due_at: datetime | None = None, **arguments: Any
) -> None:
    """Ask for job ``name`` in this transaction; nothing happens if ``key`` was asked for before.

    ``arguments`` are plain JSON values. Raises KeyError for an undeclared job.
    """
    _registry[name]
    json.dumps(arguments)
    due_at = due_at or now
    row = {
        "name": name,
        "unique_key": key,
        "arguments": arguments,
        "state": JobState.WAITING,
        "due_at": due_at,
        "tries": 0,
        "enqueued_at": now,
        "error": "",
    }
    identifier = execute(_adding(dialect_name()), row).scalar()
    if identifier is not None and due_at <= now:
        wake = current_app.extensions["wake_jobs"]
        after_commit(lambda: wake(identifier))


@cache
def _adding(_dialect: str) -> Any:
    """Return the statement of ``enqueue``, made once: of two who ask at once one adds the row."""
    return insert_for(Job.__table__).on_conflict_do_nothing().returning(Job.id)


def not_asked_for(keys: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return, of these names and a key for each, the pairs that nobody asked for yet.

    On PostgreSQL each asking in vain uses up a number: of those there are two thousand million.
    """
    statement = sa.select(Job.name, Job.unique_key).where(
        Job.name.in_(keys), Job.unique_key.in_(set(keys.values()))
    )
    asked = {(name, key) for name, key in db.session.execute(statement)}
    return [pair for pair in keys.items() if pair not in asked]


def state_of_last(name: str) -> JobState | None:
    """Return how the job of this name stands that was asked for last; None: none ever was."""
    statement = sa.select(Job.state).where(Job.name == name).order_by(Job.id.desc()).limit(1)
    return db.session.scalar(statement)


def due(now: datetime, limit: int = 100) -> list[int]:
    """Return ids of rows to run: waiting and due, or running past their lease.

    Those whose turn it can't be now are left out.
    """
    open_states = (JobState.WAITING, JobState.RUNNING)
    busy = [name for name, turn in _turns.items() if turn.locked()]
    statement = (
        sa.select(Job.id)
        .where(Job.state.in_(open_states), Job.due_at <= now, Job.name.not_in(busy))
        .order_by(Job.due_at)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def try_again(name: str, now: datetime) -> int:
    """Let the rows of ``name`` that failed for good begin anew; return how many they are."""
    failed = sa.select(Job.id).where(Job.name == name, Job.state == JobState.FAILED)
    identifiers = list(db.session.scalars(failed))
    db.session.execute(
        sa.update(Job)
        .where(Job.id.in_(failed))
        .values(state=JobState.WAITING, due_at=now, tries=0, finished_at=None)
    )
    wake = current_app.extensions["wake_jobs"]
    for identifier in identifiers:
        after_commit(partial(wake, identifier))
    return len(identifiers)


def forget_regular(before: datetime, limit: int) -> int:
    """Delete up to ``limit`` rows of regular jobs that ended before ``before``; return how many.

    Their keys name a slot of time that never comes again. Rows that somebody asked for stay: asking
    for them again is to go on being asking once.
    """
    ended = (JobState.DONE, JobState.FAILED)
    old = (
        sa.select(Job.id)
        .where(
            Job.state.in_(ended),
            Job.due_at < before,
            Job.finished_at < before,
            Job.name.in_(_schedule),
        )
        .limit(limit)
    )
    found = list(db.session.scalars(old))
    db.session.execute(sa.delete(Job).where(Job.id.in_(found)))
    return len(found)


def follow_clock(now: datetime) -> int:
    """Let nothing wait for a time that was put back; return how many rows that is.

    Slots of regular jobs that lie ahead would count as done until the clock is there again, and
    what was asked for, taken up or put off then would wait as long.
    """
    ahead = now + AHEAD
    slots = sa.delete(Job).where(
        Job.state != JobState.RUNNING,
        Job.due_at > ahead,
        Job.enqueued_at > ahead,
        Job.name.in_(_schedule),
    )
    is_asked = sa.and_(Job.state == JobState.WAITING, Job.due_at == Job.enqueued_at)
    is_put_off = sa.and_(
        Job.state == JobState.WAITING, Job.tries > 0, Job.due_at > ahead + _pause(MAX_TRIES)
    )
    is_taken = sa.and_(Job.state == JobState.RUNNING, Job.due_at > ahead + LEASE)
    others = sa.update(Job).where(Job.due_at > ahead, sa.or_(is_asked, is_put_off, is_taken))
    changes = (slots, others.values(due_at=now))
    options = {"synchronize_session": False}
    return sum(
        db.session.execute(change, execution_options=options).rowcount  # type: ignore[attr-defined]
        for change in changes
    )


def _pause(tries: int) -> timedelta:
    """Return how long a job rests after so many tries."""
    return timedelta(seconds=10 * 4**tries)


def _claim(identifier: int, now: datetime) -> tuple[str, dict[str, Any]] | None:
    claimed = db.session.execute(
        sa.update(Job)
        .where(
            Job.id == identifier,
            Job.state.in_((JobState.WAITING, JobState.RUNNING)),
            Job.due_at <= now,
        )
        .values(state=JobState.RUNNING, due_at=now + LEASE, tries=Job.tries + 1)
    )
    if claimed.rowcount != 1:  # type: ignore[attr-defined]
        return None
    row = db.session.get_one(Job, identifier, populate_existing=True)
    if row.tries > MAX_TRIES:  # no try came to an end
        row.state, row.finished_at, row.error = JobState.FAILED, now, PROCESS_ENDED
        current_app.logger.error("job %s (%s) failed: %s", row.name, identifier, row.error)
        return None
    return row.name, row.arguments


@contextmanager
def _turn(name: str | None) -> Iterator[bool]:
    """Tell whether a job of this name may run now; no other one that runs alone does meanwhile."""
    turn = _turns.get(name or "")
    may = turn is None or turn.acquire(blocking=False)
    try:
        yield may
    finally:
        if turn is not None and may:
            turn.release()


def run(identifier: int) -> bool:
    """Run one row if it is still due; return whether it was run and succeeded.

    A failure is recorded on the row with a growing pause before the next try, and logged. A row
    whose turn it isn't is left to the sweep.
    """
    with unit_of_work():
        name = db.session.scalar(sa.select(Job.name).where(Job.id == identifier))
    with _turn(name) as may:
        return may and _run(identifier)


def _run(identifier: int) -> bool:
    now = clock.now()
    with unit_of_work():
        claim = _claim(identifier, now)
    if claim is None:
        return False
    _held[identifier] = now
    try:
        return _do(identifier, *claim)
    finally:
        _held.pop(identifier, None)


def _do(identifier: int, name: str, arguments: dict[str, Any]) -> bool:
    try:
        _registry[name](**arguments)
    except Exception as error:  # recorded on the row, logged, tried again
        current_app.logger.exception("job %s (%s) failed", name, identifier)
        with unit_of_work():
            _record_failure(identifier, error, clock.now())
        return False
    with unit_of_work():
        row = db.session.get_one(Job, identifier)
        row.state, row.finished_at, row.error = JobState.DONE, clock.now(), ""
    return True


def _record_failure(identifier: int, error: Exception, now: datetime) -> None:
    row = db.session.get_one(Job, identifier)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    row.error = f"{type(error).__name__} at {frame.name}:{frame.lineno}"
    if row.tries >= MAX_TRIES:
        row.state, row.finished_at = JobState.FAILED, now
    else:
        row.state, row.due_at = JobState.WAITING, now + _pause(row.tries)


def keep(now: datetime) -> int:
    """Tell that this process lives and is at its jobs; return how many leases were renewed.

    Each is renewed once half of it is over.
    """
    held = [identifier for identifier, since in list(_held.items()) if now - since < LONGEST]
    ends_soon = Job.due_at < now + LEASE / 2
    return _changed(sa.and_(Job.id.in_(held), ends_soon), due_at=now + LEASE) if held else 0


def give_back(now: datetime) -> int:
    """Let others begin at once with what this process is at; return how many rows that is.

    For one that ends before they are done: they would wait for the end of their leases.
    """
    waits = {"state": JobState.WAITING, "due_at": now, "tries": Job.tries - 1}
    return _changed(Job.id.in_(list(_held)), **waits)


def take_up_abandoned(now: datetime) -> int:
    """Let begin at once what a process that was killed was at; return how many rows that is.

    For the only process that runs jobs. What was begun before, and may be what ended the process,
    waits for the end of its lease.
    """
    return _changed(Job.tries <= 1, due_at=now)


def _changed(which: sa.ColumnElement[bool], **values: Any) -> int:
    change = sa.update(Job).where(Job.state == JobState.RUNNING, which).values(**values)
    options = {"synchronize_session": False}
    return db.session.execute(change, execution_options=options).rowcount  # type: ignore[attr-defined, no-any-return]


def run_due() -> int:
    """Run all that is due now, one after another; return how many succeeded."""
    with unit_of_work():
        identifiers = due(clock.now())
    return sum(run(identifier) for identifier in identifiers)
