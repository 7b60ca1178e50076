"""What all exercises share: the outcome of an answer, numbers as people type them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from lms.catalog.messages import Message
from lms.catalog.source.map_reader import MapReader

NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?")
SPACES = re.compile(r"[\s\u00a0\u202f]+")

Given = dict[str, str]  # what was typed or chosen, by field
Faults = dict[str, Message]  # by field


class Verdict(StrEnum):
    """What one field of an answer is worth."""

    RIGHT = "right"
    PART = "part"
    WRONG = "wrong"


WORTH = {Verdict.RIGHT: 1.0, Verdict.PART: 0.5, Verdict.WRONG: 0.0}


@dataclass(frozen=True)
class FieldMark:
    """A field's verdict with the right value, and why in a sentence where there is more to say."""

    verdict: Verdict
    right: str
    note: Message | None = None


@dataclass(frozen=True)
class Outcome:
    """The score of an answer, 0 to 1, and what it is made of."""

    share: float
    marks: Mapping[str, FieldMark]
    shown: Any = None  # what the explanation draws: its type is the kind's own

    @property
    def permille(self) -> int:
        """The score in permille, full only when all is right."""
        return 1000 if self.share >= 1 else min(int(self.share * 1000 + 1e-9), 999)

    @property
    def is_right(self) -> bool:
        """Whether nothing is missing."""
        return self.permille == 1000


class Kind(Protocol):
    """One kind of exercise; ``spec`` is of the kind's own class."""

    def read(self, reader: MapReader) -> Any:
        """Return the specification; mistakes are noted by the reader."""

    def common(self, spec: Any) -> tuple[str, ...]:
        """Return what both languages must share, as texts."""

    def fields(self, spec: Any) -> Sequence[str]:
        """Return the names of the fields that an answer has."""

    def faults(self, spec: Any, given: Given) -> Faults:
        """Return what of an answer can't be scored, by field."""

    def score(self, spec: Any, given: Given) -> Outcome:
        """Score an answer without faults."""

    def solve(self, spec: Any) -> Given:
        """Return a right answer."""


def parse_number(text: str) -> float | None:
    """Return a number typed with a point or comma, spaces between digits allowed."""
    squeezed = SPACES.sub("", text)
    return float(squeezed.replace(",", ".")) if NUMBER.fullmatch(squeezed) else None


def number_faults(names: Sequence[str], given: Given) -> Faults:
    """Return a fault for each field that holds no number."""
    faults: Faults = {}
    for name in names:
        text = given.get(name, "").strip()
        if not text:
            faults[name] = Message("Write a number.")
        elif parse_number(text) is None:
            faults[name] = Message("Write a number such as 12 or 1.5.")
    return faults


def agrees(text: str, right: float) -> bool:
    """Tell whether a typed number is ``right`` as far as it was written out.

    Rounded properly to its own decimals (one at least, unless that is more than 2 % off), or within
    a fifth of a percent.
    """
    number = parse_number(text)
    if number is None:
        return False
    decimals = len(SPACES.sub("", text).replace(",", ".").partition(".")[2])
    error = abs(number - right)
    if error <= 0.002 * abs(right) + 1e-9:
        return True
    return error <= 0.5 * 10**-decimals + 1e-9 and (decimals >= 1 or error <= 0.02 * abs(right))


def mean_worth(marks: Mapping[str, FieldMark]) -> float:
    """Return the mean worth of fields, 1 when there are none."""
    if not marks:
        return 1.0
    return sum(WORTH[mark.verdict] for mark in marks.values()) / len(marks)


def right_minus_wrong(chosen: set[str], right: set[str]) -> float:
    """Return hits minus false ones as a share of all right ones, never below 0."""
    if not right:
        return 0.0 if chosen else 1.0
    return max(0.0, (len(chosen & right) - len(chosen - right)) / len(right))


def plain(number: float, decimals: int = 2) -> str:
    """Return a number as it is written in a field: at most so many decimals, none in vain."""
    text = f"{number:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
