"""When an attempt ends, and what still counts: pure functions of instants.

Three moments follow one another: the *deadline*; the end of the *grace*, for answers that were on
their way; the end of the *replay window*, for answers given before the deadline that a browser kept
while the network was away. Then the attempt is *settled*. An answer's time is its arrival at the
first instruction of the request.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum


class Arrival(Enum):
    """How an answer arrived."""

    IN_TIME = "in_time"
    LATE = "late"  # after the grace, but given before the deadline: counted and marked
    TOO_LATE = "too_late"


@dataclass(frozen=True)
class MoreTime:
    """Time beyond the exam's own: one person's allowance, or an extension after an incident."""

    granted_at: datetime
    minutes: int = 0
    percent: int = 0  # of the exam's own time
    withdrawn_at: datetime | None = None


def deadline(
    started_at: datetime,
    minutes: int,
    more: Iterable[MoreTime] = (),
    *,
    grace_seconds: int = 0,
    closes_at: datetime | None = None,
) -> datetime:
    """Return when the time is over: a function of these facts alone, whatever their order.

    More time counts when it was granted while the attempt could still be answered (in its grace
    too), so that a grant never opens what is over. Taken back, it no longer counts for attempts
    that start afterwards; a running clock is never made shorter. Never later than the closing.
    """
    end = started_at + timedelta(minutes=minutes)
    for grant in sorted(more, key=lambda grant: grant.granted_at):
        if grant.withdrawn_at is not None and grant.withdrawn_at <= started_at:
            continue
        if grant.granted_at <= ends_at(end, grace_seconds):
            end += (
                timedelta(minutes=grant.minutes) + timedelta(minutes=minutes) * grant.percent / 100
            )
    return end if closes_at is None else min(end, closes_at)


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
