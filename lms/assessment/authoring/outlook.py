"""What a blueprint amounts to: how many papers it has, its weakest section, how fair they are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lms.assessment.exam_rules import Cell, SectionRule, Stock, available
from lms.assessment.papers import PoolItem, PoolTooSmall, Rule, draw_papers

SAMPLES = 60  # papers drawn to see how hard they are
PLENTY = 10**9  # papers; more are told as this many


@dataclass(frozen=True)
class Weakest:
    """The section whose questions are seen most often."""

    section: SectionRule
    available: int
    share: float  # percent of papers in which one of its questions stands, on average


@dataclass(frozen=True)
class Outlook:
    """What an author should know before publication."""

    papers: int  # different sets of questions, at least
    weakest: Weakest | None
    expected: float | None = None  # the blueprint's mean expected score, in percent
    lowest: float | None = None  # among sample papers
    highest: float | None = None
    fair: int = 0  # how many of the samples lie within the band
    samples: int = 0


Grouped = Iterable[tuple[str, Cell]]  # items in use of which no two meet: their group, and where


def papers_possible(sections: Sequence[SectionRule], stock: Stock, grouped: Grouped = ()) -> int:
    """Return how many sets of questions there are, in which no two of a group meet.

    Exactly where no two sections overlap and no group reaches over several of them, else the least
    there can be: where a section lies within another the narrower draws first and the wider from
    what is left, and of a group only those count that are where most of it is. At most ``PLENTY``.
    """
    count, taken, choices = 1, dict[SectionRule, int](), _choices(stock, grouped)
    narrow_first = sorted(sections, key=lambda s: (s.level is None) + (s.kind is None))
    for section in narrow_first:
        used = sum(draw for other, draw in taken.items() if _overlap(other, section))
        sizes = sorted(size for cell, size in choices if section.fits(cell))
        count *= _sets(sizes[: max(0, len(sizes) - used)], section.draw)
        taken[section] = taken.get(section, 0) + section.draw
    return min(count, PLENTY)


def _choices(stock: Stock, grouped: Grouped) -> list[tuple[Cell, int]]:
    """Return each item that may be drawn, as 1, and each group as so many that exclude another."""
    groups: dict[str, Counter[Cell]] = defaultdict(Counter)
    for group, cell in grouped:
        groups[group][cell] += 1
    in_groups = sum(groups.values(), Counter[Cell]())
    single = [(cell, 1) for cell, number in stock.items() for _ in range(number - in_groups[cell])]
    return [*single, *(cells.most_common(1)[0] for cells in groups.values())]


def _sets(sizes: Sequence[int], draw: int) -> int:
    """Return in how many ways ``draw`` of these are chosen, and one of so many in each."""
    ways = [1, *[0] * draw]
    for size in sizes:
        for chosen in range(draw, 0, -1):
            ways[chosen] += ways[chosen - 1] * size
    return ways[draw]


def _overlap(one: SectionRule, other: SectionRule) -> bool:
    return (
        one.topic == other.topic
        and (one.level is None or other.level is None or one.level == other.level)
        and (one.kind is None or other.kind is None or one.kind is other.kind)
    )


def weakest_section(sections: Sequence[SectionRule], stock: Stock) -> Weakest | None:
    """Return the section that draws the largest share of what it may draw from."""
    found = [
        Weakest(section, have, min(100.0, 100 * asked / have))
        for section in sections
        if (have := available(stock, section))
        for asked in (sum(s.draw for s in sections if s.lies_within(section)),)
    ]
    return max(found, key=lambda one: one.share, default=None)


def outlook(
    sections: Sequence[SectionRule],
    stock: Stock,
    pool: Sequence[PoolItem] = (),
    band: int | None = None,
    *,
    grouped: Grouped = (),
) -> Outlook:
    """Return what the blueprint amounts to; with a ``pool`` also how hard sample papers are.

    ``grouped`` are the items of which no two of a group meet. Where too few are left to draw from,
    papers are drawn as if there were no groups, and counted so.
    """
    weakest = weakest_section(sections, stock)
    papers = papers_possible(sections, stock, grouped) or papers_possible(sections, stock)
    rules = [Rule(s.topic, s.level, s.draw, s.kind) for s in sections]
    try:
        drawn = draw_papers(rules, pool, map(str, range(SAMPLES)), band=band) if pool else []
    except PoolTooSmall:
        return Outlook(0, weakest)
    if not drawn:
        return Outlook(papers, weakest)
    expected = [paper.expected for paper in drawn]
    return Outlook(
        papers,
        weakest,
        drawn[0].target,
        min(expected),
        max(expected),
        sum(paper.is_fair for paper in drawn),
        len(drawn),
    )
