"""The people of a centre in one week: most of a large one are alike, and go together. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lms.certification.lifecycle.calendar import Stretch
from lms.certification.staffing.seating.shifts import OtherDays, Part, works

Ids = frozenset[int]


@dataclass(frozen=True)
class Spell:
    """Days on which a person may serve by one certification."""

    scheme: int
    first_on: date
    last_on: date

    def covers(self, day: date) -> bool:
        """Tell whether ``day`` is one of them."""
        return self.first_on <= day <= self.last_on


@dataclass(frozen=True)
class Worker:
    """One person by themselves: when employed there, and when at work."""

    id: int
    first_on: date
    last_on: date | None
    pattern: int
    other_days: tuple[OtherDays, ...] = ()  # the last one said comes last
    leaves: tuple[Stretch, ...] = ()

    def is_employed(self, day: date) -> bool:
        """Tell whether the person has a post at the centre on ``day``."""
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)

    def is_on_leave(self, day: date) -> bool:
        """Tell whether the person is away: on leave, or by days that were said otherwise."""
        if any(leave.covers(day) for leave in self.leaves):
            return True
        said = [one for one in self.other_days if one.covers(day)]
        return bool(said) and not said[-1].shifts

    def is_there(self, part: Part) -> bool:
        """Tell whether the person works this part of the day."""
        if not self.is_employed(part.day) or self.is_on_leave(part.day):
            return False
        said = [one for one in self.other_days if one.covers(part.day)]
        if said:
            return said[-1].works(part.shift)
        return works(self.pattern, part.day.weekday(), part.shift)


@dataclass(frozen=True)
class Crew:
    """The people of a centre in one week, by their ids.

    Whoever is employed all week, and works as the pattern says, is one of ``patterns``.
    """

    patterns: Mapping[int, Ids]
    spells: Mapping[Spell, Ids]  # of all: who may serve by what on which days of the week
    others: Sequence[Worker] = ()

    def employed(self, day: date) -> Ids:
        """Return who has a post at the centre on ``day``."""
        return self._steady.union(one.id for one in self.others if one.is_employed(day))

    def there(self, part: Part) -> Ids:
        """Return who works this part of a day, as ``Worker.is_there`` tells it."""
        day = part.day.weekday()
        found = [ids for pattern, ids in self.patterns.items() if works(pattern, day, part.shift)]
        return _all_of(found).union(one.id for one in self.others if one.is_there(part))

    def holding(self, scheme: int, day: date) -> Ids:
        """Return who may serve by a certification on ``day``."""
        spells = (one for one in self.spells if one.scheme == scheme and one.covers(day))
        return _all_of(self.spells[one] for one in spells)

    @cached_property
    def _steady(self) -> Ids:
        return _all_of(self.patterns.values())


def _all_of(sets: Iterable[Ids]) -> Ids:
    return frozenset().union(*sets)


def split(blocks: Iterable[tuple[Ids, Ids]], by: Ids, mark: int) -> list[tuple[Ids, Ids]]:
    """Return blocks of (people, marks), each divided into those in ``by``, who get ``mark``, and
    the others.
    """
    found = []
    for people, marks in blocks:
        if inside := people & by:
            found.append((inside, marks | {mark}))
        if outside := people - by:
            found.append((outside, marks))
    return found


def blocks_of(sets: Mapping[int, Ids]) -> list[tuple[Ids, Ids]]:
    """Return (people, keys of those sets that have them), each person once."""
    blocks = [(_all_of(sets.values()), frozenset[int]())]
    for key, people in sets.items():
        blocks = split(blocks, people, key)
    return [block for block in blocks if block[0]]
