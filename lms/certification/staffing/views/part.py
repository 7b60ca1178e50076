"""The lists of people behind one part of a day, each a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.certification.staffing.attendance import Colleague, load_colleagues, load_order
from lms.certification.staffing.crews import Ids
from lms.certification.staffing.weeks import PartPlan, Week
from lms.people.models import OrganisationUnit

MOST_NAMED = 100  # people of one list at once: a large centre has thousands


@dataclass(frozen=True)
class Named:
    """A page of a list: its people in the order of their names."""

    total: int
    rows: Sequence[Colleague]
    number: int
    is_open: bool

    @property
    def pages(self) -> int:
        """How many pages the list has."""
        return _pages(self.total)

    @property
    def first(self) -> int:
        """How many come before those on the page."""
        return (self.number - 1) * MOST_NAMED


class Lists:
    """The lists of one part of a day; one of them may be opened further on than at its first page.

    Of nobody else than those who are shown, and of those who sit somewhere, the names are read.
    """

    def __init__(
        self, unit: OrganisationUnit, week: Week, plan: PartPlan, opened: str | None, leaf: int
    ) -> None:
        """Read what is shown."""
        order = load_order(unit, week.monday)
        self._lists = {key: [one for one in order if one in ids] for key, ids in _sets(week, plan)}
        self._opened, self._leaf = opened, leaf
        shown = {one for key in self._lists for one in self._page(key)}
        self.people = load_colleagues(unit, week.monday, {*shown, *plan.place_of})

    def of(self, key: str) -> Named:
        """Return a list as it is shown."""
        people = [self.people[one] for one in self._page(key)]
        return Named(len(self._lists[key]), people, self._number(key), key == self._opened)

    def _number(self, key: str) -> int:
        return min(self._leaf, _pages(len(self._lists[key]))) if key == self._opened else 1

    def _page(self, key: str) -> Sequence[int]:
        last = self._number(key) * MOST_NAMED
        return self._lists[key][max(0, last - MOST_NAMED) : last]


def _pages(total: int) -> int:
    return -(-total // MOST_NAMED)


def _sets(week: Week, plan: PartPlan) -> Sequence[tuple[str, Ids]]:
    found = []
    for group in week.groups:
        if not plan.needs.required.get(group.id):
            continue
        found += [
            (f"there.{group.key}", plan.available(group.id)),
            (f"away.{group.key}", plan.away(group.id)),
            (f"elsewhere.{group.key}", plan.elsewhere(group.id)),
        ]
    return found
