"""Texts with gaps and dialogues: what is delivered, what counts, what can't be undone."""

from typing import Any

import pytest
from flask import Flask, get_template_attribute
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import queries
from lms.assessment.authored import join, split
from lms.assessment.delivery.questions import question_of
from lms.assessment.examining.models import CorrectionKind
from lms.assessment.examining.regrades.answers import corrected
from lms.assessment.kinds.dialogue import reached, steps
from lms.assessment.kinds.gap_text import shown_wording
from lms.assessment.kinds.registry import KINDS
from lms.assessment.kinds.values import Gap, Reply, ScoringRule, Turn
from lms.assessment.kinds.written import word_count
from lms.assessment.models import ItemKind
from lms.assessment.responses import normalise
from lms.assessment.scoring import credit
from lms.assessment.source.checks import dialogue_faults, gap_faults
from lms.core.errors import Invalid
from tests.builders.assessment import (
    answer_event,
    both,
    make_attempt,
    make_exam,
    make_item,
    position_of,
    save,
)


@pytest.mark.parametrize("kind", ItemKind)
def test_an_item_taken_apart_is_put_together_without_loss(kind: ItemKind) -> None:
    item = make_item(kind)
    parts = split(item)
    again = join(
        key=item.key, kind=kind, topic=item.topic, level=item.level, points=item.points,
        sources=[], facts=[], enemies=item.enemies, content=parts.content, answer=parts.answer,
        explanations=parts.explanations,
    )  # fmt: skip
    assert again == item


@pytest.mark.parametrize("kind", [ItemKind.GAP_TEXT, ItemKind.DIALOGUE])
def test_what_is_delivered_doesnt_name_what_is_right(kind: ItemKind) -> None:
    delivered = str(split(make_item(kind)).content)
    for secret in ("right", "hello", "привет", "'good'", "'greet'", "open/", "score"):
        assert secret not in delivered, secret


def test_each_gap_counts_for_itself() -> None:
    parts = split(make_item(ItemKind.GAP_TEXT))
    best = KINDS[ItemKind.GAP_TEXT].best(parts.answer)["gaps"]
    wrong = next(
        choice["key"]
        for choice in parts.content["gaps"][1]["choices"]
        if choice["key"] != best["g2"]
    )
    for gaps, share in (
        ({"g1": "Good day!"}, 0.5),
        ({"g1": "ПРИВЕТ", "g2": best["g2"]}, 1),
        ({"g1": "bye", "g2": best["g2"]}, 0.5),
        ({"g1": "bye", "g2": wrong}, 0),
    ):
        response = normalise(ItemKind.GAP_TEXT, parts.content, {"gaps": gaps})
        assert credit(ItemKind.GAP_TEXT, parts.answer, response, "en") == share


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("1,4", True), ("1.6", True), ("1,50", True), ("− 0", False), ("1,61", False),
        ("about half", True), ("1,5 ± 0,1", True), ("one", False), ("1,5 min", False),
    ],
)  # fmt: skip
def test_a_gap_takes_numbers_within_a_tolerance(typed: str, right: bool) -> None:
    gap = Gap("g1", {"ru": ("1,5 ± 0,1", "about half"), "en": ("1.5 ± 0.1", "about half")})
    item = make_item(ItemKind.GAP_TEXT, text=both("It takes [[g1]] hours."), gaps=(gap,))
    parts = split(item)
    response = normalise(ItemKind.GAP_TEXT, parts.content, {"gaps": {"g1": typed}})
    assert credit(ItemKind.GAP_TEXT, parts.answer, response, "ru") == right
    assert KINDS[ItemKind.GAP_TEXT].best(parts.answer) == {"gaps": {"g1": "1,5"}}
    thousands = {"g1": {"accepted": {"ru": ["1920 ± 5"], "en": ["1,920 ± 5"]}}}
    answer = {"gaps": {"g1": "1,922" if right else "1,9"}}
    assert credit(ItemKind.GAP_TEXT, {"gaps": thousands}, answer, "en") == right
    assert [shown_wording(w) for w in ("5 ± 0", "5 ± 1", "a ± b")] == ["5", "5 ± 1", "a ± b"]


@pytest.mark.parametrize(
    "raw",
    [
        {"gaps": []}, {"gaps": {"g9": "x"}}, {"gaps": {"g1": ["x"]}}, {"gaps": {"g2": "nobody's"}},
        {"gaps": {"g1": "x" * 501}}, {"gaps": {"g1": "\x00"}}, {"gaps": None},
    ],
)  # fmt: skip
def test_gaps_that_arent_there_and_choices_that_arent_offered_are_refused(raw: Any) -> None:
    content = split(make_item(ItemKind.GAP_TEXT)).content
    with pytest.raises(Invalid):
        normalise(ItemKind.GAP_TEXT, content, raw)


@pytest.mark.parametrize(
    ("path", "share"),
    [(["greet", "help"], 1), (["greet", "delay"], 0.5), (["shrug"], 0), (["greet"], 0)],
)
def test_a_dialogue_earns_the_score_of_the_end_it_reaches(path: list[str], share: float) -> None:
    parts = split(make_item(ItemKind.DIALOGUE))
    named = {name.partition("/")[2]: key for key, name in parts.answer["reply_names"].items()}
    raw = {"path": [named[key] for key in path]}
    response = normalise(ItemKind.DIALOGUE, parts.content, raw)
    assert credit(ItemKind.DIALOGUE, parts.answer, response, "ru") == share


