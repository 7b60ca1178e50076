"""The state over time: stretches of days within which nothing changes.

Derived from the same facts as ``state_on`` and equal to it on each date. What is stored for lists
and the board is this; it is made anew whenever a fact is added.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from lms.certification.lifecycle.facts import Awarded
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import State, state_on
from lms.core.calendar import add_days


@dataclass(frozen=True)
class Segment:
    """Days from ``first_on`` to ``last_on``, inclusive, with one state; None: without an end."""

    first_on: date
    last_on: date | None
    state: State


def timeline(history: History) -> list[Segment]:
    """Return the segments in order, from the first fact on, without gaps; none without facts."""
    waiting = {fact.effective_on for fact in history.facts}
    if not waiting:
        return []
    waiting |= {one.in_force_on for one in history.scheme.versions}
    first = min(fact.effective_on for fact in history.facts)
    heap = sorted(day for day in waiting if day >= first)
    found: list[Segment] = []
    while heap:
        day = heapq.heappop(heap)
        state = state_on(history, day)
        if not found or found[-1].state != state:
            if found:
                found[-1] = replace(found[-1], last_on=add_days(day, -1))
            found.append(Segment(day, None, state))
        for change in changes(history, state, day):
            if day < change < date.max and change not in waiting:
                waiting.add(change)
                heapq.heappush(heap, change)
    return found


def changes(history: History, state: State, day: date) -> Iterable[date]:
    """Yield the dates, seen from ``day``, on which the state may change without a new fact."""
    waivers = (waiver.until_on for waiver in history.waivers(day))
    ends = [state.due_on, *waivers]
    begins = [state.retry_on, *(award.from_on for award in history.seen(Awarded, day))]
    for period in history.periods(day):
        begins += [period.window_on, period.notice_on]
        ends += [period.until_on, period.grace_until_on, period.short_until_on]
    yield from (begin for begin in begins if begin is not None)
    yield from (add_days(end, 1) for end in ends if end is not None)
