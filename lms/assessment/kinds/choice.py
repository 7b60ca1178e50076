"""Single and multiple choice, true or false.

All points or none; of several right options what the item's own rule says (``ScoringRule``). By
default right ones chosen minus wrong ones chosen, as a share of all right ones, never below nothing
(so that ticking everything earns nothing unless all are right). The candidate is told the rule: it
stands in the delivered content, and beside the key, which is all that scoring sees. An item with
the default rule says nothing of it.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from lms.assessment.kinds.base import (
    Answer,
    Content,
    Explanations,
    Kind,
    Response,
    Split,
    keys_of,
)
from lms.assessment.kinds.values import AuthoredItem, Option, ScoringRule, Texts
from lms.core.errors import Invalid


def _split(item: AuthoredItem) -> Split:
    return Split(
        {"options": [{"key": o.key, "text": o.text} for o in item.options]},
        {"correct": [o.key for o in item.options if o.correct]},
        {"options": {o.key: o.explanation for o in item.options}},
    )


def _split_several(item: AuthoredItem) -> Split:
    parts = _split(item)
    if item.scoring is ScoringRule.RIGHT_MINUS_WRONG:
        return parts
    rule = {"scoring": item.scoring.value}
    return Split({**parts.content, **rule}, {**parts.answer, **rule}, parts.explanations)


def rule_of(stored: Mapping[str, Any]) -> ScoringRule:
    """Return the rule of a multiple choice, from its delivered content or from its key."""
    return ScoringRule(stored.get("scoring", ScoringRule.RIGHT_MINUS_WRONG.value))


def _join_several(content: Content, answer: Answer, explanations: Explanations) -> dict[str, Any]:
    return {**_join(content, answer, explanations), "scoring": rule_of(content)}


def _join(content: Content, answer: Answer, explanations: Explanations) -> dict[str, Any]:
    notes, correct = explanations["options"], answer["correct"]
    return {
        "options": tuple(
            Option(o["key"], o["text"], o["key"] in correct, notes[o["key"]])
            for o in content["options"]
        )
    }


def _texts(item: AuthoredItem) -> Iterator[Texts]:
    for option in item.options:
        yield option.text
        yield option.explanation


def _one(raw: Mapping[str, Any], content: Content) -> Response | None:
    choice = raw.get("choice")
    if choice in (None, ""):
        return None
    if not isinstance(choice, str) or choice not in keys_of(content["options"]):
        raise Invalid
    return {"choice": choice}


def _several(raw: Mapping[str, Any], content: Content) -> Response | None:
    choices, keys = raw.get("choices"), keys_of(content["options"])
    if not isinstance(choices, list) or not all(isinstance(c, str) and c in keys for c in choices):
        raise Invalid
    chosen = [key for key in keys if key in choices]
    return {"choices": chosen} if chosen else None


def _credit_one(answer: Answer, response: Response, _language: str) -> Fraction:
    return Fraction(response["choice"] in answer["correct"])


def _credit_several(answer: Answer, response: Response, _language: str) -> Fraction:
    correct, chosen = set(answer["correct"]), set(response["choices"])
    right, wrong = len(chosen & correct), len(chosen - correct)
    match rule_of(answer):
        case ScoringRule.ALL_OR_NOTHING:
            return Fraction(chosen == correct)
        case ScoringRule.RIGHT_ONES:
            return Fraction(right if len(chosen) <= len(correct) else 0, len(correct))
        case ScoringRule.RIGHT_MINUS_WRONG:
            return max(Fraction(0), Fraction(right - wrong, len(correct)))


def _truth(raw: Mapping[str, Any], _content: Content) -> Response:
    if not isinstance(raw.get("value"), bool):
        raise Invalid
    return {"value": raw["value"]}


SINGLE = Kind(
    _split, _join, _texts, _one, _credit_one, lambda answer: {"choice": answer["correct"][0]}
)
MULTIPLE = Kind(
    _split_several,
    _join_several,
    _texts,
    _several,
    _credit_several,
    lambda answer: {"choices": list(answer["correct"])},
)
TRUE_FALSE = Kind(
    split=lambda item: Split({}, {"value": item.truth}, {}),
    join=lambda _content, answer, _explanations: {"truth": answer["value"]},
    texts=lambda _item: iter(()),
    normalise=_truth,
    credit=lambda answer, response, _language: Fraction(response["value"] is answer["value"]),
    best=lambda answer: {"value": answer["value"]},
)
