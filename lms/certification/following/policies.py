"""Pure rules: what an obligation asks of a person's enrolments on a day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from lms.certification.lifecycle.facts import Required
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import Holding, Obligation, State, state_on
from lms.certification.lifecycle.work import Work

RENEWABLE = frozenset({Holding.WINDOW_OPEN, Holding.EXPIRING, Holding.IN_GRACE})


class Reach(Enum):
    """What becomes of places that were asked for."""

    ASKED = "asked"  # those in what is lacking stay, by the obligation's date; others are over
    LIFTED = "lifted"  # they stay without a date
    OVER = "over"  # taken back where nothing was opened, otherwise without a date
    RESTING = "resting"  # they stay as they are


@dataclass(frozen=True)
class Asked:
    """What is asked on one day; ``cycle`` names the round of work, the same until it is over."""

    reach: Reach
    lacking: tuple[str, ...] = ()  # keys of the scheme's parts
    due_on: date | None = None  # None: not before a leave ends
    may_enrol: bool = False
    cycle: str = ""


def asked(history: History, day: date, enrolling: Collection[str]) -> Asked:
    """Return what is asked on ``day``; ``enrolling`` are the keys of requirements that enrol.

    A renewal enrols when its window opens, not here; so does nothing for someone on leave.
    """
    return asked_in(state_on(history, day), history, day, enrolling)


def asked_in(state: State, history: History, day: date, enrolling: Collection[str]) -> Asked:
    """Return the same where the state on ``day`` is known already.

    Whoever may serve then is enrolled in nothing: they hold it, renew it, or it is waived.
    """
    if history.has_left(day) or state.obligation is Obligation.WAIVED:
        return Asked(Reach.OVER)
    if not state.requirements:
        return Asked(Reach.LIFTED)
    if state.holding is Holding.SUSPENDED:
        return Asked(Reach.RESTING)
    is_equivalent = state.period is not None and state.period.is_equivalent
    if state.holding is Holding.VALID and not is_equivalent:
        return Asked(Reach.OVER)
    if state.holding is Holding.REVOKED and not state.lacking:
        return Asked(Reach.RESTING)  # the next round of work opens tomorrow
    own = [one for one in state.requirements if one.key in enrolling]
    renews = state.holding in RENEWABLE or state.holding is Holding.VALID
    return Asked(
        Reach.ASKED,
        state.lacking,
        renewal_due(history, day) if renews else state.due_on,
        bool(own)
        and not renews
        and not is_on_leave(history, day)
        and state.work is not Work.AWAITING_DECISION,
        cycle_of(own, history, day),
    )


def renewal_due(history: History, day: date) -> date | None:
    """Return the day to renew by: the last valid one, in grace the last of grace."""
    period = history.standing_period(day)
    if period is None or period.until_on is None:
        return None
    return period.until_on if day <= period.until_on else period.grace_until_on


def is_on_leave(history: History, day: date) -> bool:
    """Tell whether a leave covers ``day``."""
    return any(leave.covers(day) for leave in history.leaves(day))


def cycle_of(requirements: Iterable[Required], history: History, day: date) -> str:
    """Return the name of the round of work: a new requirement, award or revocation begins one."""
    first = next(iter(requirements), None)
    used = history.consumed_on(day)
    return f"{first.key if first else ''}|{used.isoformat() if used else ''}"


def earlier(one: date | None, other: date | None) -> date | None:
    """Return the earlier of two dates, either of which may be missing."""
    known = [day for day in (one, other) if day is not None]
    return min(known, default=None)
