"""The rules of an exam as its author states them: from ``exam.yaml`` or from the page."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.assessment.models import Behaviour, Counting, ExplanationPolicy, ItemKind

Texts = dict[str, str]
Cell = tuple[str, int, ItemKind]  # topic, level, kind
Stock = Mapping[Cell, int]  # how many items in use there are of each


@dataclass(frozen=True)
class SectionRule:
    """So many items of a topic, of one level and of one kind, or (None) of any.

    ``pass_percent`` of the section's points are needed besides the total.
    """

    topic: str
    draw: int
    level: int | None = None
    kind: ItemKind | None = None
    pass_percent: int | None = None

    def fits(self, cell: Cell) -> bool:
        """Tell whether the section draws from ``cell``."""
        topic, level, kind = cell
        return topic == self.topic and self.level in (None, level) and self.kind in (None, kind)

    def lies_within(self, other: "SectionRule") -> bool:
        """Tell whether all that this section draws from the other one draws from too."""
        return (
            self.topic == other.topic
            and other.level in (None, self.level)
            and other.kind in (None, self.kind)
        )


@dataclass(frozen=True)
class ExamRules:
    """All that an author decides about an exam."""

    title: Texts
    minutes: int
    pass_percent: int
    attempts: int
    wait_hours: int
    explanations: ExplanationPolicy
    sections: tuple[SectionRule, ...] = ()
    behaviour: Behaviour = Behaviour.EXAM
    certainty: bool = False
    counting: Counting = Counting.BEST
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    needs_code: bool = False
    fair_band: int | None = None
    exposure_percent: int | None = None

    @property
    def questions(self) -> int:
        """How many questions a paper has."""
        return sum(section.draw for section in self.sections)

    @property
    def is_window_too_short(self) -> bool:
        """Whether the exam is open for less time than it takes."""
        if self.opens_at is None or self.closes_at is None:
            return False
        return self.closes_at - self.opens_at < timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Shortage:
    """A topic (or one level or kind of it) of which the sections ask for more than there is."""

    topic: str
    level: int | None
    asked: int
    available: int
    kind: ItemKind | None = None


def available(stock: Stock, section: SectionRule) -> int:
    """Return how many items the section may draw from."""
    return sum(count for cell, count in stock.items() if section.fits(cell))


def by_level(stock: Stock) -> dict[str, dict[int, int]]:
    """Return how many items each topic has by level, whatever their kind."""
    counts: dict[str, dict[int, int]] = {}
    for (topic, level, _kind), count in stock.items():
        levels = counts.setdefault(topic, {})
        levels[level] = levels.get(level, 0) + count
    return counts


def stock_of(cells: Iterable[Cell]) -> Stock:
    """Return how many items there are of each topic, level and kind."""
    return Counter(cells)


def total(stock: Stock) -> int:
    """Return how many items all topics have together."""
    return sum(stock.values())


def shortages(sections: Iterable[SectionRule], stock: Stock) -> list[Shortage]:
    """Return what can't be drawn, by topic; nothing exactly when a paper can be drawn.

    Sections share a bank and no item is asked twice. So all sections that draw within one selection
    count together against it: those of a level against the level, all against the whole topic.
    Where sections overlap in part, each of these may be met and no paper be possible all the same;
    then the topic as a whole is told.
    """
    by_topic: dict[str, list[SectionRule]] = {}
    for section in sections:
        by_topic.setdefault(section.topic, []).append(section)
    found = []
    for topic, group in by_topic.items():
        lacking = _lacking(group, stock)
        if not lacking:
            asked, drawn = sum(section.draw for section in group), most_drawn(group, stock)
            if drawn < asked:
                lacking = [Shortage(topic, None, asked, drawn)]
        found += lacking
    return found


def _lacking(group: Sequence[SectionRule], stock: Stock) -> list[Shortage]:
    """Return the selections of one topic that are asked for more than they hold.

    A wider one isn't told beside a narrower one within it.
    """
    whole = SectionRule(group[0].topic, 0)
    selections = {(s.level, s.kind): s for s in (*group, whole)}.values()
    narrow_first = sorted(
        selections,
        key=lambda s: (
            (s.level is None) + (s.kind is None),
            s.level or 0,
            s.kind.value if s.kind else "",
        ),
    )
    told: list[SectionRule] = []
    found = []
    for selection in narrow_first:
        asked = sum(s.draw for s in group if s.lies_within(selection))
        have = available(stock, selection)
        if asked > have and not any(one.lies_within(selection) for one in told):
            told.append(selection)
            found.append(Shortage(selection.topic, selection.level, asked, have, selection.kind))
    return found


def most_drawn(group: Sequence[SectionRule], stock: Stock) -> int:
    """Return how many items the sections can draw together: the greatest flow from items to them.

    Items of one topic, level and kind are alike here, so the network is small.
    """
    left = {cell: count for cell, count in stock.items() if any(s.fits(cell) for s in group)}
    taken: dict[tuple[int, Cell], int] = {}

    def give(number: int, seen: set[int]) -> bool:
        """Give one more item to section ``number``, moving others to other items if need be."""
        seen.add(number)
        fitting = [cell for cell in left if group[number].fits(cell)]
        for cell in fitting:
            if left[cell]:
                left[cell] -= 1
                taken[number, cell] = taken.get((number, cell), 0) + 1
                return True
        for cell in fitting:
            for other in range(len(group)):
                if other not in seen and taken.get((other, cell)) and give(other, seen):
                    taken[other, cell] -= 1
                    taken[number, cell] = taken.get((number, cell), 0) + 1
                    return True
        return False

    return sum(give(number, set()) for number, s in enumerate(group) for _ in range(s.draw))
