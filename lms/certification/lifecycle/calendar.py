"""Calendar arithmetic: months are months, days on leave don't count, last days are inclusive."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lms.core.calendar import add_days


@dataclass(frozen=True, order=True)
class Stretch:
    """Days from ``first`` to ``last``, both inclusive; ``last`` None: without an end so far."""

    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Tell whether ``day`` lies in it."""
        return self.first <= day and (self.last is None or day <= self.last)


def next_anniversary(day: date, *, month: int, day_of_month: int) -> date:
    """Return the first date on or after ``day`` with this month and day; 29 February as 28."""
    this_year, next_year = (
        date(year, month, min(day_of_month, monthrange(year, month)[1]))
        for year in (day.year, day.year + 1)
    )
    return this_year if this_year >= day else next_year


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same days as disjoint stretches in their order."""
    whole: list[Stretch] = []
    for one in sorted(stretches, key=lambda stretch: stretch.first):
        last = whole[-1].last if whole else None
        if whole and (last is None or one.first <= add_days(last, 1)):
            if last is not None:
                end = None if one.last is None else max(last, one.last)
                whole[-1] = Stretch(whole[-1].first, end)
        else:
            whole.append(one)
    return whole


def deadline(start: date, days: int, leaves: Iterable[Stretch]) -> date | None:
    """Return the last day of a term of ``days`` days that begins with the day after ``start``.

    Days on leave aren't counted: each within the term moves its end a day on. None while a leave
    without an end stands within it: the end can't be known before it is over.
    """
    due = add_days(start, days)
    for leave in merged(leaves):
        first = max(leave.first, add_days(start, 1))
        if first > due:
            break
        if leave.last is None:
            return None
        due = add_days(due, max(0, (leave.last - first).days + 1))
    return due
