"""Which training closes a week's gap soonest: the fewest people by the earliest date.

Given when each person could be certified for each group, options are taken by date until as many
seats are staffed as training can staff at all; the date of the last one that won a seat is the
soonest. Then whoever isn't needed by that date is left out again, the latest first: of the rest
nobody can be spared.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lms.certification.staffing.seating.plans import Needs, Seating


@dataclass(frozen=True)
class Option:
    """A person who could serve a group from a date on."""

    person: int
    group: int
    ready_on: date
    effort: int = 0  # minutes of study: of two dates alike the lighter counts first


@dataclass(frozen=True)
class Closing:
    """What to do, by when that is done, and how many seats a week it staffs."""

    chosen: tuple[Option, ...]  # the earliest first
    won: int  # seats staffed besides
    left: int  # seats that no training of these people staffs

    @property
    def by(self) -> date | None:
        """When the last of them is ready; None: there is nothing to do."""
        return max((one.ready_on for one in self.chosen), default=None)


@dataclass
class _Place:
    """A part of the week that is short, for all that are like it: how many times it occurs."""

    seating: Seating
    there: Collection[int]
    times: int

    @property
    def staffed(self) -> int:
        return self.seating.staffed * self.times

    @property
    def wanted(self) -> int:
        return self.seating.required * self.times

    @property
    def is_short(self) -> bool:
        return self.seating.staffed < self.seating.required

    def _concerns(self, option: Option) -> bool:
        return option.group in self.seating.needs.required and option.person in self.there

    def allow(self, option: Option) -> int:
        if not self._concerns(option):
            return 0
        return self.seating.allow(option.person, option.group) * self.times

    def deny(self, option: Option) -> int:
        return self.seating.deny(option.person, option.group) * self.times

    def uses(self, option: Option) -> bool:
        return self.seating.sits(option.person, option.group)


def close(parts: Sequence[tuple[Needs, Collection[int]]], options: Iterable[Option]) -> Closing:
    """Return the soonest closing of the gaps of ``parts``.

    The options come by date, of one date the lighter first, then by person and group.

    Each part comes with the people who are there, certified or not. The week's pattern is closed as
    if everyone had been trained before it: whether that is in time the date tells.
    """
    places = _places(parts)
    before = sum(place.staffed for place in places)
    won = _win(places, options)
    after = sum(place.staffed for place in places)
    # An option that won nothing when it came may have made room for a later one.
    useful = [one for one in won if any(place.uses(one) for place in places)]
    for place in places:
        place.seating.keep({(one.person, one.group) for one in useful})
        for option in useful:  # where a place was full before, one may stand in for another there
            place.allow(option)
    chosen = _needed(places, useful)
    wanted = sum(place.wanted for place in places)
    return Closing(tuple(chosen), after - before, wanted - after)


def _win(places: Sequence[_Place], options: Iterable[Option]) -> Sequence[Option]:
    """Allow options until nothing is short; return those up to the last that won a seat."""
    asked, last, short = list[Option](), 0, places
    for option in options if places else ():
        asked.append(option)
        if sum([place.allow(option) for place in short]):
            last, short = len(asked), [place for place in short if place.is_short]
        if not short:
            break
    return asked[:last]


def _needed(places: Sequence[_Place], useful: Sequence[Option]) -> list[Option]:
    """Return those of ``useful`` whom nobody replaces, trying to spare the latest first."""
    needed = list(useful)
    for option in reversed(useful):
        if sum([place.deny(option) for place in places]):
            for place in places:
                place.allow(option)
        else:
            needed.remove(option)
    return needed


def _places(parts: Iterable[tuple[Needs, Collection[int]]]) -> list[_Place]:
    """Return the parts that are short; those with the same needs and people as one."""
    alike: dict[object, tuple[Needs, frozenset[int]]] = {}
    times: Counter[object] = Counter()
    for needs, people in parts:
        there = frozenset(people)
        key = (id(needs), there)
        alike.setdefault(key, (needs, there))
        times[key] += 1
    places = [_Place(Seating(needs), there, times[key]) for key, (needs, there) in alike.items()]
    return [place for place in places if place.is_short]
