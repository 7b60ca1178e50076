"""Responses: whatever a browser sends becomes one known form, or is refused."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.authored import split
from lms.assessment.kinds.base import TEXT_LIMIT
from lms.assessment.models import ItemKind
from lms.assessment.responses import normalise
from lms.assessment.scoring import credit
from lms.core.errors import Invalid
from tests.builders.assessment import make_item

PARTS = {kind: split(make_item(kind)) for kind in ItemKind}
STEPS = [step["key"] for step in PARTS[ItemKind.ORDERING].content["steps"]]


def normal(kind: ItemKind, raw: Any) -> Any:
    return normalise(kind, PARTS[kind].content, raw)


@pytest.mark.parametrize("kind", list(ItemKind))
def test_nothing_sent_is_no_answer(kind: ItemKind) -> None:
    assert normal(kind, None) is None
    assert normal(kind, {}) is None


@pytest.mark.parametrize(
    ("kind", "raw", "kept"),
    [
        (ItemKind.SINGLE_CHOICE, {"choice": "a", "x": 1}, {"choice": "a"}),
        (ItemKind.SINGLE_CHOICE, {"choice": ""}, None),
        (ItemKind.SINGLE_CHOICE, {"choice": None}, None),
        (ItemKind.MULTIPLE_CHOICE, {"choices": ["c", "a", "c"]}, {"choices": ["a", "c"]}),
        (ItemKind.MULTIPLE_CHOICE, {"choices": []}, None),
        (ItemKind.TRUE_FALSE, {"value": False}, {"value": False}),
        (ItemKind.MATCHING, {"pairs": {"p1": "r1", "p2": ""}}, {"pairs": {"p1": "r1"}}),
        (ItemKind.MATCHING, {"pairs": {"p1": ""}}, None),
        (ItemKind.ORDERING, {"order": STEPS}, {"order": STEPS}),
        (ItemKind.ORDERING, {"order": []}, None),
        (ItemKind.NUMERIC, {"text": "  12   000 "}, {"text": "12 000"}),
        (ItemKind.SHORT_TEXT, {"text": " \n "}, None),
    ],
)
def test_an_answer_is_brought_into_one_form(kind: ItemKind, raw: Any, kept: Any) -> None:
    assert normal(kind, raw) == kept


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (ItemKind.SINGLE_CHOICE, "a"),
        (ItemKind.SINGLE_CHOICE, {"choice": "z"}),
        (ItemKind.SINGLE_CHOICE, {"choice": ["a"]}),
        (ItemKind.SINGLE_CHOICE, {"choice": {"a": 1}}),
        (ItemKind.MULTIPLE_CHOICE, {"choices": "ab"}),
        (ItemKind.MULTIPLE_CHOICE, {"choices": ["a", "z"]}),
        (ItemKind.MULTIPLE_CHOICE, {"choices": [["a"]]}),
        (ItemKind.TRUE_FALSE, {"value": 1}),
        (ItemKind.TRUE_FALSE, {"value": "true"}),
        (ItemKind.TRUE_FALSE, {"value": None}),
        (ItemKind.MATCHING, {"pairs": [["p1", "r1"]]}),
        (ItemKind.MATCHING, {"pairs": {"p9": "r1"}}),
        (ItemKind.MATCHING, {"pairs": {"p1": "p1"}}),
        (ItemKind.MATCHING, {"pairs": {"p1": ["r1"]}}),
        (ItemKind.ORDERING, {"order": STEPS[:-1]}),
        (ItemKind.ORDERING, {"order": [*STEPS[:-1], STEPS[0]]}),
        (ItemKind.ORDERING, {"order": [1, 2, 3, 4]}),
        (ItemKind.NUMERIC, {"text": 12}),
        (ItemKind.NUMERIC, {"text": "1" * (TEXT_LIMIT + 1)}),
        (ItemKind.SHORT_TEXT, {"text": "a\x00b"}),
        (ItemKind.SHORT_TEXT, {"text": "\ud800"}),
        (ItemKind.SHORT_TEXT, {}.__class__(text=None)),
    ],
)
def test_what_does_not_fit_the_question_is_refused(kind: ItemKind, raw: Any) -> None:
    with pytest.raises(Invalid):
        normal(kind, raw)


KEYS = st.sampled_from(["a", "b", "p1", "p2", "r1", "r2", "s1", *STEPS, "", "z"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | KEYS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["choice", "choices", "value", "pairs", "order", "text", "other"])


@given(st.sampled_from(list(ItemKind)), st.dictionaries(NAMES, ANYTHING, max_size=4) | ANYTHING)
def test_whatever_is_sent_is_refused_or_can_be_stored_and_scored(kind: ItemKind, raw: Any) -> None:
    try:
        response = normal(kind, raw)
    except Invalid:
        return
    assert normal(kind, response) == response
    json.dumps(response, allow_nan=False).encode()
    assert 0 <= credit(kind, PARTS[kind].answer, response, "ru") <= 1
