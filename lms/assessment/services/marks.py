"""Entries of the log that the server makes itself, and the log's end."""

from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from lms.assessment.log import Entry, genesis, sealed
from lms.assessment.models import Attempt, AttemptEvent, EventKind
from lms.core.database import execute

# Made once: each save or handing in asks them.
APPEND = sa.insert(AttemptEvent.__table__)
LAST = (
    sa.select(AttemptEvent.number, AttemptEvent.hash)
    .where(AttemptEvent.attempt_id == sa.bindparam("attempt", type_=sa.Integer))
    .order_by(AttemptEvent.number.desc())
    .limit(1)
)


def end_of_log(attempt: Attempt) -> tuple[int, str]:
    """Return the last entry's number and hash; (0, the attempt's own genesis) for none."""
    last = execute(LAST, {"attempt": attempt.id}).one_or_none()
    return (0, genesis(attempt.public_id)) if last is None else (last.number, last.hash)


def append_mark(attempt: Attempt, kind: EventKind, now: datetime) -> None:
    """Append a takeover, a submission or a closing to the log of ``attempt``."""
    number, previous = end_of_log(attempt)
    mark = Entry(
        attempt_id=attempt.id,
        number=number + 1,
        event_id=str(uuid4()),
        kind=kind,
        writer=attempt.writer,
        sequence=0,
        position=None,
        body={},
        authored_at=None,
        received_at=now,
        late=False,
        previous_hash=previous,
    )
    execute(APPEND, sealed(mark))
