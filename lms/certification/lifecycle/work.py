"""The axis of work: how far a person is on the way to the next period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from lms.certification.lifecycle.facts import (
    DecisionRequested,
    EvidenceAccepted,
    Fact,
    Route,
    RouteFailed,
    Started,
)
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.terms import Period
from lms.core.calendar import add_days


class Work(Enum):
    """How far the person is."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    AWAITING_DECISION = "awaiting_decision"
    ROUTE_FAILED = "route_failed"


@dataclass(frozen=True)
class WorkState:
    """The axis with what it rests on."""

    work: Work
    route: Route
    lacking: tuple[str, ...]  # keys of parts, in the scheme's order; empty outside a cycle
    retry_on: date | None = None
    is_open: bool = True  # whether a cycle is open: outside one, work leads nowhere yet
    counted: tuple[EvidenceAccepted, ...] = ()

    def shown_on(self, parts: Sequence[str]) -> date | None:
        """Return the day on which the last of these parts was shown; None while one lacks.

        Of what was shown more than once, the last time counts.
        """
        last = {one.part: one.effective_on for one in self.counted}  # in the order of the days
        return max(last[part] for part in parts) if set(parts) <= set(last) else None


def work_on(history: History, day: date, period: Period | None) -> WorkState:
    """Return how far the person is on ``day``; ``period`` is that which stands then.

    A cycle of work opens with the first requirement, without one with the first step, and again
    with each renewal's window; evidence counts once: what led to an award, or was there when it was
    revoked, is used up. What counts in its place for a time changes nothing here.
    """
    terms = history.scheme.terms_on(day)
    route = route_on(period, day)
    opened_on = _opened_on(history, day, period)
    if opened_on is None:
        return WorkState(Work.NOT_STARTED, route, (), is_open=False)
    since = _counts_from(history, day, opened_on, terms.look_back_days)
    evidence = tuple(one for one in history.evidence(day) if one.effective_on >= since)
    shown = {one.part for one in evidence}
    lacking = tuple(part for part in terms.route_parts(route) if part not in shown)
    steps = [one for one in history.seen(Started, day) if one.effective_on >= since]
    failure = _failure(history, day, since, [*steps, *evidence])
    asked = any(one.effective_on >= since for one in history.seen(DecisionRequested, day))
    if failure is not None:
        return WorkState(Work.ROUTE_FAILED, route, lacking, failure.retry_on, counted=evidence)
    if asked or (not lacking and terms.needs_decision):
        return WorkState(Work.AWAITING_DECISION, route, lacking, counted=evidence)
    work = Work.IN_PROGRESS if steps or evidence else Work.NOT_STARTED
    return WorkState(work, route, lacking, counted=evidence)


def route_on(period: Period | None, day: date) -> Route:
    """Return the route that leads on: the short one while the last period allows it."""
    if period is None or not period.terms.short_parts:
        return Route.FULL
    end = period.short_until_on
    return Route.SHORT if end is not None and day <= end else Route.FULL


def _opened_on(history: History, day: date, period: Period | None) -> date | None:
    """The first day of the open cycle; None when none is open."""
    if period is not None and not period.is_equivalent:
        window = period.window_on
        return window if window is not None and window <= day else None
    own = [one for one in history.periods(day) if not one.is_equivalent]
    revoked = history.revoked_on(day)
    if revoked is not None and not own:
        return add_days(revoked, 1)
    if any(one.from_on > day for one in own):
        return None  # awarded for days to come
    # Old evidence must not open the cycle of a later requirement, or the look-back would be void.
    begun: list[Fact] = [*history.requirements(day)] or [
        *history.seen(Started, day),
        *history.evidence(day),
    ]
    return min((one.effective_on for one in begun), default=None)


def _counts_from(history: History, day: date, opened_on: date, look_back: int | None) -> date:
    reach = date.min if look_back is None else add_days(opened_on, -look_back)
    used = history.consumed_on(day)
    return reach if used is None else max(reach, add_days(used, 1))


def _failure(history: History, day: date, since: date, later: list[Fact]) -> RouteFailed | None:
    """The failure that still holds the person up: nothing came after it, its wait isn't over."""
    failures = [one for one in history.seen(RouteFailed, day) if one.effective_on >= since]
    if not failures:
        return None
    last = failures[-1]
    if any(one.effective_on > last.effective_on for one in later):
        return None
    return None if last.retry_on is not None and last.retry_on <= day else last
