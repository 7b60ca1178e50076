"""The scale as rows of equal height: how many people and questions stand where."""

from collections import Counter
from dataclasses import dataclass
from math import floor

from lms.reporting.item_analysis.rasch import Scale

STEP = 0.5  # logits
FARTHEST = 5.0  # beyond, all stand in the outermost row


@dataclass(frozen=True)
class ScaleRow:
    """One stretch of the scale, from ``low`` up to STEP above."""

    low: float
    people: int
    questions: int


def scale_rows(scale: Scale) -> list[ScaleRow]:
    """Return the rows from the top down, without gaps."""
    people = Counter(_row(one.ability) for one in scale.people)
    questions = Counter(_row(one.difficulty) for one in scale.items)
    used = {*people, *questions}
    return [
        ScaleRow(row * STEP, people[row], questions[row])
        for row in range(max(used), min(used) - 1, -1)
    ]


def _row(place: float) -> int:
    bounded = max(-FARTHEST, min(FARTHEST - STEP, place))
    return floor(bounded / STEP)
