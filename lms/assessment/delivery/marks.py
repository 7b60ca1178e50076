"""A closed attempt's questions with their right answers, for those who may see them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale
from markupsafe import Markup

from lms.assessment.delivery.questions import Question
from lms.assessment.examining.keys import KeyInForce
from lms.assessment.models import ExplanationPolicy, ItemKey, ItemKind, Score
from lms.assessment.responses import Response
from lms.catalog.rendering import render_inline, render_text
from lms.web.i18n import localised


@dataclass(frozen=True)
class Marks:
    """How one response turned out; handed to ``assessment/_item.html`` with the question."""

    outcome: str  # right, partly, wrong or unanswered
    points: float
    explanation: Markup
    right: frozenset[str] = frozenset()  # keys of right options; true or false
    notes: dict[str, Markup] = field(default_factory=dict)  # the explanation of each option
    pairs: dict[str, str] = field(default_factory=dict)  # left side → its right side
    order: tuple[str, ...] = ()
    answer: str = ""  # of what is typed


class Hidden(Enum):
    """Why right answers and explanations are not shown."""

    NEVER = "never"  # by the exam's policy
    UNTIL_PASS = "until_pass"  # noqa: S105 - no password
    UNTIL_SETTLED = "until_settled"  # answers to these questions may still arrive
    WHILE_SITTING = "while_sitting"  # another attempt may ask the same questions


def why_hidden(
    policy: ExplanationPolicy, *, has_passed: bool, is_settled: bool, is_sitting: bool
) -> Hidden | None:
    """Return why a candidate doesn't see right answers; None when they are shown.

    ``has_passed``: in any attempt of the enrolment; ``is_sitting``: an attempt at an exam of the
    course is open.
    """
    if policy is ExplanationPolicy.NEVER:
        return Hidden.NEVER
    if policy is ExplanationPolicy.AFTER_PASS and not has_passed:
        return Hidden.UNTIL_PASS
    if not is_settled:
        return Hidden.UNTIL_SETTLED
    return Hidden.WHILE_SITTING if is_sitting else None


def marks_of(
    question: Question, key: ItemKey | KeyInForce, response: Response | None, points: float
) -> Marks:
    """Return how ``response`` to ``question`` turned out; ``points`` were earned."""
    language, answer = question.language, key.answer
    values: dict[str, Any] = {
        "outcome": _outcome(question, response, points),
        "points": points,
        "explanation": render_text(
            localised(key.explanations["item"], language), language=language
        ),
    }
    match question.kind:
        case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
            values["right"] = frozenset(answer["correct"])
            values["notes"] = _notes(key.explanations.get("options", {}), language)
        case ItemKind.TRUE_FALSE:
            values["right"] = frozenset({"true" if answer["value"] else "false"})
        case ItemKind.MATCHING:
            values["pairs"] = dict(answer["pairs"])
        case ItemKind.ORDERING:
            values["order"] = tuple(answer["order"])
        case ItemKind.NUMERIC:
            values["answer"] = _number(answer, question.unit)
        case ItemKind.SHORT_TEXT:
            accepted = answer["accepted"].get(language) or next(iter(answer["accepted"].values()))
            values["answer"] = accepted[0]
    return Marks(**values)


def _outcome(question: Question, response: Response | None, points: float) -> str:
    if response is None:
        return "unanswered"
    if points >= question.points:
        return "right"
    return "partly" if points > 0 else "wrong"


def _notes(texts: Mapping[str, Any], language: str) -> dict[str, Markup]:
    return {
        option: render_inline(localised(text, language), language=language)
        for option, text in texts.items()
    }


def _exactly(number: str) -> str:
    """Return a number with all its decimals, as the reader writes it."""
    return format_decimal(Decimal(number), locale=get_locale(), decimal_quantization=False)


def _number(answer: Mapping[str, Any], unit: str) -> str:
    text = _exactly(answer["value"])
    if Decimal(answer["tolerance"]):
        text = f"{text} ± {_exactly(answer['tolerance'])}"
    return f"{text} {unit}".rstrip()


def shown_percent(score: Score) -> float:
    """Return the percentage rounded down to one decimal: 79.99 is not shown as the pass mark."""
    return math.floor(score.percent * 10 + 1e-6) / 10
