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
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lms.assessment.models import ItemKind
from lms.assessment.responses import Response, read_number
from lms.core.database import fold

_EDGES = re.compile(r"^[\s.,;:!?«»\"'“”„()]+|[\s.,;:!?«»\"'“”„()]+$")


def credit(
    kind: ItemKind, answer: Mapping[str, Any], response: Response | None, language: str
) -> Fraction:
    """Return the share of an item's points that ``response`` earns, from 0 to 1.

    ``language`` is the attempt's: it tells what a comma in a number means. A short text may be in
    any of the course's languages.
    """
    if response is None:
        return Fraction(0)
    match kind:
        case ItemKind.SINGLE_CHOICE:
            return Fraction(response["choice"] in answer["correct"])
        case ItemKind.MULTIPLE_CHOICE:
            return _multiple(set(answer["correct"]), set(response["choices"]))
        case ItemKind.TRUE_FALSE:
            return Fraction(response["value"] is answer["value"])
        case ItemKind.MATCHING:
            pairs = answer["pairs"]
            hits = sum(response["pairs"].get(left) == right for left, right in pairs.items())
            return Fraction(hits, len(pairs))
        case ItemKind.ORDERING:
            return _ordering(answer["order"], response["order"])
        case ItemKind.NUMERIC:
            return Fraction(_is_near(answer, response["text"], language))
        case ItemKind.SHORT_TEXT:
            return Fraction(_is_accepted(answer["accepted"], response["text"]))


def _multiple(correct: set[str], chosen: set[str]) -> Fraction:
    return max(Fraction(0), Fraction(len(chosen & correct) - len(chosen - correct), len(correct)))


def _ordering(right: list[str], given: list[str]) -> Fraction:
    if given == right:
        return Fraction(1)
    neighbours = set(pairwise(right))
    hits = sum(pair in neighbours for pair in pairwise(given))
    return Fraction(hits, len(right))


def _is_near(answer: Mapping[str, Any], text: str, language: str) -> bool:
    number = read_number(text, language)
    if number is None:
        return False
    # Fractions: a decimal difference of very long numbers would be rounded.
    return abs(Fraction(number) - Fraction(answer["value"])) <= Fraction(answer["tolerance"])


def compared(text: str) -> str:
    """Return a short text as it is compared: case, ё, spaces and outer punctuation aside."""
    return _EDGES.sub("", fold(text) or "")


def _is_accepted(accepted: Mapping[str, list[str]], text: str) -> bool:
    variants = (variant for variants in accepted.values() for variant in variants)
    return compared(text) in {compared(variant) for variant in variants}
