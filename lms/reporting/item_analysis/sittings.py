"""What the figures are made from: papers with points, choices and times; nobody's name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum
from typing import NamedTuple


class Entry(NamedTuple):
    """One question of one paper, as it was answered; there are tens of thousands of them."""

    item: int  # key of the item version
    points: float
    possible: float
    choices: frozenset[str] | None = None  # keys of the options taken, for kinds that have options
    answered: bool = True
    seconds: float | None = None  # see times
    path: tuple[str, ...] | None = None  # keys of the replies said, for dialogues

    @property
    def share(self) -> float:
        """The share of the question's points that was earned, from 0 to 1."""
        return self.points / self.possible


@dataclass(frozen=True)
class Sitting:
    """One paper of one person."""

    entries: tuple[Entry, ...]
    cut_percent: float = 0  # the pass mark of the exam that was sat
    group: str | None = None  # where the person works, at the level that is compared

    @cached_property
    def points(self) -> float:
        """The points earned."""
        return fsum(entry.points for entry in self.entries)

    @cached_property
    def possible(self) -> float:
        """The points that could be earned."""
        return fsum(entry.possible for entry in self.entries)

    @property
    def percent(self) -> float:
        """The result out of 100."""
        return 100 * self.points / self.possible

    @property
    def rests(self) -> list[float | None]:
        """For each entry the share earned of all other questions; None where there are none.

        Equal shares must be equal numbers, whatever was taken from what: beyond twelve decimals
        there is nothing but the machine's rounding.
        """
        points, possible = self.points, self.possible
        return [
            round((points - entry.points) / (possible - entry.possible), 12)
            if possible > entry.possible
            else None
            for entry in self.entries
        ]


@dataclass
class Asked:
    """Every time that one question was asked: its entries beside the rest of their papers."""

    entries: list[Entry] = field(default_factory=list)
    rests: list[float] = field(default_factory=list)
    groups: list[str | None] = field(default_factory=list)

    def add(self, entry: Entry, rest: float, group: str | None) -> None:
        """Count one more time."""
        self.entries.append(entry)
        self.rests.append(rest)
        self.groups.append(group)

    @cached_property
    def thirds(self) -> list[int]:
        """The third of each person by the rest of the paper: 0 lower, 1 middle, 2 upper."""
        return thirds(self.rests)

    @cached_property
    def third_sizes(self) -> tuple[int, int, int]:
        """How many people each third has."""
        return (self.thirds.count(0), self.thirds.count(1), self.thirds.count(2))

    @cached_property
    def from_mean(self) -> list[float]:
        """How far each person's rest of the paper lies from the mean."""
        middle = fsum(self.rests) / len(self.rests)
        return [rest - middle for rest in self.rests]

    @cached_property
    def rest_square(self) -> float:
        """The sum of squares of ``from_mean``; 0 where nothing but rounding differs."""
        if min(self.rests) == max(self.rests):
            return 0.0
        return fsum(distance * distance for distance in self.from_mean)


def by_item(sittings: Iterable[Sitting]) -> dict[int, Asked]:
    """Return every question's entries. A paper of one question has no rest and says nothing."""
    found: dict[int, Asked] = {}
    for sitting in sittings:
        for entry, rest in zip(sitting.entries, sitting.rests, strict=True):
            if rest is not None:
                asked = found.get(entry.item)
                if asked is None:
                    asked = found[entry.item] = Asked()
                asked.add(entry, rest, sitting.group)
    return found


def thirds(values: list[float]) -> list[int]:
    """Return each value's third by its middle rank: equal values are never parted.

    The thirds are as equal as ties allow; in whole numbers, so that nothing is rounded.
    """
    counts: dict[float, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    total, below, place = len(values), 0, dict[float, int]()
    for value in sorted(counts):
        doubled_rank = 3 * (2 * below + counts[value])  # 6 × the middle rank
        place[value] = 0 if doubled_rank < 2 * total else 2 if doubled_rank > 4 * total else 1
        below += counts[value]
    return [place[value] for value in values]
