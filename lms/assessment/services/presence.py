"""Who is still there: heartbeats are noted now and then, answers need no note of their own."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.assessment.models import Attempt
from lms.core.database import UTCDateTime, execute

# Between two notes. A browser sends a heartbeat each 15 seconds when it has nothing else to send.
PAUSE = timedelta(seconds=45)
NOTE = (
    sa.update(Attempt)
    .where(Attempt.id == sa.bindparam("attempt", type_=sa.Integer))
    .values(seen_at=sa.bindparam("arrived", type_=UTCDateTime))
)


def note_presence(*, attempt: Attempt, arrived: datetime) -> None:
    """Note a heartbeat of an open attempt, unless one was noted a moment ago."""
    last = attempt.seen_at or attempt.started_at
    if attempt.closed_at is None and arrived - last >= PAUSE:
        execute(NOTE, {"attempt": attempt.id, "arrived": arrived})
