"""5S sorting: cards to the five steps, in the order of GOST R 56906-2016."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.catalog.messages import Message
from lms.catalog.source.map_reader import MapReader
from lms.catalog.workbench.base import (
    Faults,
    FieldMark,
    Given,
    Outcome,
    Verdict,
    mean_worth,
)

MOST_CARDS = 20


class Step(StrEnum):
    """The five steps."""

    SORT = "sort"
    SET = "set"
    SHINE = "shine"
    STANDARDISE = "standardise"
    SUSTAIN = "sustain"


@dataclass(frozen=True)
class Card:
    """Something one does, and the step it belongs to; ``why`` is Markdown."""

    text: str
    step: Step
    why: str


@dataclass(frozen=True)
class FiveS:
    """The cards in the order in which they lie."""

    cards: tuple[Card, ...]


def read(reader: MapReader) -> FiveS:
    """Return the cards that a mapping states."""
    cards = []
    for entry in reader.maps("cards"):
        cards.append(
            Card(
                entry.text("text", limit=200),
                entry.choice("step", Step),
                entry.text("why", limit=600),
            )
        )
        entry.done()
    if len(cards) > MOST_CARDS:
        reader.complain("cards", Message("has more than %(most)s entries", most=MOST_CARDS))
    return FiveS(tuple(cards[:MOST_CARDS]))


def common(spec: FiveS) -> tuple[str, ...]:
    """Return the steps of the cards."""
    return tuple(card.step.value for card in spec.cards)


def fields(spec: FiveS) -> Sequence[str]:
    """Return a field for each card."""
    return [f"card-{place}" for place in range(1, len(spec.cards) + 1)]


def faults(spec: FiveS, given: Given) -> Faults:
    """Return the cards that lie nowhere."""
    known = {step.value for step in Step}
    return {
        name: Message("Choose a step for this card.")
        for name in fields(spec)
        if given.get(name) not in known
    }


def score(spec: FiveS, given: Given) -> Outcome:
    """Score each card."""
    marks = {
        name: FieldMark(
            Verdict.RIGHT if given[name] == card.step else Verdict.WRONG, card.step.value
        )
        for name, card in zip(fields(spec), spec.cards, strict=True)
    }
    return Outcome(mean_worth(marks), marks)


def solve(spec: FiveS) -> Given:
    """Return the right steps."""
    return {name: card.step.value for name, card in zip(fields(spec), spec.cards, strict=True)}
