"""A closed attempt's questions with their right answers, for those who may see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from statistics import fmean
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale
from markupsafe import Markup

from lms.assessment.delivery.pictures import ShownArea, shown_areas, shown_line, shown_text
from lms.assessment.delivery.questions import Question
from lms.assessment.examining.keys import KeyInForce
from lms.assessment.grading.agreement import deciders
from lms.assessment.grading.models import GradingTask
from lms.assessment.kinds.arranging import following
from lms.assessment.kinds.base import Response
from lms.assessment.kinds.gap_text import is_right, shown_wording
from lms.assessment.kinds.hotspot import hit_areas
from lms.assessment.models import ExplanationPolicy, ItemKey, ItemKind, Score
from lms.assessment.scoring import credit
from lms.catalog.rendering import render_inline, render_text
from lms.web.i18n import localised, rounded_down, with_minus

Key = ItemKey | KeyInForce


@dataclass(frozen=True)
class Marks:
    """How one response turned out; handed to ``assessment/_item.html`` with the question."""

    outcome: str  # right, partly, wrong, unanswered; waiting: a person has yet to judge it
    points: float
    explanation: Markup
    right: frozenset[str] = frozenset()  # keys of right options; true or false
    notes: dict[str, Markup] = field(default_factory=dict)  # the explanation of each option
    pairs: dict[str, str] = field(default_factory=dict)  # left side → its right side
    order: tuple[str, ...] = ()
    counted: frozenset[str] = frozenset()  # the steps of an order that earned something
    answer: str = ""  # of what is typed
    gaps: dict[str, "GapMark"] = field(default_factory=dict)
    areas: tuple[ShownArea, ...] = ()  # of a picture
    misses: int = 0  # marks on it that hit no right area
    rubric: tuple["CriterionMark", ...] = ()
    comments: tuple[str, ...] = ()  # of the examiners
    debriefing: Markup | None = None  # of the end that a dialogue reached
    dialogue_score: int | None = None  # percent; None for a dialogue that wasn't finished


@dataclass(frozen=True)
class GapMark:
    """Whether a gap was filled rightly, and how it reads rightly."""

    right: bool
    answer: str


@dataclass(frozen=True)
class CriterionMark:
    """What an examiner looks for, the most points for it, and what the given ones mean."""

    key: str
    html: Markup  # inline
    possible: int
    given: float | None  # None while it isn't graded
    # Inline; empty where the rubric has no words for points, or examiners gave unlike ones.
    reached: Markup = field(default_factory=Markup)


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
    question: Question,
    key: Key,
    response: Response | None,
    points: float,
    graded: GradingTask | None = None,
) -> Marks:
    """Return how ``response`` to ``question`` turned out; ``points`` were earned.

    ``graded``: what people gave for it, with its gradings, if a person had to judge it.
    """
    language, answers = question.language, _answers(key)
    answer = _suiting(question, answers, response)
    values: dict[str, Any] = {
        "outcome": _outcome(question, response, points),
        "points": points,
        "explanation": shown_text(
            localised(key.explanations["item"], language), language, question.figures
        ),
    }
    match question.kind:
        case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
            is_single = question.kind is ItemKind.SINGLE_CHOICE
            shown = answers if is_single else (answer,)
            values["right"] = frozenset(option for one in shown for option in one["correct"])
            turned = key.turned if isinstance(key, KeyInForce) else frozenset()
            notes = key.explanations.get("options", {}).items()
            standing = {option: text for option, text in notes if option not in turned}
            values["notes"] = _notes(standing, question)
        case ItemKind.TRUE_FALSE:
            values["right"] = frozenset("true" if one["value"] else "false" for one in answers)
        case ItemKind.MATCHING:
            values["pairs"] = dict(answer["pairs"])
        case ItemKind.ORDERING:
            values["order"] = tuple(answer["order"])
            values["counted"] = _counted(answer["order"], response)
        case ItemKind.NUMERIC:
            values["answer"] = _number(answer, question.unit)
        case ItemKind.SHORT_TEXT:
            accepted = answer["accepted"].get(language) or next(iter(answer["accepted"].values()))
            values["answer"] = accepted[0]
        case _:
            values |= _longer(question, key, response, graded)
    return Marks(**values)


def _answers(key: Key) -> tuple[dict[str, Any], ...]:
    return key.answers if isinstance(key, KeyInForce) else (key.answer,)


def _suiting(
    question: Question, answers: tuple[dict[str, Any], ...], response: Response | None
) -> dict[str, Any]:
    """Return that of the right answers by which ``response`` is best; the first where none is."""
    if len(answers) == 1:
        return answers[0]
    return max(answers, key=lambda one: credit(question.kind, one, response, question.language))


def _longer(
    question: Question, key: Key, response: Response | None, graded: GradingTask | None
) -> dict[str, Any]:
    match question.kind:
        case ItemKind.GAP_TEXT:
            return {"gaps": _gaps(question, key.answer["gaps"], response)}
        case ItemKind.HOTSPOT:
            assert question.picture is not None, "a question of this kind has a picture"
            notes = key.explanations["areas"]
            areas = shown_areas(question.picture, key.answer, notes, response, question.language)
            misses = hit_areas(key.answer, response)[1] if response else 0
            return {"areas": areas, "misses": misses}
        case ItemKind.DIALOGUE:
            return _dialogue(question, key, response)
        case ItemKind.ESSAY | ItemKind.FILE:
            waits = response is not None and graded is None
            values = _graded(key.answer, graded, question.language)
            return {**values, "outcome": "waiting"} if waits else values
        case _:
            raise AssertionError(question.kind)


def _gaps(
    question: Question, answers: Mapping[str, Any], response: Response | None
) -> dict[str, GapMark]:
    given = response["gaps"] if response else {}
    marks = {}
    for gap in question.gap_text:
        if isinstance(gap, Markup):
            continue
        answer = answers[gap.key]
        if "choice" in answer:
            text = next(c.text for c in gap.choices if c.key == answer["choice"])
        else:
            wordings = answer["accepted"]
            right = wordings.get(question.language) or next(iter(wordings.values()))
            text = shown_wording(right[0])
        marks[gap.key] = GapMark(is_right(answer, given.get(gap.key, ""), question.language), text)
    return marks


def _dialogue(question: Question, key: Key, response: Response | None) -> dict[str, Any]:
    assert question.dialogue is not None, "a question of this kind has a dialogue"
    language, standing = question.language, question.dialogue.standing((response or {}).get("path"))
    said = {reply.key for _, reply in standing.said}
    notes = {k: text for k, text in key.explanations["replies"].items() if k in said}
    values: dict[str, Any] = {"notes": _notes(notes, question)}
    if standing.now is not None and not standing.now.replies:
        debriefing = key.explanations["ends"].get(standing.now.key)
        values["debriefing"] = render_text(localised(debriefing, language), language=language)
        values["dialogue_score"] = key.answer["scores"].get(standing.now.key)
    return values


def _graded(answer: Mapping[str, Any], graded: GradingTask | None, language: str) -> dict[str, Any]:
    """Return the rubric with what was given for each line, on the average of who decided it."""
    gradings = graded.gradings if graded else []
    decided = deciders(gradings)
    rubric = tuple(
        _criterion(criterion, [g.marks[criterion["key"]] for g in decided], language)
        for criterion in answer["rubric"]
    )
    return {"rubric": rubric, "comments": tuple(g.comment for g in gradings if g.comment)}


def _criterion(criterion: Mapping[str, Any], given: list[int], language: str) -> CriterionMark:
    levels = criterion.get("levels", ())
    reached = levels[given[0]] if levels and len(set(given)) == 1 else {}
    return CriterionMark(
        criterion["key"],
        render_inline(localised(criterion["text"], language), language=language),
        criterion["points"],
        fmean(given) if given else None,
        render_inline(localised(reached, language), language=language),
    )


def _outcome(question: Question, response: Response | None, points: float) -> str:
    if response is None:
        return "unanswered"
    if points >= question.points:
        return "right"
    return "partly" if points > 0 else "wrong"


def _notes(texts: Mapping[str, Any], question: Question) -> dict[str, Markup]:
    language = question.language
    return {
        option: shown_line(localised(text, language), language, question.figures)
        for option, text in texts.items()
    }


def _exactly(number: str) -> str:
    """Return a number with all its decimals, as the reader writes it."""
    written = format_decimal(Decimal(number), locale=get_locale(), decimal_quantization=False)
    return with_minus(written)


def _counted(right: list[str], response: Response | None) -> frozenset[str]:
    given = response["order"] if response else []
    return frozenset(right) if given == right else following(right, given)


def _number(answer: Mapping[str, Any], unit: str) -> str:
    text = _exactly(answer["value"])
    if Decimal(answer["tolerance"]):
        text = f"{text} ± {_exactly(answer['tolerance'])}"
    return f"{text} {unit}".rstrip()


def shown_percent(score: Score) -> float:
    """Return the percentage as every page shows it."""
    return rounded_down(score.percent)
