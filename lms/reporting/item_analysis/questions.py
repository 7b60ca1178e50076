"""Figures of one question: facility, discrimination, outcomes by third, options, time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import quantiles

from lms.reporting.item_analysis.moments import correlation, mean
from lms.reporting.item_analysis.sittings import Asked, Entry

LOWER, MIDDLE, UPPER = range(3)
FULL_CREDIT = 1 - 1e-6  # scores are kept to four decimals


@dataclass(frozen=True)
class Row:
    """How many people did one thing: took an option, or earned part of the points."""

    count: int
    share: float  # of all who were asked
    by_third: tuple[float | None, float | None, float | None]  # share within each third
    mean_rest: float | None  # of those who did, on the rest of the paper, from 0 to 1
    correlation: float | None  # between doing it and the rest of the paper


@dataclass(frozen=True)
class OptionRow:
    """One option as it was taken."""

    key: str
    is_right: bool
    row: Row


@dataclass(frozen=True)
class TimeFigures:
    """The spread of the time on a question, in seconds."""

    timed: int  # answers whose time is known
    lower_quartile: float
    median: float
    upper_quartile: float


@dataclass(frozen=True)
class QuestionFigures:
    """What the answers say about one version of one question."""

    asked: int
    facility: float  # mean share of the points
    discrimination: float | None  # correlation of the share with the rest of the paper
    third_sizes: tuple[int, int, int]
    outcomes: Mapping[str, Row]  # full, part, none, empty
    options: tuple[OptionRow, ...]
    time: TimeFigures | None


def question_figures(
    asked: Asked, options: Sequence[str] = (), right: frozenset[str] = frozenset()
) -> QuestionFigures:
    """Return the figures of a question that was asked at least once.

    ``options`` are the keys of its options in the author's order, ``right`` those of them that the
    scoring key holds right.
    """
    shares = [entry.share for entry in asked.entries]
    return QuestionFigures(
        asked=len(shares),
        facility=mean(shares),
        discrimination=correlation(shares, asked.rests),
        third_sizes=asked.third_sizes,
        outcomes={name: _row(asked, done) for name, done in _outcomes(asked.entries).items()},
        options=tuple(
            OptionRow(
                key, key in right, _row(asked, [key in (e.choices or ()) for e in asked.entries])
            )
            for key in options
        ),
        time=time_figures([e.seconds for e in asked.entries if e.seconds is not None]),
    )


def _outcomes(entries: Sequence[Entry]) -> dict[str, list[bool]]:
    names = [outcome(entry) for entry in entries]
    return {name: [found == name for found in names] for name in ("full", "part", "none", "empty")}


def outcome(entry: Entry) -> str:
    """Return what came of one answer: full, part or none of the points, or left empty."""
    if entry.share >= FULL_CREDIT:
        return "full"
    if not entry.answered:
        return "empty"
    return "part" if entry.points > 0 else "none"


def _row(asked: Asked, done: Sequence[bool]) -> Row:
    places = [place for place, one in enumerate(done) if one]
    hits = [0, 0, 0]
    for place in places:
        hits[asked.thirds[place]] += 1
    lower, middle, upper = (
        hit / size if size else None for hit, size in zip(hits, asked.third_sizes, strict=True)
    )
    return Row(
        count=len(places),
        share=len(places) / len(done),
        by_third=(lower, middle, upper),
        mean_rest=mean([asked.rests[place] for place in places]) if places else None,
        correlation=_with_rest(asked, places),
    )


def _with_rest(asked: Asked, places: Sequence[int]) -> float | None:
    """Return the correlation of being at one of ``places`` with the rest of the paper.

    Pearson's for a variable of 0 and 1: its products are the deviations of those who have 1, its
    sum of squares is n·p·(1 - p).
    """
    total, count = len(asked.rests), len(places)
    square = asked.rest_square * count * (total - count) / total
    if square <= 0:
        return None
    product = fsum(asked.from_mean[place] for place in places)
    return max(-1.0, min(1.0, product / sqrt(square)))


def time_figures(seconds: Sequence[float]) -> TimeFigures | None:
    """Return median and quartiles (linear between ranks); None when fewer than two are known."""
    if len(seconds) < 2:
        return None
    return TimeFigures(len(seconds), *quantiles(seconds, n=4, method="inclusive"))
