"""The demonstration's past: enrolments in every state and what came of them.

A person's fate in a course is drawn first, as a plan of dates; rows follow from the plan. Plans
count back from today, so that on any day something is due, something expires soon and something
has expired.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from random import Random


class Fate(Enum):
    """How one person stands in one course."""

    NONE = "none"
    ASSIGNED = "assigned"  # not begun, due later
    OVERDUE = "overdue"  # not begun or not finished, due in the past
    READING = "reading"
    READY = "ready"  # all lessons read, the exam is next
    FAILED = "failed"  # sat the exam, not passed yet
    WAITING = "waiting"  # sat it just now; an examiner has yet to read what was written
    VALID = "valid"
    EXPIRING = "expiring"  # within sixty days
    EXPIRED = "expired"
    REVOKED = "revoked"
    REISSUED = "reissued"
    WITHDRAWN = "withdrawn"


WEIGHTS = {
    Fate.NONE: 26,
    Fate.ASSIGNED: 12,
    Fate.OVERDUE: 6,
    Fate.READING: 10,
    Fate.READY: 3,
    Fate.FAILED: 5,
    Fate.VALID: 22,
    Fate.EXPIRING: 6,
    Fate.EXPIRED: 5,
    Fate.REVOKED: 2,
    Fate.REISSUED: 1,
    Fate.WITHDRAWN: 2,
}
AWAITED_EACH = 3  # of so many papers that people grade one waits
COMPLETED = frozenset({Fate.VALID, Fate.EXPIRING, Fate.EXPIRED, Fate.REVOKED, Fate.REISSUED})


@dataclass(frozen=True)
class Plan:
    """What happened to one enrolment, with the instants it happened at."""

    fate: Fate
    enrolled_at: datetime
    due_at: datetime | None
    started_at: datetime | None = None
    lessons_read: float = 0.0  # share of the lessons
    failed_sittings: int = 0
    completed_at: datetime | None = None
    ended_at: datetime | None = None  # withdrawn, revoked or reissued


def draw_fate(random: Random) -> Fate:
    """Return a fate by its weight."""
    return random.choices(list(WEIGHTS), weights=list(WEIGHTS.values()))[0]


def make_plan(fate: Fate, random: Random, now: datetime, valid_months: int | None) -> Plan:
    """Return dates that lead to ``fate`` today, for a certificate of ``valid_months``."""
    if fate in COMPLETED:
        return _completed(fate, random, now, valid_months)
    enrolled_at = _working_hour(now - timedelta(days=random.randint(3, 40)), random)
    due_at = now + timedelta(days=random.randint(5, 60))
    match fate:
        case Fate.ASSIGNED:
            return Plan(fate, enrolled_at, due_at)
        case Fate.OVERDUE:
            late = now - timedelta(days=random.randint(1, 20))
            enrolled_at = _working_hour(late - timedelta(days=random.randint(20, 40)), random)
            started = enrolled_at + timedelta(days=2) if random.random() < 0.6 else None
            return Plan(fate, enrolled_at, late, started, 0.4 if started else 0.0)
        case Fate.FAILED:
            started = enrolled_at + timedelta(hours=1)  # all is read before the first sitting
            return Plan(fate, enrolled_at, due_at, started, 1.0, random.choice([1, 1, 2]))
        case Fate.WAITING:
            enrolled_at = _working_hour(now - timedelta(days=random.randint(3, 5)), random)
            started = enrolled_at + timedelta(days=1)
            return Plan(fate, enrolled_at, due_at, started, 1.0, 1)
        case Fate.READY:
            return Plan(fate, enrolled_at, due_at, enrolled_at + timedelta(days=1), 1.0)
        case Fate.WITHDRAWN:
            return Plan(fate, enrolled_at, due_at, ended_at=enrolled_at + timedelta(days=2))
        case _:
            started = enrolled_at + timedelta(days=1)
            return Plan(fate, enrolled_at, due_at, started, random.uniform(0.1, 0.95))


def _completed(fate: Fate, random: Random, now: datetime, valid_months: int | None) -> Plan:
    validity = (valid_months or 24) * 30.44  # days; only to place the dates
    age = {
        Fate.EXPIRING: lambda: validity - random.uniform(1, 55),
        Fate.EXPIRED: lambda: validity + random.uniform(3, 300),
    }.get(fate, lambda: random.uniform(3, validity * 0.85))()
    completed_at = _working_hour(now - timedelta(days=age), random)
    enrolled_at = completed_at - timedelta(days=random.randint(5, 30), hours=3)
    ended_at = None
    if fate in (Fate.REVOKED, Fate.REISSUED):
        ended_at = completed_at + (now - completed_at) * random.uniform(0.2, 0.9)
    return Plan(
        fate,
        enrolled_at,
        enrolled_at + timedelta(days=45),
        enrolled_at + timedelta(days=1),
        1.0,
        random.choices([0, 1, 2], weights=[78, 17, 5])[0],
        completed_at,
        ended_at,
    )


def _working_hour(instant: datetime, random: Random) -> datetime:
    """Return a time between 8:00 and 20:00 in Moscow (UTC+3) on the same day."""
    hour, minute = random.randint(5, 15), random.randint(0, 59)
    return instant.replace(hour=hour, minute=minute, second=random.randint(0, 59), microsecond=0)
