"""Takt time and windows needed: the reader's sums against Erlang C, with marks for method.

For each interval the reader computes takt, work in windows (load) and windows needed. A figure that
follows from the reader's own wrong one, or is right but for a slip, earns half.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lms.catalog.messages import Message
from lms.catalog.source.map_reader import MapReader
from lms.catalog.workbench import erlang
from lms.catalog.workbench.base import (
    Faults,
    FieldMark,
    Given,
    Outcome,
    Verdict,
    agrees,
    mean_worth,
    number_faults,
    parse_number,
    plain,
)

MOST_INTERVALS = 8
MOST_LOAD = 200  # windows kept busy
STEPS = ("takt", "load", "windows")


@dataclass(frozen=True)
class Interval:
    """A stretch of the day and how many come in it."""

    name: str
    visitors: int


@dataclass(frozen=True)
class Takt:
    """The task: times in minutes, ``percent`` of visitors wait no longer than ``within``."""

    minutes: int
    handling: float
    percent: float
    within: float
    intervals: tuple[Interval, ...]

    def takt(self, interval: Interval) -> float:
        """Return the minutes from one visitor to the next."""
        return self.minutes / interval.visitors

    def load(self, interval: Interval) -> float:
        """Return how many windows the work itself keeps busy."""
        return self.handling / self.takt(interval)

    def needed(self, load: float) -> int:
        """Return the windows at which the standard holds."""
        return erlang.windows_needed(
            load, self.handling, share=self.percent / 100, limit=self.within
        )


@dataclass(frozen=True)
class Step:
    """One interval worked out: with the fewest windows that do, and with one less."""

    interval: Interval
    takt: float
    load: float
    windows: int
    within: float  # shares
    within_less: float


def read(reader: MapReader) -> Takt:
    """Return the task that a mapping states."""
    minutes = reader.integer("minutes", minimum=1, maximum=1440)
    handling = float(reader.decimal("handling", minimum=0, maximum=600) or 0)
    percent, within = 80.0, 15.0
    standard = reader.mapping("standard")
    if standard is not None:
        percent = float(standard.decimal("percent", minimum=1, maximum=99) or 80)
        within = float(standard.decimal("within", minimum=0, maximum=600) or 0)
        standard.done()
    intervals = []
    for entry in reader.maps("intervals"):
        interval = Interval(
            entry.text("name", limit=60), entry.integer("visitors", minimum=1, maximum=10_000)
        )
        entry.done()
        if minutes and handling * interval.visitors / minutes > MOST_LOAD:
            entry.complain(
                "visitors", Message("more work than %(most)s windows do", most=MOST_LOAD)
            )
            continue
        intervals.append(interval)
    if len(intervals) > MOST_INTERVALS:
        reader.complain("intervals", Message("has more than %(most)s entries", most=MOST_INTERVALS))
    if reader.has("handling") and not handling:
        reader.complain("handling", Message("must be more than 0"))
    return Takt(minutes, handling or 1.0, percent, within, tuple(intervals[:MOST_INTERVALS]))


def common(spec: Takt) -> tuple[str, ...]:
    """Return the numbers."""
    numbers = (spec.minutes, spec.handling, spec.percent, spec.within)
    return tuple(map(str, (*numbers, *(one.visitors for one in spec.intervals))))


def fields(spec: Takt) -> Sequence[str]:
    """Return three fields for each interval."""
    return [f"{step}-{place}" for place in range(1, len(spec.intervals) + 1) for step in STEPS]


def faults(spec: Takt, given: Given) -> Faults:
    """Return the fields without a number; windows are whole."""
    found = number_faults(fields(spec), given)
    for name in fields(spec):
        number = parse_number(given.get(name, ""))
        if name.startswith("windows") and number is not None and number % 1:
            found[name] = Message("Write a whole number: windows are not halved.")
    return found


def score(spec: Takt, given: Given) -> Outcome:
    """Score each figure by itself and by what went before it."""
    marks: dict[str, FieldMark] = {}
    for place, interval in enumerate(spec.intervals, start=1):
        names = {step: f"{step}-{place}" for step in STEPS}
        marks[names["takt"]] = _takt_mark(spec.takt(interval), given[names["takt"]])
        marks[names["load"]] = _load_mark(
            spec, interval, given[names["load"]], given[names["takt"]]
        )
        marks[names["windows"]] = _windows_mark(
            spec, interval, given[names["windows"]], given[names["load"]]
        )
    return Outcome(mean_worth(marks), marks, [work_out(spec, one) for one in spec.intervals])


def _takt_mark(right: float, text: str) -> FieldMark:
    number = parse_number(text) or 0.0
    shown = plain(right)
    if agrees(text, right):
        return FieldMark(Verdict.RIGHT, shown)
    if abs(number - 60 * right) <= 0.02 * 60 * right:
        return FieldMark(
            Verdict.PART, shown, Message("These are seconds: the method is right, the unit is not.")
        )
    if abs(number - right) <= 0.1 * right:
        return FieldMark(
            Verdict.PART, shown, Message("The method is right; the division has slipped.")
        )
    if abs(number - 1 / right) <= 0.02 / right:
        return FieldMark(
            Verdict.WRONG, shown, Message("Divided the wrong way round: time goes on top.")
        )
    return FieldMark(Verdict.WRONG, shown)


def _load_mark(spec: Takt, interval: Interval, text: str, takt_text: str) -> FieldMark:
    right, own_takt = spec.load(interval), parse_number(takt_text) or 0.0
    shown = plain(right)
    # A takt that was rounded to a decimal may move the quotient a little: that is no slip.
    rounded = agrees(takt_text, spec.takt(interval)) and agrees(text, spec.handling / own_takt)
    if agrees(text, right) or rounded:
        return FieldMark(Verdict.RIGHT, shown)
    if own_takt and agrees(text, spec.handling / own_takt):
        return FieldMark(
            Verdict.PART, shown, Message("The method is right: it follows from your takt.")
        )
    if abs((parse_number(text) or 0.0) - right) <= 0.1 * right:
        return FieldMark(
            Verdict.PART, shown, Message("The method is right; the division has slipped.")
        )
    return FieldMark(Verdict.WRONG, shown)


def _windows_mark(spec: Takt, interval: Interval, text: str, load_text: str) -> FieldMark:
    load = spec.load(interval)
    right, number = spec.needed(load), int(parse_number(text) or 0)
    if number == right:
        return FieldMark(Verdict.RIGHT, str(right))
    own = parse_number(load_text) or 0.0
    if 0 < own <= 2 * MOST_LOAD and not agrees(load_text, load) and number == spec.needed(own):
        return FieldMark(
            Verdict.PART, str(right), Message("The method is right: it follows from your load.")
        )
    if number == right + 1:
        return FieldMark(
            Verdict.PART, str(right), Message("The standard holds, but one window fewer does too.")
        )
    if load < number == right - 1:
        return FieldMark(
            Verdict.PART,
            str(right),
            Message("The queue drains, but the standard doesn't hold yet."),
        )
    if number <= load:
        return FieldMark(
            Verdict.WRONG, str(right), Message("At so few windows the queue grows without end.")
        )
    return FieldMark(Verdict.WRONG, str(right))


def work_out(spec: Takt, interval: Interval) -> Step:
    """Return the steps of one interval with their numbers."""
    load = spec.load(interval)
    windows = spec.needed(load)
    return Step(
        interval,
        spec.takt(interval),
        load,
        windows,
        erlang.share_within(windows, load, spec.handling, spec.within),
        erlang.share_within(windows - 1, load, spec.handling, spec.within),
    )


def solve(spec: Takt) -> Given:
    """Return the right figures."""
    given = {}
    for place, interval in enumerate(spec.intervals, start=1):
        given[f"takt-{place}"] = plain(spec.takt(interval), 4)
        given[f"load-{place}"] = plain(spec.load(interval), 4)
        given[f"windows-{place}"] = str(spec.needed(spec.load(interval)))
    return given
