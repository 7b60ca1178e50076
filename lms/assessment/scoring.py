"""Scoring: a pure function of an item's key and a response. Each kind states its rule."""

from fractions import Fraction

from lms.assessment.kinds.base import Answer, Response
from lms.assessment.kinds.registry import KINDS
from lms.assessment.models import ItemKind

# What a person has to judge.
GRADED_BY_HAND = frozenset({ItemKind.ESSAY, ItemKind.FILE})


def credit(kind: ItemKind, answer: Answer, response: Response | None, language: str) -> Fraction:
    """Return the share of an item's points that ``response`` earns, from 0 to 1.

    ``language`` is the attempt's: it tells what a comma in a number means. A short text may be in
    any of the course's languages. What a person has to judge earns nothing by itself.
    """
    if response is None:
        return Fraction(0)
    return KINDS[kind].credit(answer, response, language) or Fraction(0)
