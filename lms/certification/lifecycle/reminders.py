"""Which reminders a date calls for: each occasion has a key, so that it is sent once."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import IN_FORCE, Holding, Obligation, State, state_on


class Occasion(Enum):
    """What a reminder is about."""

    DUE = "due"  # must be held by a date
    EXPIRING = "expiring"  # is held until a date
    OVERDUE = "overdue"  # should have been held since a date
    GRACE = "grace"  # is over, with days of grace until a date


@dataclass(frozen=True)
class Distances:
    """Days before or after a date at which a reminder goes out."""

    before: frozenset[int]
    after: frozenset[int]


@dataclass(frozen=True, order=True)
class Reminder:
    """One reminder: the occasion, the date it is about, and how many days lie between."""

    occasion: Occasion
    about_on: date
    days: int


def reminders_on(history: History, day: date, distances: Distances) -> tuple[Reminder, ...]:
    """Return the reminders that ``day`` calls for; it depends on that day's state alone.

    So a job that was away walks the days it missed, and nothing is lost or sent twice. Nobody is
    reminded while on leave, after leaving, or of what is waived or suspended.
    """
    about = subject_on(history, day)
    if about is None:
        return ()
    occasion, about_on = about
    days = abs((about_on - day).days)
    wanted = distances.after if day > about_on else distances.before
    return (Reminder(occasion, about_on, days),) if days in wanted else ()


def subject_on(history: History, day: date) -> tuple[Occasion, date] | None:
    """Return what ``day`` would remind of and the date it is about, whatever the distance."""
    if history.has_left(day) or any(leave.covers(day) for leave in history.leaves(day)):
        return None
    return _about(state_on(history, day))


def _about(state: State) -> tuple[Occasion, date] | None:
    if state.obligation is Obligation.WAIVED or state.holding is Holding.SUSPENDED:
        return None
    period = state.period
    if state.holding in IN_FORCE and period is not None and period.until_on is not None:
        return Occasion.EXPIRING, period.until_on
    if state.due_on is None:
        return None
    if state.holding is Holding.IN_GRACE:
        return Occasion.GRACE, state.due_on
    is_late = state.obligation is Obligation.OVERDUE
    return (Occasion.OVERDUE if is_late else Occasion.DUE), state.due_on
