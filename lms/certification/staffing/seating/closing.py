"""Which training closes a week's gap soonest: the fewest people by the earliest date.

Given when each person could be certified for each group, options are taken by date until as many
seats are staffed as training can staff at all; the date of the last one that won a seat is the
soonest. Then whoever isn't needed by that date is left out again, the latest first: of the rest
nobody can be spared.
"""

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


def _order(option: Option) -> tuple[date, int, int, int]:
    return option.ready_on, option.effort, option.person, option.group


def close(parts: Sequence[tuple[Needs, Collection[int]]], options: Iterable[Option]) -> Closing:
    """Return the soonest closing of the gaps of ``parts``.

    Each part comes with the people who are there, certified or not. The week's pattern is closed as
    if everyone had been trained before it: whether that is in time the date tells.
    """
    open_parts = [
        (needs, set(there)) for needs, there in parts if Seating(needs).staffed < _all(needs)
    ]
    before = _staffed(open_parts, ())
    seatings = [(Seating(needs), there) for needs, there in open_parts]
    last, ordered = 0, sorted(options, key=_order)
    for number, option in enumerate(ordered, 1):
        if sum(_gains(seating, there, option) for seating, there in seatings):
            last = number
    after = sum(seating.staffed for seating, _ in seatings)
    # An option that won nothing when it came may have made room for a later one.
    useful = [
        one
        for one in ordered[:last]
        if any(seating.sits(one.person, one.group) for seating, _ in seatings)
    ]
    for option in reversed(useful[:]):
        without = [one for one in useful if one is not option]
        if _staffed(open_parts, without) == after:
            useful = without
    wanted = sum(_all(needs) for needs, _ in open_parts)
    return Closing(tuple(useful), after - before, wanted - after)


def _gains(seating: Seating, there: Collection[int], option: Option) -> int:
    if option.person not in there or option.group not in seating.needs.required:
        return 0
    return seating.allow(option.person, option.group)


def _all(needs: Needs) -> int:
    return sum(needs.required.values())


def _staffed(parts: Iterable[tuple[Needs, Collection[int]]], options: Collection[Option]) -> int:
    total = 0
    for needs, there in parts:
        seating = Seating(needs)
        for option in options:
            _gains(seating, there, option)
        total += seating.staffed
    return total
