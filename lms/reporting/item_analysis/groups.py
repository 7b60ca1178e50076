"""Differences between groups of people on one question, at equal ability.

Plain facilities differ when one group is stronger; what tells about the *question* is the
difference that remains among equally strong people. It is standardised as by Dorans and Kulick:
within each third of ability the group's facility less that of everyone else, weighted by the
group's own numbers. Thirds in which either side is empty say nothing and are left out.
"""

from collections import Counter
from dataclasses import dataclass
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


Cells = list[dict[str | None, list[float]]]  # by third: group → shares of the points


def _cells(asked: Asked) -> Cells:
    cells: Cells = [{}, {}, {}]
    for entry, third, group in zip(asked.entries, asked.thirds, asked.groups, strict=True):
        cells[third].setdefault(group, []).append(entry.share)
    return cells


def _figures(group: str, cells: Cells) -> GroupFigures:
    own = [share for cell in cells for share in cell.get(group, ())]
    parts: list[float] = []
    variances: list[float] = []
    weight = 0
    for cell in cells:
        here = cell.get(group, [])
        there = [share for other, shares in cell.items() if other != group for share in shares]
        if here and there:
            weight += len(here)
            parts.append(len(here) * (mean(here) - mean(there)))
            spread = variance([*here, *there])
            variances.append(len(here) ** 2 * spread * (1 / len(here) + 1 / len(there)))
    return GroupFigures(
        group=group,
        people=len(own),
        facility=mean(own),
        difference=fsum(parts) / weight if weight else None,
        error=sqrt(fsum(variances)) / weight if weight else None,
    )
