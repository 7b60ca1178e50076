"""When an attempt ends, and what still counts: pure functions of instants.

Three moments follow one another: the *deadline*; the end of the *grace*, for answers that were on
their way; the end of the *replay window*, for answers given before the deadline that a browser kept
while the network was away. Then the attempt is *settled*. An answer's time is its arrival at the
first instruction of the request.
"""

from datetime import datetime, timedelta
from enum import Enum


class Arrival(Enum):
    """How an answer arrived."""

    IN_TIME = "in_time"
    LATE = "late"  # after the grace, but given before the deadline: counted and marked
    TOO_LATE = "too_late"


def deadline(started_at: datetime, minutes: int, extra_minutes: int = 0) -> datetime:
    """Return when the time is over; ``extra_minutes`` is what this one candidate is allowed."""
    return started_at + timedelta(minutes=minutes + extra_minutes)


def ends_at(deadline_at: datetime, grace_seconds: int) -> datetime:
    """Return until when answers on their way are awaited; then the attempt is closed."""
    return deadline_at + timedelta(seconds=grace_seconds)


def settles_at(deadline_at: datetime, grace_seconds: int, replay_minutes: int) -> datetime:
    """Return when the last late answer can have arrived: from then on the score stands."""
    return max(ends_at(deadline_at, grace_seconds), deadline_at + timedelta(minutes=replay_minutes))


def arrival(
    *,
    received_at: datetime,
    authored_at: datetime | None,
    deadline_at: datetime,
    grace_seconds: int,
    replay_minutes: int,
) -> Arrival:
    """Say how an answer that arrives at ``received_at`` counts."""
    if received_at <= ends_at(deadline_at, grace_seconds):
        return Arrival.IN_TIME
    in_window = received_at <= deadline_at + timedelta(minutes=replay_minutes)
    if in_window and authored_at is not None and authored_at <= deadline_at:
        return Arrival.LATE
    return Arrival.TOO_LATE
