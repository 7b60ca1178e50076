"""How a person stands on a date: three independent axes, one label, and two separate answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from lms.certification.lifecycle.facts import Required, Route
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.terms import Period
from lms.certification.lifecycle.work import Work, work_on


class Obligation(Enum):
    """Whether the person must hold it."""

    NONE = "none"
    REQUIRED = "required"
    OVERDUE = "overdue"
    WAIVED = "waived"


class Holding(Enum):
    """Whether the person holds it."""

    NONE = "none"
    VALID = "valid"
    WINDOW_OPEN = "window_open"
    EXPIRING = "expiring"
    IN_GRACE = "in_grace"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


IN_FORCE = frozenset({Holding.VALID, Holding.WINDOW_OPEN, Holding.EXPIRING})


class Label(Enum):
    """One word for lists; the first that fits, in this order."""

    SUSPENDED = "suspended"
    REVOKED = "revoked"
    IN_GRACE = "in_grace"
    EXPIRING = "expiring"
    WINDOW_OPEN = "window_open"
    CERTIFIED = "certified"
    WAIVED = "waived"
    AWAITING_DECISION = "awaiting_decision"
    EXPIRED = "expired"
    OVERDUE = "overdue"
    IN_PROGRESS = "in_progress"
    REQUIRED = "required"
    NONE = "none"


@dataclass(frozen=True)
class State:
    """How things stand on one date. Nothing here depends on what becomes effective later."""

    obligation: Obligation
    holding: Holding
    work: Work
    # The last day to meet the obligation; None: nothing is due, or a leave must end first.
    due_on: date | None
    waived_until_on: date | None
    period: Period | None  # that in force or followed on, else the last one
    requirements: tuple[Required, ...]  # in force, the earliest first
    route: Route  # that leads to the next period
    lacking: tuple[str, ...]  # keys of the parts of the route that lack evidence
    retry_on: date | None  # of a route that failed
    may_serve: bool

    @property
    def label(self) -> Label:
        """The word for lists."""
        return next(label for label, fits in _LABELS if fits(self))

    @property
    def is_compliant(self) -> bool:
        """Tell whether nothing that is required is missing; a term that still runs isn't missed."""
        if self.obligation in (Obligation.NONE, Obligation.WAIVED):
            return True
        return self.obligation is Obligation.REQUIRED and self.holding is not Holding.SUSPENDED


_LABELS: tuple[tuple[Label, Callable[[State], bool]], ...] = (
    (Label.SUSPENDED, lambda state: state.holding is Holding.SUSPENDED),
    (Label.REVOKED, lambda state: state.holding is Holding.REVOKED),
    (Label.IN_GRACE, lambda state: state.holding is Holding.IN_GRACE),
    (Label.EXPIRING, lambda state: state.holding is Holding.EXPIRING),
    (Label.WINDOW_OPEN, lambda state: state.holding is Holding.WINDOW_OPEN),
    (Label.CERTIFIED, lambda state: state.holding is Holding.VALID),
    (Label.WAIVED, lambda state: state.obligation is Obligation.WAIVED),
    (Label.AWAITING_DECISION, lambda state: state.work is Work.AWAITING_DECISION),
    (Label.EXPIRED, lambda state: state.holding is Holding.EXPIRED),
    (Label.OVERDUE, lambda state: state.obligation is Obligation.OVERDUE),
    (Label.IN_PROGRESS, lambda state: state.work in (Work.IN_PROGRESS, Work.ROUTE_FAILED)),
    (Label.REQUIRED, lambda state: state.obligation is Obligation.REQUIRED),
    (Label.NONE, lambda _state: True),
)


def state_on(history: History, day: date) -> State:
    """Return how things stand on ``day``, seen from what was effective by then."""
    period = history.standing_period(day)
    dated = _dated_holding(period, day)
    obligation, due_on, waived_until = _obligation(history, day, period, dated)
    holding = _holding(history, day, dated)
    work = work_on(history, day, period)
    return State(
        obligation=obligation,
        holding=holding,
        work=work.work,
        due_on=due_on,
        waived_until_on=waived_until,
        period=period,
        requirements=tuple(history.requirements(day)),
        route=work.route,
        lacking=work.lacking,
        retry_on=work.retry_on,
        may_serve=_may_serve(history, day, holding, period),
    )


def _dated_holding(period: Period | None, day: date) -> Holding:
    """What the dates say, suspensions and revocations aside."""
    if period is None:
        return Holding.NONE
    if period.until_on is None or period.window_on is None or period.notice_on is None:
        return Holding.VALID
    if day > period.until_on:
        in_grace = period.grace_until_on is not None and day <= period.grace_until_on
        return Holding.IN_GRACE if in_grace else Holding.EXPIRED
    if day >= period.notice_on:
        return Holding.EXPIRING
    return Holding.WINDOW_OPEN if day >= period.window_on else Holding.VALID


def _holding(history: History, day: date, dated: Holding) -> Holding:
    if dated is Holding.NONE:
        is_lost = history.revoked_on(day) is not None and not history.periods(day)
        return Holding.REVOKED if is_lost else Holding.NONE
    return Holding.SUSPENDED if history.is_suspended(day) else dated


def _obligation(
    history: History, day: date, period: Period | None, dated: Holding
) -> tuple[Obligation, date | None, date | None]:
    requirements = history.requirements(day)
    if not requirements or history.has_left(day):
        return Obligation.NONE, None, None
    waivers = history.waivers(day)
    if waivers:
        return Obligation.WAIVED, None, max(one.until_on for one in waivers)
    due_on = _due_on(history, day, period, dated)
    is_late = due_on is not None and due_on < day
    return (Obligation.OVERDUE if is_late else Obligation.REQUIRED), due_on, None


def _due_on(history: History, day: date, period: Period | None, dated: Holding) -> date | None:
    """The last day to hold it: the end of what is held; else by requirement, or when it was lost.

    Of several requirements the earliest counts; one whose term a leave holds up comes last.
    """
    if dated in IN_FORCE or dated is Holding.IN_GRACE:
        return period.grace_until_on if period else None
    terms = [history.due_on(one, day) for one in history.requirements(day)]
    first = min((one for one in terms if one is not None), default=None)
    if first is None:
        return None
    lost = period.grace_until_on if period else history.revoked_on(day)
    return first if lost is None else max(first, lost)


def _may_serve(history: History, day: date, holding: Holding, period: Period | None) -> bool:
    if history.has_left(day) or holding is Holding.SUSPENDED:
        return False
    if holding in IN_FORCE:
        return True
    if holding is Holding.IN_GRACE and period is not None and period.terms.grace_serves:
        return True
    return any(one.grants_authority for one in history.waivers(day))