@pytest.mark.parametrize(
    "raw",
    [{"path": "r1"}, {"path": ["no"]}, {"path": [1]}, {"path": [["r1"]]}, {"path": ["r1"] * 61}],
)
def test_a_path_that_cant_be_walked_is_refused(raw: Any) -> None:
    content = split(make_item(ItemKind.DIALOGUE)).content
    with pytest.raises(Invalid):
        normalise(ItemKind.DIALOGUE, content, raw)


def test_what_was_said_in_a_dialogue_isnt_taken_back(app: Flask) -> None:
    attempt = make_attempt(make_exam([make_item(ItemKind.DIALOGUE)]))
    item = queries.paper(attempt)[0]
    content, position = item.item_version.content, position_of(attempt, ItemKind.DIALOGUE)
    start = next(t for t in content["turns"] if t["key"] == content["start"])
    first, other = (reply["key"] for reply in start["replies"])
    longer = next(
        [first, reply["key"]] if turn["replies"] else [first]
        for turn in [reached(content, [first])]
        if turn is not None
        for reply in (turn["replies"] or [{"key": ""}])
    )
    save(attempt, answer_event(position, {"path": [first]}, sequence=1))
    save(attempt, answer_event(position, {"path": [other]}, sequence=2))
    save(attempt, answer_event(position, None, sequence=3))
    assert queries.state(attempt.id).answers[position] == {"path": [first]}
    save(attempt, answer_event(position, {"path": longer}, sequence=4))
    assert queries.state(attempt.id).answers[position] == {"path": longer}


@given(st.lists(st.sampled_from(["greet", "shrug", "help", "delay"]), max_size=5))
def test_a_path_leads_as_far_as_it_can_be_walked(path: list[str]) -> None:
    parts = split(make_item(ItemKind.DIALOGUE))
    named = {name.partition("/")[2]: key for key, name in parts.answer["reply_names"].items()}
    keys = [named[key] for key in path]
    walked = steps(parts.content, keys)
    assert len(walked) <= len(path)
    assert (reached(parts.content, keys) is None) == (len(walked) < len(path))


def turn(key: str, *leads_to: str, score: int | None = None) -> Turn:
    replies = tuple(Reply(f"r{n}", both("x"), to, 0, 1, both("y")) for n, to in enumerate(leads_to))
    return Turn(key, both(key), replies, score)


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        ([turn("a", "b", "b"), turn("b", score=100)], []),
        ([turn("a", "b", "x"), turn("b", score=100)], ["leads to no turn"]),
        ([turn("a", score=100)], ["the first turn has no replies"]),
        ([turn("a", "b", "b"), turn("b", score=100), turn("c", score=0)], ["'c' can't be reached"]),
        (
            [turn("a", "b", "c"), turn("b", score=100), turn("c", "c", "c")],
            ["from 'c' no end can be reached"],
        ),
        ([turn("a", "b", "b"), turn("b", score=90)], ["no end earns all points"]),
    ],
)
def test_a_dialogue_is_checked_as_a_whole(turns: list[Turn], told: list[str]) -> None:
    faults = [str(fault) for fault in dialogue_faults(turns)]
    assert len(faults) == len(told)
    assert all(any(text in fault for fault in faults) for text in told)


@pytest.mark.parametrize(
    ("text", "gap", "told"),
    [
        ("A [[g1]].", Gap("g1", {"en": ("x",)}), None),
        ("A.", Gap("g1", {"en": ("x",)}), "must stand once"),
        ("A [[g1]] [[g1]].", Gap("g1", {"en": ("x",)}), "must stand once"),
        ("A [[g1]] [[g2]].", Gap("g1", {"en": ("x",)}), "isn't described"),
        ("A [[g1]].", Gap("g1", {"en": ("x", "y")}, {"en": ("z",)}), "one right wording"),
    ],
)
def test_a_text_and_its_gaps_belong_together(text: str, gap: Gap, told: str | None) -> None:
    faults = [str(fault) for fault in gap_faults({"en": text}, [gap])]
    assert bool(faults) is bool(told)
    assert told is None or told in faults[0]


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("Да — конечно.", 2), ("one, two\n3", 3), ("- - -", 0)]
)
def test_words_are_counted_as_a_reader_would(text: str, count: int) -> None:
    assert word_count(text) == count


@pytest.mark.parametrize("rule", ScoringRule)
def test_a_corrected_key_is_scored_by_the_items_own_rule(app: Flask, rule: ScoringRule) -> None:
    version = queries.paper(
        make_attempt(make_exam([make_item(ItemKind.MULTIPLE_CHOICE, scoring=rule)]))
    )[0].item_version
    key = queries.keys([version.id])[version.id]
    [answer] = corrected(
        version, CorrectionKind.NEW_KEY, [key.answer], {"choices": ["a", "b"]}, language="en"
    )
    half = credit(version.kind, answer, {"choices": ["a"]}, "en")
    assert half == (0 if rule is ScoringRule.ALL_OR_NOTHING else 0.5)


def test_the_candidate_reads_the_rule(app: Flask) -> None:
    item = make_item(ItemKind.MULTIPLE_CHOICE, scoring=ScoringRule.ALL_OR_NOTHING)
    version = queries.paper(make_attempt(make_exam([item])))[0].item_version
    question = question_of(version, position=1, order=list("abcd"), language="en", figures={})
    assert question.scoring is ScoringRule.ALL_OR_NOTHING
    with app.test_request_context():
        text = get_template_attribute("assessment/_item.html", "question_text")(question)
    assert "только если" in text or "only for exactly the right choices" in text
