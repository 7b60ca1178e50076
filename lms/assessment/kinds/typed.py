"""A number with a tolerance, a short text: all points or none.

``language`` of an attempt tells what a comma in a number means; a short text may be in any of the
course's languages.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.assessment.kinds.base import (
    Answer,
    Content,
    Explanations,
    Kind,
    Response,
    Split,
    folded_text,
    is_accepted,
    read_number,
    typed_number,
)
from lms.assessment.kinds.values import AuthoredItem, Texts


def _text(raw: Mapping[str, Any], _content: Content) -> Response | None:
    text = folded_text(raw.get("text"))
    return {"text": text} if text else None


def _split_numeric(item: AuthoredItem) -> Split:
    answer = {"value": str(item.value), "tolerance": str(item.tolerance)}
    return Split({"unit": item.unit}, answer, {})


def _join_numeric(content: Content, answer: Answer, _notes: Explanations) -> dict[str, Any]:
    return {
        "value": Decimal(answer["value"]),
        "tolerance": Decimal(answer["tolerance"]),
        "unit": content["unit"],
    }


def _units(item: AuthoredItem) -> Iterator[Texts]:
    if item.unit is not None:
        yield item.unit


def _credit_numeric(answer: Answer, response: Response, language: str) -> Fraction:
    number = read_number(response["text"], language)
    if number is None:
        return Fraction(0)
    # Fractions: a decimal difference of very long numbers would be rounded.
    distance = abs(Fraction(number) - Fraction(answer["value"]))
    return Fraction(distance <= Fraction(answer["tolerance"]))


def _split_text(item: AuthoredItem) -> Split:
    return Split({}, {"accepted": {code: list(t) for code, t in item.accepted.items()}}, {})


def _join_text(_content: Content, answer: Answer, _notes: Explanations) -> dict[str, Any]:
    return {"accepted": {code: tuple(texts) for code, texts in answer["accepted"].items()}}


def _accepted(item: AuthoredItem) -> Iterator[Texts]:
    if item.accepted:
        yield {code: texts[0] for code, texts in item.accepted.items() if texts}


def _credit_text(answer: Answer, response: Response, _language: str) -> Fraction:
    return Fraction(is_accepted(response["text"], answer["accepted"]))


NUMERIC = Kind(
    _split_numeric,
    _join_numeric,
    _units,
    _text,
    _credit_numeric,
    lambda answer: {"text": typed_number(answer["value"])},
)
SHORT_TEXT = Kind(
    _split_text,
    _join_text,
    _accepted,
    _text,
    _credit_text,
    lambda answer: {"text": next(iter(answer["accepted"].values()))[0]},
)
