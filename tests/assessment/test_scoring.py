"""Scoring, kind by kind, and what holds for all of them."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment.authored import split
from lms.assessment.kinds.base import compared, read_number
from lms.assessment.kinds.registry import KINDS
from lms.assessment.kinds.values import ScoringRule
from lms.assessment.models import ItemKind
from lms.assessment.responses import normalise
from lms.assessment.scoring import GRADED_BY_HAND, credit
from tests.builders.assessment import make_item, right_response

SCORED = [kind for kind in ItemKind if kind not in GRADED_BY_HAND]


def earned(kind: ItemKind, answer: dict[str, Any], response: Any, language: str = "ru") -> Fraction:
    return credit(kind, answer, response, language)


def test_every_kind_is_scored() -> None:
    assert set(KINDS) == set(ItemKind)


@pytest.mark.parametrize("kind", ItemKind)
def test_no_answer_earns_nothing(kind: ItemKind) -> None:
    assert earned(kind, split(make_item(kind)).answer, None) == 0


@pytest.mark.parametrize("kind", SCORED)
def test_the_right_answer_earns_everything(kind: ItemKind) -> None:
    parts = split(make_item(kind))
    response = normalise(kind, parts.content, right_response(kind, parts.answer))
    assert earned(kind, parts.answer, response) == 1


def test_a_single_choice_is_right_or_wrong() -> None:
    answer = {"correct": ["b"]}
    assert earned(ItemKind.SINGLE_CHOICE, answer, {"choice": "b"}) == 1
    assert earned(ItemKind.SINGLE_CHOICE, answer, {"choice": "a"}) == 0


@pytest.mark.parametrize("truth", [True, False])
def test_true_or_false_is_right_or_wrong(truth: bool) -> None:
    answer = {"value": truth}
    assert earned(ItemKind.TRUE_FALSE, answer, {"value": truth}) == 1
    assert earned(ItemKind.TRUE_FALSE, answer, {"value": not truth}) == 0


@pytest.mark.parametrize(
    ("chosen", "share"),
    [("abc", 1), ("ab", "2/3"), ("a", "1/3"), ("abd", "1/3"), ("abcd", "2/3"), ("de", 0),
     ("ad", 0), ("abcde", "1/3"), ("ade", 0)],
)  # fmt: skip
def test_each_wrong_tick_takes_back_a_right_one(chosen: str, share: Any) -> None:
    answer = {"correct": list("abc")}
    response = {"choices": list(chosen)}
    assert earned(ItemKind.MULTIPLE_CHOICE, answer, response) == Fraction(share)


@pytest.mark.parametrize(
    ("rule", "chosen", "share"),
    [("all_or_nothing", "ac", 1), ("all_or_nothing", "a", 0), ("all_or_nothing", "abc", 0),
     ("right_ones", "ac", 1), ("right_ones", "a", "1/2"), ("right_ones", "ab", "1/2"),
     ("right_ones", "abc", 0), ("right_ones", "bd", 0), ("right_minus_wrong", "ab", 0)],
)  # fmt: skip
def test_a_multiple_choice_is_scored_by_the_rule_of_its_version(
    rule: str, chosen: str, share: Any
) -> None:
    parts = split(make_item(ItemKind.MULTIPLE_CHOICE, scoring=ScoringRule(rule)))
    response = normalise(ItemKind.MULTIPLE_CHOICE, parts.content, {"choices": list(chosen)})
    assert earned(ItemKind.MULTIPLE_CHOICE, parts.answer, response) == Fraction(share)


def test_an_item_with_the_usual_rule_is_kept_as_before() -> None:
    parts = split(make_item(ItemKind.MULTIPLE_CHOICE))
    assert "scoring" not in parts.content
    assert parts.answer == {"correct": ["a", "c"]}


def test_matching_earns_the_share_of_right_pairs() -> None:
    answer = {"pairs": {"p1": "r1", "p2": "r2", "p3": "r3"}}
    response = {"pairs": {"p1": "r1", "p2": "r3"}}
    assert earned(ItemKind.MATCHING, answer, response) == Fraction(1, 3)


@pytest.mark.parametrize(
    ("given_order", "share"),
    [("abcd", 1), ("bcda", "2/4"), ("dcba", 0), ("abdc", "1/4"), ("cdab", "2/4")],
)
def test_ordering_earns_the_share_of_right_neighbours(given_order: str, share: Any) -> None:
    answer = {"order": list("abcd")}
    response = {"order": list(given_order)}
    assert earned(ItemKind.ORDERING, answer, response) == Fraction(share)


@pytest.mark.parametrize(
    ("typed", "language", "right"),
    [
        ("1920.5", "ru", True),
        ("1920,5", "ru", True),
        ("1 920,5", "ru", True),
        ("1\u00a0920,50", "ru", True),
        ("1,920.5", "en", True),
        ("1,921", "en", True),  # at the edge of the tolerance
        ("1,921", "ru", False),  # a decimal comma
        ("1921", "ru", True),
        ("1921.00000000000000000000000000000000000001", "ru", False),
        ("1920", "ru", True),
        ("1919.99", "ru", False),
        ("+1920.5", "ru", True),
        ("−1920.5", "ru", False),
        ("12,34,567", "en", False),
        ("about 1920", "ru", False),
        ("1e3", "ru", False),
        ("", "ru", False),
        ("1.920,5", "ru", False),
        ("１９２０，５", "ru", True),  # as some keyboards write it
        ("1920.", "en", True),
        (".", "en", False),
    ],
)
def test_a_number_counts_within_its_tolerance(typed: str, language: str, right: bool) -> None:
    answer = {"value": "1920.5", "tolerance": "0.5"}
    assert earned(ItemKind.NUMERIC, answer, {"text": typed}, language) == int(right)


def test_a_minus_may_be_typographic() -> None:
    assert {read_number(f"{minus}3.5") for minus in "-−–—‐‑－"} == {Decimal("-3.5")}


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("Ёлка", True),
        ("елка", True),
        ("  ЁЛКА. ", True),
        ("«ель»", True),
        ("fir  Tree!", True),
        ("fir", False),
        ("ёлки", False),
        ("...", False),
    ],
)
def test_a_short_text_is_compared_as_a_reader_would(typed: str, right: bool) -> None:
    answer = {"accepted": {"ru": ["Ёлка", "ель"], "en": ["fir tree"]}}
    assert earned(ItemKind.SHORT_TEXT, answer, {"text": typed}) == int(right)


@pytest.mark.parametrize(
    "typed",
    [
        'портал "Госуслуги" - вход',
        "Портал “Госуслуги” — вход",
        "«Портал „Госуслуги‟ – вход»",
        "the visitor's on-line desk",
        "‘The visitor’s on‑line desk’",
    ],
)
def test_quotation_marks_and_dashes_count_however_they_are_written(typed: str) -> None:
    accepted = {"ru": ["портал «Госуслуги» − вход"], "en": ["the visitor’s on-line desk"]}
    assert earned(ItemKind.SHORT_TEXT, {"accepted": accepted}, {"text": typed}) == 1
    gaps = {"gaps": {"g1": {"accepted": accepted}}}
    assert earned(ItemKind.GAP_TEXT, gaps, {"gaps": {"g1": typed}}) == 1


@given(st.text(max_size=60))
def test_comparing_a_text_twice_changes_nothing(text: str) -> None:
    assert compared(compared(text)) == compared(text)


OPTIONS = list("abcdef")


@given(
    st.lists(st.sampled_from(OPTIONS), unique=True, min_size=1),
    st.lists(st.sampled_from(OPTIONS), unique=True, min_size=1),
)
def test_credit_for_a_multiple_choice_is_a_share(correct: list[str], chosen: list[str]) -> None:
    share = earned(ItemKind.MULTIPLE_CHOICE, {"correct": correct}, {"choices": chosen})
    assert 0 <= share <= 1
    assert (share == 1) == (set(correct) == set(chosen))


@given(st.permutations(list("abcdefg")), st.permutations(list("abcdefg")))
def test_credit_for_an_order_is_a_share(right: list[str], order: list[str]) -> None:
    share = earned(ItemKind.ORDERING, {"order": right}, {"order": order})
    assert 0 <= share <= 1
    assert (share == 1) == (right == order)


@given(st.text(max_size=40), st.sampled_from(["ru", "en"]))
def test_any_typed_text_is_a_number_or_none(text: str, language: str) -> None:
    number = read_number(text, language)
    assert number is None or number.is_finite()
