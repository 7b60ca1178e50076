"""Time spent in lessons that ask for a minimum: beats of the open page, summed up on the server."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.catalog.models import Activity
from lms.core.database import db
from lms.learning.activities.models import ReadingBeat
from lms.learning.activities.opening import seconds_spent
from lms.learning.models import Enrolment

SOONEST_BEAT = timedelta(seconds=5)


def note_beat(enrolment: Enrolment, activity: Activity, now: datetime) -> None:
    """Append that the reader is there; nearer than five seconds to the last beat nothing is."""
    last = sa.select(sa.func.max(ReadingBeat.beat_at)).where(
        ReadingBeat.enrolment_id == enrolment.id, ReadingBeat.activity_id == activity.id
    )
    before = db.session.scalar(last)
    if before is None or now - before >= SOONEST_BEAT:
        beat = ReadingBeat(enrolment_id=enrolment.id, activity_id=activity.id, beat_at=now)
        db.session.add(beat)
        db.session.flush()


def seconds_in(enrolment: Enrolment, activity: Activity) -> float:
    """Return how many seconds the reader has spent in the lesson."""
    statement = (
        sa.select(ReadingBeat.beat_at)
        .where(ReadingBeat.enrolment_id == enrolment.id, ReadingBeat.activity_id == activity.id)
        .order_by(ReadingBeat.beat_at, ReadingBeat.id)
    )
    return seconds_spent(db.session.scalars(statement).all())


def minutes_missing(enrolment: Enrolment, activity: Activity) -> int:
    """Return how many minutes, rounded up, are missing to the least time; 0: none."""
    if not activity.least_minutes:
        return 0
    missing = activity.least_minutes * 60 - seconds_in(enrolment, activity)
    return max(0, -int(-missing // 60))
