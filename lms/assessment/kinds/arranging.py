"""Matching and ordering.

Matching earns the share of left sides with the right partner, which several may share; ordering
the share of neighbouring steps that stand in the right order directly one after the other, all
points only for the whole order. The author's keys (p1, p2 … in the right order) would give the
answer away: right sides and steps are renamed.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lms.assessment.kinds.base import (
    Answer,
    Content,
    Explanations,
    Kind,
    Response,
    Split,
    by_author,
    entries_of,
    entry_texts,
    keys_of,
    neutral,
)
from lms.assessment.kinds.values import AuthoredItem, Entry, Pair, Texts
from lms.core.errors import Invalid


def right_keys(pairs: Sequence[Pair]) -> dict[str, str]:
    """Return by pair the key of its right side: the first pair's, where several share one."""
    firsts: list[Pair] = []
    keys = {}
    for pair in pairs:
        same = next((first for first in firsts if first.right == pair.right), None)
        if same is None:
            firsts.append(pair)
        keys[pair.key] = (same or pair).key
    return keys


def right_sides(pairs: Sequence[Pair]) -> dict[str, Texts]:
    """Return the right sides of pairs by key, each once."""
    texts = {pair.key: pair.right for pair in pairs}
    return {key: texts[key] for key in dict.fromkeys(right_keys(pairs).values())}


def _split_matching(item: AuthoredItem) -> Split:
    rights = right_sides(item.pairs)
    rights |= {distractor.key: distractor.text for distractor in item.distractors}
    names = neutral(list(rights.items()), "r")
    renamed = by_author(names)
    shared = right_keys(item.pairs)
    return Split(
        {
            "lefts": [{"key": pair.key, "text": pair.left} for pair in item.pairs],
            "rights": entries_of(names, rights),
        },
        {
            "pairs": {pair.key: renamed[shared[pair.key]] for pair in item.pairs},
            "distractors": [renamed[distractor.key] for distractor in item.distractors],
            "names": names,
        },
        {},
    )


def _join_matching(content: Content, answer: Answer, _notes: Explanations) -> dict[str, Any]:
    rights = {right["key"]: right["text"] for right in content["rights"]}
    names = answer["names"]
    return {
        "pairs": tuple(
            Pair(left["key"], left["text"], rights[answer["pairs"][left["key"]]])
            for left in content["lefts"]
        ),
        "distractors": tuple(Entry(names[k], rights[k]) for k in answer["distractors"]),
    }


def _matching_texts(item: AuthoredItem) -> Iterator[Texts]:
    for pair in item.pairs:
        yield pair.left
        yield pair.right
    yield from entry_texts(item.distractors)


def _pairs(raw: Mapping[str, Any], content: Content) -> Response | None:
    pairs = raw.get("pairs")
    lefts, rights = keys_of(content["lefts"]), keys_of(content["rights"])
    if not isinstance(pairs, dict) or not all(left in lefts for left in pairs):
        raise Invalid
    filled = {left: pairs[left] for left in lefts if pairs.get(left)}
    if not all(isinstance(right, str) and right in rights for right in filled.values()):
        raise Invalid
    return {"pairs": filled} if filled else None


def _credit_pairs(answer: Answer, response: Response, _language: str) -> Fraction:
    pairs = answer["pairs"]
    hits = sum(response["pairs"].get(left) == right for left, right in pairs.items())
    return Fraction(hits, len(pairs))


def _split_ordering(item: AuthoredItem) -> Split:
    names = neutral([(step.key, step.text) for step in item.steps], "s")
    renamed = by_author(names)
    return Split(
        {"steps": entries_of(names, {step.key: step.text for step in item.steps})},
        {"order": [renamed[step.key] for step in item.steps], "names": names},
        {},
    )


def _join_ordering(content: Content, answer: Answer, _notes: Explanations) -> dict[str, Any]:
    texts = {step["key"]: step["text"] for step in content["steps"]}
    return {"steps": tuple(Entry(answer["names"][k], texts[k]) for k in answer["order"])}


def _order(raw: Mapping[str, Any], content: Content) -> Response | None:
    order = raw.get("order")
    if not isinstance(order, list) or not all(isinstance(key, str) for key in order):
        raise Invalid
    if not order:
        return None
    if sorted(order) != sorted(keys_of(content["steps"])):
        raise Invalid
    return {"order": order}


def _credit_order(answer: Answer, response: Response, _language: str) -> Fraction:
    right, given = answer["order"], response["order"]
    return Fraction(1) if given == right else Fraction(len(following(right, given)), len(right))


def following(right: Sequence[str], given: Sequence[str]) -> frozenset[str]:
    """Return the steps of ``given`` that stand directly after the one that is right there."""
    neighbours = set(pairwise(right))
    return frozenset(pair[1] for pair in pairwise(given) if pair in neighbours)


MATCHING = Kind(
    _split_matching,
    _join_matching,
    _matching_texts,
    _pairs,
    _credit_pairs,
    lambda answer: {"pairs": dict(answer["pairs"])},
)
ORDERING = Kind(
    _split_ordering,
    _join_ordering,
    lambda item: entry_texts(item.steps),
    _order,
    _credit_order,
    lambda answer: {"order": list(answer["order"])},
)
