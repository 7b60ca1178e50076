"""Who sits an exam right now, how far they are, and whom the server hasn't heard of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.assessment.deadlines import settles_at
from lms.assessment.examining.queries import examined_by, of_course
from lms.assessment.models import Attempt, AttemptEvent, AttemptItem, EventKind
from lms.catalog.models import Course
from lms.core.database import db
from lms.core.settings import Settings
from lms.people.identity import Viewer
from lms.people.models import Person

SHOWN = 1000
# A heartbeat is due each 15 seconds and noted each 45: after so long something is wrong.
SILENT = timedelta(seconds=90)


class Standing(Enum):
    """How a sitting stands."""

    HERE = "here"
    SILENT = "silent"  # nothing was heard for a while: the connection is lost, or the page closed
    ENDING = "ending"  # the time is over; answers kept on the device may still arrive


@dataclass(frozen=True)
class Seat:
    """One sitting on the board."""

    attempt: Attempt
    person: Person
    questions: int
    answered: int
    heard_at: datetime
    takeovers: int
    late: int
    standing: Standing
    left: timedelta  # until the deadline; none when it is over
    settles_at: datetime


@dataclass(frozen=True)
class _Log:
    heard_at: datetime | None
    takeovers: int
    late: int


def seats(
    viewer: Viewer,
    course: Course,
    *,
    now: datetime,
    settings: Settings,
    exam_key: str | None = None,
) -> list[Seat]:
    """Return the sittings of a course that aren't settled: four statements, whatever the number.

    At all of its exams, or at one by its key.

    Those that need a look come first: silent ones, then by the time that is left.
    """
    statement = (
        sa.select(Attempt)
        .join(Attempt.candidate)
        .where(of_course(course, exam_key), Attempt.settled_at.is_(None), examined_by(viewer))
        .order_by(Attempt.deadline_at, Attempt.id)
        .limit(SHOWN)
        .options(contains_eager(Attempt.candidate), joinedload(Attempt.assessment))
    )
    attempts = list(db.session.scalars(statement))
    ids = [attempt.id for attempt in attempts]
    logs, answered, questions = _logs(ids), _answered(ids), _questions(ids)
    found = [
        _seat(
            attempt,
            logs.get(attempt.id, _Log(None, 0, 0)),
            answered.get(attempt.id, 0),
            questions.get(attempt.id, 0),
            now,
            settings,
        )
        for attempt in attempts
    ]
    return sorted(found, key=lambda seat: (seat.standing is not Standing.SILENT, seat.left))


def _seat(
    attempt: Attempt, log: _Log, answered: int, questions: int, now: datetime, settings: Settings
) -> Seat:
    moments = (attempt.started_at, attempt.seen_at, log.heard_at)
    heard_at = max(moment for moment in moments if moment is not None)
    is_over = attempt.closed_at is not None or now > attempt.deadline_at
    silent = Standing.SILENT if now - heard_at > SILENT else Standing.HERE
    return Seat(
        attempt=attempt,
        person=attempt.candidate,
        questions=questions,
        answered=answered,
        heard_at=heard_at,
        takeovers=log.takeovers,
        late=log.late,
        standing=Standing.ENDING if is_over else silent,
        left=max(timedelta(0), attempt.deadline_at - now),
        settles_at=settles_at(
            attempt.deadline_at, settings.exam_grace_seconds, settings.exam_replay_minutes
        ),
    )


def _logs(ids: Collection[int]) -> dict[int, _Log]:
    def times(condition: Any) -> Any:
        return sa.func.sum(sa.case((condition, 1), else_=0))

    statement = (
        sa.select(
            AttemptEvent.attempt_id,
            # What somebody brought in a file doesn't tell that the device is there.
            sa.func.max(sa.case((sa.not_(AttemptEvent.late), AttemptEvent.received_at))),
            times(AttemptEvent.kind == EventKind.TAKEOVER),
            times(AttemptEvent.late),
        )
        .where(AttemptEvent.attempt_id.in_(ids))
        .group_by(AttemptEvent.attempt_id)
    )
    return {row[0]: _Log(*row[1:]) for row in db.session.execute(statement)}


def _answered(ids: Collection[int]) -> dict[int, int]:
    """Return how many questions have an answer: what stands last for each of them."""
    if db.session.get_bind().dialect.name == "postgresql":
        is_empty = sa.func.jsonb_typeof(AttemptEvent.body["response"]) == "null"
    else:
        is_empty = sa.func.json_type(AttemptEvent.body, "$.response") == "null"
    place = sa.func.row_number().over(
        partition_by=(AttemptEvent.attempt_id, AttemptEvent.position),
        order_by=(
            AttemptEvent.writer.desc(),
            AttemptEvent.sequence.desc(),
            AttemptEvent.number.desc(),
        ),
    )
    ranked = (
        sa.select(
            AttemptEvent.attempt_id,
            sa.case((is_empty, 0), else_=1).label("answered"),
            place.label("place"),
        )
        .where(AttemptEvent.attempt_id.in_(ids), AttemptEvent.kind == EventKind.ANSWER)
        .subquery("ranked")
    )
    statement = (
        sa.select(ranked.c.attempt_id, sa.func.sum(ranked.c.answered))
        .where(ranked.c.place == 1)
        .group_by(ranked.c.attempt_id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(statement)}


def _questions(ids: Collection[int]) -> dict[int, int]:
    statement = (
        sa.select(AttemptItem.attempt_id, sa.func.count())
        .where(AttemptItem.attempt_id.in_(ids))
        .group_by(AttemptItem.attempt_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}
