"""A Pareto chart to build: causes in order of size, the vital few marked.

The vital few are the fewest largest causes that together reach the threshold. Order and marks earn
half each; the order by the share of pairs that stand rightly.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from lms.catalog.messages import Message
from lms.catalog.source.map_reader import MapReader
from lms.catalog.workbench.base import (
    Faults,
    FieldMark,
    Given,
    Outcome,
    Verdict,
    right_minus_wrong,
)

FEWEST_CAUSES, MOST_CAUSES = 3, 12


@dataclass(frozen=True)
class Cause:
    """A cause and how often it was seen."""

    name: str
    count: int


@dataclass(frozen=True)
class Pareto:
    """The causes as they lie at first; ``unit`` says what is counted."""

    unit: str
    threshold: float  # percent
    causes: tuple[Cause, ...]

    @property
    def total(self) -> int:
        """The count of all causes."""
        return sum(cause.count for cause in self.causes)

    def few(self) -> int:
        """Return how many causes the vital few are."""
        reached = 0
        for number, count in enumerate(sorted((c.count for c in self.causes), reverse=True), 1):
            reached += count
            if 100 * reached >= self.threshold * self.total:
                return number
        return len(self.causes)


@dataclass(frozen=True)
class Bar:
    """A column of the chart: a cause with the share of all that is reached with it, in percent."""

    cause: Cause
    reached: float
    is_marked: bool


def read(reader: MapReader) -> Pareto:
    """Return the causes that a mapping states."""
    unit = reader.text("unit", limit=40)
    threshold = reader.decimal("threshold", minimum=50, maximum=95, required=False)
    causes = []
    for entry in reader.maps("causes"):
        causes.append(
            Cause(
                entry.text("name", limit=80), entry.integer("count", minimum=1, maximum=1_000_000)
            )
        )
        entry.done()
    if causes and not FEWEST_CAUSES <= len(causes) <= MOST_CAUSES:
        reader.complain(
            "causes",
            Message(
                "has from %(fewest)s to %(most)s entries", fewest=FEWEST_CAUSES, most=MOST_CAUSES
            ),
        )
    counts = [cause.count for cause in causes]
    if len(counts) > 1 and counts == sorted(counts, reverse=True):
        reader.complain("causes", Message("stand in the right order already: mix them"))
    return Pareto(unit, float(threshold or 80), tuple(causes[:MOST_CAUSES]))


def common(spec: Pareto) -> tuple[str, ...]:
    """Return the counts and the threshold."""
    return (str(spec.threshold), *(str(cause.count) for cause in spec.causes))


def fields(spec: Pareto) -> Sequence[str]:
    """Return for each cause its place, and whether it is of the vital few."""
    numbers = range(1, len(spec.causes) + 1)
    return [name for number in numbers for name in (f"place-{number}", f"vital-{number}")]


def faults(spec: Pareto, given: Given) -> Faults:
    """Return the places that are none or stand twice, and a fault when nothing is marked."""
    numbers = range(1, len(spec.causes) + 1)
    known = {str(number) for number in numbers}
    found: Faults = {}
    taken: set[str] = set()
    for number in numbers:
        place = given.get(f"place-{number}", "")
        if place not in known:
            found[f"place-{number}"] = Message("Choose a place.")
        elif place in taken:
            found[f"place-{number}"] = Message("Another cause has this place.")
        taken.add(place)
    if not any(given.get(f"vital-{number}") == "yes" for number in numbers):
        found["vital-1"] = Message("Mark the vital few.")
    return found


def ordered(spec: Pareto, given: Given) -> list[int]:
    """Return the numbers of the causes in the reader's order; without places as they lie."""

    def place(number: int) -> tuple[int, int]:
        text = given.get(f"place-{number}", "")
        return (int(text) if text.isdecimal() and len(text) < 4 else number, number)

    return sorted(range(1, len(spec.causes) + 1), key=place)


def score(spec: Pareto, given: Given) -> Outcome:
    """Score the order and the marks; draw the chart in the reader's order."""
    order = ordered(spec, given)
    counts = [spec.causes[number - 1].count for number in order]
    pairs = list(combinations(counts, 2))
    in_order = sum(left >= right for left, right in pairs) / len(pairs) if pairs else 1.0
    marked = {number for number in order if given.get(f"vital-{number}") == "yes"}
    vital = vital_causes(spec)
    marks = {}
    best = sorted(counts, reverse=True)
    for place, number in enumerate(order):
        cause = spec.causes[number - 1]
        right = Verdict.RIGHT if cause.count == best[place] else Verdict.WRONG
        marks[f"place-{number}"] = FieldMark(right, str(best.index(cause.count) + 1))
        is_right = _is_vital(spec, number, vital, marked) == (number in marked)
        marks[f"vital-{number}"] = FieldMark(
            Verdict.RIGHT if is_right else Verdict.WRONG, "yes" if number in vital else ""
        )
    return Outcome((in_order + _few_share(spec, marked, vital)) / 2, marks, bars(spec, given))


def vital_causes(spec: Pareto) -> set[int]:
    """Return the numbers of the vital few; of equal causes the ones that lie first."""
    numbers = sorted(range(1, len(spec.causes) + 1), key=lambda n: (-spec.causes[n - 1].count, n))
    return set(numbers[: spec.few()])


def _is_vital(spec: Pareto, number: int, vital: set[int], marked: set[int]) -> bool:
    """Tell whether marking the cause was right; equal causes at the border stand for each other."""
    if _is_right_set(spec, marked, vital):
        return number in marked
    return number in vital


def _is_right_set(spec: Pareto, marked: set[int], vital: set[int]) -> bool:
    def counts(numbers: set[int]) -> list[int]:
        return sorted(spec.causes[number - 1].count for number in numbers)

    return counts(marked) == counts(vital)


def _few_share(spec: Pareto, marked: set[int], vital: set[int]) -> float:
    if _is_right_set(spec, marked, vital):
        return 1.0
    return right_minus_wrong({str(n) for n in marked}, {str(n) for n in vital})


def bars(spec: Pareto, given: Given) -> list[Bar]:
    """Return the columns in the reader's order with the line of what is reached."""
    result: list[Bar] = []
    reached = 0
    for number in ordered(spec, given):
        cause = spec.causes[number - 1]
        reached += cause.count
        result.append(
            Bar(
                cause,
                100 * reached / spec.total,
                given.get(f"vital-{number}") == "yes",
            )
        )
    return result


def solve(spec: Pareto) -> Given:
    """Return the causes in order with the vital few marked."""
    numbers = sorted(range(1, len(spec.causes) + 1), key=lambda n: (-spec.causes[n - 1].count, n))
    given = {f"place-{number}": str(place) for place, number in enumerate(numbers, start=1)}
    return given | {f"vital-{number}": "yes" for number in vital_causes(spec)}
