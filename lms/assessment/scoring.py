"""Scoring: pure functions of an item's key and a response.

Rules, by kind:

- single choice, true/false, numeric, short text: all points or none;
- multiple choice: right ones chosen minus wrong ones chosen, as a share of all right ones, never
  below nothing (so that ticking everything earns nothing unless all are right);
- matching: the share of left sides with the right partner;
- ordering: the share of neighbouring steps that stand in the right order directly one after the
  other, all points only for the whole order.
"""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lms.assessment.models import ItemKind
from lms.assessment.responses import Response, read_number
from lms.core.database import fold

Answer = Mapping[str, Any]  # the scoring key; see assessment.authored

_EDGES = re.compile(r"^[\s.,;:!?«»\"'“”„()]+|[\s.,;:!?«»\"'“”„()]+$")


def credit(kind: ItemKind, answer: Answer, response: Response | None, language: str) -> Fraction:
    """Return the share of an item's points that ``response`` earns, from 0 to 1.

    ``language`` is the attempt's: it tells what a comma in a number means. A short text may be in
    any of the course's languages.
    """
    return Fraction(0) if response is None else SCORERS[kind](answer, response, language)


def _single_choice(answer: Answer, response: Response, _language: str) -> Fraction:
    return Fraction(response["choice"] in answer["correct"])


def _multiple_choice(answer: Answer, response: Response, _language: str) -> Fraction:
    correct, chosen = set(answer["correct"]), set(response["choices"])
    return max(Fraction(0), Fraction(len(chosen & correct) - len(chosen - correct), len(correct)))


def _true_false(answer: Answer, response: Response, _language: str) -> Fraction:
    return Fraction(response["value"] is answer["value"])


def _matching(answer: Answer, response: Response, _language: str) -> Fraction:
    pairs = answer["pairs"]
    hits = sum(response["pairs"].get(left) == right for left, right in pairs.items())
    return Fraction(hits, len(pairs))


def _ordering(answer: Answer, response: Response, _language: str) -> Fraction:
    right, given = answer["order"], response["order"]
    if given == right:
        return Fraction(1)
    neighbours = set(pairwise(right))
    return Fraction(sum(pair in neighbours for pair in pairwise(given)), len(right))


def _numeric(answer: Answer, response: Response, language: str) -> Fraction:
    number = read_number(response["text"], language)
    if number is None:
        return Fraction(0)
    # Fractions: a decimal difference of very long numbers would be rounded.
    distance = abs(Fraction(number) - Fraction(answer["value"]))
    return Fraction(distance <= Fraction(answer["tolerance"]))


def _short_text(answer: Answer, response: Response, _language: str) -> Fraction:
    variants = (variant for variants in answer["accepted"].values() for variant in variants)
    return Fraction(compared(response["text"]) in {compared(variant) for variant in variants})


SCORERS: dict[ItemKind, Callable[[Answer, Response, str], Fraction]] = {
    ItemKind.SINGLE_CHOICE: _single_choice,
    ItemKind.MULTIPLE_CHOICE: _multiple_choice,
    ItemKind.TRUE_FALSE: _true_false,
    ItemKind.MATCHING: _matching,
    ItemKind.ORDERING: _ordering,
    ItemKind.NUMERIC: _numeric,
    ItemKind.SHORT_TEXT: _short_text,
}


def compared(text: str) -> str:
    """Return a short text as it is compared: case, ё, spaces and outer punctuation aside."""
    return _EDGES.sub("", fold(text) or "")
