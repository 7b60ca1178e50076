"""A value-stream map to fill in: missing times, then process time, lead time and efficiency.

The totals are judged by the reader's own times, so one wrong time costs one mark, not four.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lms.catalog.messages import Message
from lms.catalog.source.map_reader import MapReader
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

MOST_STEPS = 12
ASKED = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?)(\?)?")
TOTALS = ("process", "lead", "efficiency")


@dataclass(frozen=True)
class Time:
    """A time on the map; the reader fills it when it is asked."""

    value: float
    is_asked: bool


@dataclass(frozen=True)
class Step:
    """Work, then the wait after it."""

    name: str
    work: Time
    wait: Time


@dataclass(frozen=True)
class Stream:
    """The map; all times are in ``unit``."""

    unit: str
    steps: tuple[Step, ...]

    def times(self) -> dict[str, Time]:
        """Return the times by the names of their fields, in order."""
        return {
            f"{part}-{place}": time
            for place, step in enumerate(self.steps, start=1)
            for part, time in (("work", step.work), ("wait", step.wait))
        }


@dataclass(frozen=True)
class Totals:
    """The sums of a map."""

    process: float
    lead: float

    @property
    def efficiency(self) -> float:
        """The share of work in the lead time, in percent."""
        return 100 * self.process / self.lead if self.lead else 0.0


def read(reader: MapReader) -> Stream:
    """Return the map that a mapping states."""
    unit = reader.text("unit", limit=20)
    steps = []
    for entry in reader.maps("steps"):
        steps.append(Step(entry.text("name", limit=80), _time(entry, "work"), _time(entry, "wait")))
        entry.done()
    if len(steps) > MOST_STEPS:
        reader.complain("steps", Message("has more than %(most)s entries", most=MOST_STEPS))
    if steps and not sum(step.work.value for step in steps):
        reader.complain("steps", Message("no step has any work"))
    return Stream(unit, tuple(steps[:MOST_STEPS]))


def _time(entry: MapReader, key: str) -> Time:
    text = entry.text(key)
    match = ASKED.fullmatch(text)
    if text and not match:
        entry.complain(key, Message("is a number, or a number with a question mark: 240?"))
    return Time(float(match.group(1)), bool(match.group(2))) if match else Time(0, False)


def common(spec: Stream) -> tuple[str, ...]:
    """Return the times and which are asked."""
    return tuple(f"{time.value}{'?' if time.is_asked else ''}" for time in spec.times().values())


def fields(spec: Stream) -> Sequence[str]:
    """Return the asked times, then the totals."""
    return [*(name for name, time in spec.times().items() if time.is_asked), *TOTALS]


def faults(spec: Stream, given: Given) -> Faults:
    """Return the fields without a number."""
    return number_faults(fields(spec), given)


def totals(spec: Stream, given: Given | None = None) -> Totals:
    """Return the sums, with the reader's own times where ``given``."""
    work = lead = 0.0
    for name, time in spec.times().items():
        own = parse_number((given or {}).get(name, "")) if time.is_asked else None
        value = time.value if own is None else own
        lead += value
        work += value if name.startswith("work") else 0.0
    return Totals(work, lead)


def score(spec: Stream, given: Given) -> Outcome:
    """Score each asked time, and each total by the reader's own times."""
    marks: dict[str, FieldMark] = {}
    for name, time in spec.times().items():
        if time.is_asked:
            verdict = Verdict.RIGHT if agrees(given[name], time.value) else Verdict.WRONG
            marks[name] = FieldMark(verdict, plain(time.value))
    right, own = totals(spec), totals(spec, given)
    for name in TOTALS:
        marks[name] = _total_mark(name, given, right, own)
    return Outcome(mean_worth(marks), marks, right)


def _total_mark(name: str, given: Given, right: Totals, own: Totals) -> FieldMark:
    shown = plain(getattr(right, name))
    if agrees(given[name], getattr(right, name)):
        return FieldMark(Verdict.RIGHT, shown)
    if agrees(given[name], getattr(own, name)):
        return FieldMark(
            Verdict.RIGHT, shown, Message("Rightly summed: it follows from your own times.")
        )
    if name == "efficiency" and _follows(given):
        return FieldMark(
            Verdict.PART, shown, Message("The method is right: it follows from your own sums.")
        )
    if name == "efficiency" and agrees(given[name], right.efficiency / 100):
        return FieldMark(
            Verdict.PART, shown, Message("This is a share; in percent it is 100 times more.")
        )
    return FieldMark(Verdict.WRONG, shown)


def _follows(given: Given) -> bool:
    process, lead = parse_number(given["process"]), parse_number(given["lead"])
    return bool(process and lead) and agrees(
        given["efficiency"], 100 * (process or 0) / (lead or 1)
    )


def solve(spec: Stream) -> Given:
    """Return the right figures."""
    given = {name: plain(time.value, 3) for name, time in spec.times().items() if time.is_asked}
    right = totals(spec)
    return given | {name: plain(getattr(right, name), 4) for name in TOTALS}
