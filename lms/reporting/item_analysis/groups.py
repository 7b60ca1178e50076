"""Differences between groups of people on one question, at equal ability.

Plain facilities differ when one group is stronger; what tells about the *question* is the
difference that remains among equally strong people. It is standardised as by Dorans and Kulick:
within each third of ability the group's facility less that of everyone else, weighted by the
group's own numbers. Thirds in which either side is empty say nothing and are left out.
"""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from math import fsum, sqrt

from lms.reporting.item_analysis.moments import mean, variance
from lms.reporting.item_analysis.sittings import Asked

FEWEST_IN_GROUP = 10  # people of each group that is shown; also keeps single people unseen
NOTABLE_DIFFERENCE = 0.10  # of the points: Dorans and Kulick's bound for 'look at the question'
HARDLY_CHANCE = 3.5  # standard errors: one in two thousand, where hundreds are compared


@dataclass(frozen=True)
class GroupFigures:
    """One group on one question."""

    group: str
    people: int
    facility: float
    difference: float | None  # from equally strong people elsewhere, as a share of the points
    error: float | None  # standard error of the difference, were there none

    @property
    def is_notable(self) -> bool:
        """Tell whether the difference is large and hardly chance, many groups being compared."""
        return (
            self.difference is not None
            and self.error is not None
            and abs(self.difference) >= NOTABLE_DIFFERENCE
            and abs(self.difference) > HARDLY_CHANCE * self.error
        )


def group_figures(asked: Asked) -> list[GroupFigures]:
    """Return the groups with enough people, by name; nothing unless at least two have.

    Who works nowhere any more counts as 'everyone else'.
    """
    sizes = Counter(group for group in asked.groups if group is not None)
    large = sorted(group for group, count in sizes.items() if count >= FEWEST_IN_GROUP)
    if len(large) < 2:
        return []
    cells = _cells(asked)
    return [_figures(group, cells) for group in large]


@dataclass(frozen=True)
class Cell:
    """One third of the people: what is the same for each of its groups is found once."""

    shares: dict[str | None, list[float]] = field(default_factory=dict)  # of the points, by group

    @cached_property
    def count(self) -> int:
        """How many people it has."""
        return sum(map(len, self.shares.values()))

    @cached_property
    def totals(self) -> dict[str | None, float]:
        """The sum of the shares of each group."""
        return {group: fsum(shares) for group, shares in self.shares.items()}

    @cached_property
    def variance(self) -> float:
        """The variance of all shares together; there are at least two."""
        return variance([share for shares in self.shares.values() for share in shares])


Cells = tuple[Cell, Cell, Cell]


def _cells(asked: Asked) -> Cells:
    cells = (Cell(), Cell(), Cell())
    for entry, third, group in zip(asked.entries, asked.thirds, asked.groups, strict=True):
        cells[third].shares.setdefault(group, []).append(entry.share)
    return cells


def _figures(group: str, cells: Cells) -> GroupFigures:
    own = [share for cell in cells for share in cell.shares.get(group, ())]
    parts: list[float] = []
    variances: list[float] = []
    weight = 0
    for cell in cells:
        here = cell.shares.get(group, [])
        elsewhere = cell.count - len(here)
        if here and elsewhere:
            weight += len(here)
            there = fsum(total for other, total in cell.totals.items() if other != group)
            parts.append(len(here) * (mean(here) - there / elsewhere))
            variances.append(len(here) ** 2 * cell.variance * (1 / len(here) + 1 / elsewhere))
    return GroupFigures(
        group=group,
        people=len(own),
        facility=mean(own),
        difference=fsum(parts) / weight if weight else None,
        error=sqrt(fsum(variances)) / weight if weight else None,
    )
