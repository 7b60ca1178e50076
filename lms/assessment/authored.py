"""An item as its author writes it, and how it is kept: what candidates see apart from the key.

``AuthoredItem`` is the same whether it comes from ``items/*.yaml`` or from the authoring form.
``split`` takes it apart into ``content`` (delivered), ``answer`` and ``explanations`` (the scoring
key); ``join`` puts it together again without loss. The keys of matching's right sides and of
ordering's steps are made neutral on the way: the author's own (p1, p2 … in the right order) would
give the answer away.

Shapes (texts are maps ``{"ru": …, "en": …}``):

content
    ``prompt`` and, by kind, ``options`` [{key, text}], ``lefts``, ``rights``, ``steps`` (the same
    shape), ``unit``.
answer
    choice kinds: ``correct`` [keys]; true/false: ``value``; matching: ``pairs`` {left: right},
    ``distractors`` [rights], ``names`` {right: the author's key}; ordering: ``order`` [keys],
    ``names``; numeric: ``value`` and ``tolerance`` (decimal texts); short text: ``accepted``
    {language: [texts]}.
explanations
    ``item`` and, for choice kinds, ``options`` {key: text}.
"""

import hashlib
import json
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import SystemRandom
from typing import Any

from lms.assessment.models import ItemKind

Texts = dict[str, str]


@dataclass(frozen=True)
class Option:
    """An option of a choice item."""

    key: str
    text: Texts
    correct: bool
    explanation: Texts


@dataclass(frozen=True)
class Pair:
    """A left side of a matching item and the right side that belongs to it."""

    key: str
    left: Texts
    right: Texts


@dataclass(frozen=True)
class Entry:
    """A distractor of a matching item, or a step of an ordering item."""

    key: str
    text: Texts


@dataclass(frozen=True)
class AuthoredItem:
    """One item with everything its author states; only the fields of its kind are filled."""

    key: str
    kind: ItemKind
    topic: str
    level: int
    points: int
    prompt: Texts
    explanation: Texts
    sources: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    truth: bool | None = None
    pairs: tuple[Pair, ...] = ()
    distractors: tuple[Entry, ...] = ()
    steps: tuple[Entry, ...] = ()
    value: Decimal | None = None
    tolerance: Decimal = Decimal(0)
    unit: Texts | None = None
    accepted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # Open for practice before the exam: a mark of the item, no part of any version of it.
    practice: bool = False


@dataclass(frozen=True)
class SplitItem:
    """An item taken apart: what is delivered, and the scoring key."""

    content: dict[str, Any]
    answer: dict[str, Any]
    explanations: dict[str, Any]

    def digest(self, item: AuthoredItem) -> str:
        """Return a hash over all that makes a version of the item."""
        tags = [item.kind.value, item.topic, item.level, item.points, list(item.sources)]
        parts = [tags, self.content, self.answer, self.explanations]
        text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def with_mixed_keys(item: AuthoredItem) -> AuthoredItem:
    """Return ``item`` with the keys of its options dealt out anew.

    Candidates get these keys: an author who writes the right option first would give it away by
    its ``a``, whatever order the options are shown in.
    """
    keys = [option.key for option in item.options]
    SystemRandom().shuffle(keys)
    options = (replace(o, key=key) for o, key in zip(item.options, keys, strict=True))
    return replace(item, options=tuple(options))


def split(item: AuthoredItem) -> SplitItem:
    """Take ``item`` apart."""
    content: dict[str, Any] = {"prompt": item.prompt}
    explanations: dict[str, Any] = {"item": item.explanation}
    match item.kind:
        case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
            content["options"] = [{"key": o.key, "text": o.text} for o in item.options]
            answer: dict[str, Any] = {"correct": [o.key for o in item.options if o.correct]}
            explanations["options"] = {o.key: o.explanation for o in item.options}
        case ItemKind.TRUE_FALSE:
            answer = {"value": item.truth}
        case ItemKind.MATCHING:
            answer = _split_matching(item, content)
        case ItemKind.ORDERING:
            names = _neutral([(step.key, step.text) for step in item.steps], "s")
            texts = {step.key: step.text for step in item.steps}
            content["steps"] = _entries(names, texts)
            by_author = {author: neutral for neutral, author in names.items()}
            answer = {"order": [by_author[step.key] for step in item.steps], "names": names}
        case ItemKind.NUMERIC:
            content["unit"] = item.unit
            answer = {"value": str(item.value), "tolerance": str(item.tolerance)}
        case ItemKind.SHORT_TEXT:
            answer = {"accepted": {code: list(texts) for code, texts in item.accepted.items()}}
    return SplitItem(content, answer, explanations)


def _split_matching(item: AuthoredItem, content: dict[str, Any]) -> dict[str, Any]:
    rights = {pair.key: pair.right for pair in item.pairs}
    rights |= {distractor.key: distractor.text for distractor in item.distractors}
    names = _neutral(list(rights.items()), "r")
    by_author = {author: neutral for neutral, author in names.items()}
    content["lefts"] = [{"key": pair.key, "text": pair.left} for pair in item.pairs]
    content["rights"] = _entries(names, rights)
    return {
        "pairs": {pair.key: by_author[pair.key] for pair in item.pairs},
        "distractors": [by_author[distractor.key] for distractor in item.distractors],
        "names": names,
    }


def _neutral(entries: list[tuple[str, Texts]], prefix: str) -> dict[str, str]:
    """Return {neutral key: author's key}, numbered in an order that says nothing.

    It follows from the texts alone, which the candidate sees: the author's keys (p1, p2 …) must
    not take part, or the numbers could be tried out against every order.
    """

    def rank(entry: tuple[str, Texts]) -> str:
        text = json.dumps(entry[1], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    ordered = sorted(entries, key=rank)
    return {f"{prefix}{number}": key for number, (key, _) in enumerate(ordered, start=1)}


def _entries(names: dict[str, str], texts: dict[str, Texts]) -> list[dict[str, Any]]:
    return [{"key": neutral, "text": texts[author]} for neutral, author in names.items()]


def join(
    *,
    key: str,
    kind: ItemKind,
    topic: str,
    level: int,
    points: int,
    sources: list[str],
    content: dict[str, Any],
    answer: dict[str, Any],
    explanations: dict[str, Any],
) -> AuthoredItem:
    """Put an item together from what ``split`` made of it."""
    special: dict[str, Any] = {}
    match kind:
        case ItemKind.SINGLE_CHOICE | ItemKind.MULTIPLE_CHOICE:
            special["options"] = tuple(
                Option(
                    o["key"],
                    o["text"],
                    o["key"] in answer["correct"],
                    explanations["options"][o["key"]],
                )
                for o in content["options"]
            )
        case ItemKind.TRUE_FALSE:
            special["truth"] = answer["value"]
        case ItemKind.MATCHING:
            special |= _join_matching(content, answer)
        case ItemKind.ORDERING:
            texts = {step["key"]: step["text"] for step in content["steps"]}
            names = answer["names"]
            special["steps"] = tuple(Entry(names[k], texts[k]) for k in answer["order"])
        case ItemKind.NUMERIC:
            special["value"] = Decimal(answer["value"])
            special["tolerance"] = Decimal(answer["tolerance"])
            special["unit"] = content["unit"]
        case ItemKind.SHORT_TEXT:
            special["accepted"] = {c: tuple(texts) for c, texts in answer["accepted"].items()}
    return AuthoredItem(
        key=key,
        kind=kind,
        topic=topic,
        level=level,
        points=points,
        prompt=content["prompt"],
        explanation=explanations["item"],
        sources=tuple(sources),
        **special,
    )


def _join_matching(content: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    rights = {right["key"]: right["text"] for right in content["rights"]}
    names = answer["names"]
    return {
        "pairs": tuple(
            Pair(left["key"], left["text"], rights[answer["pairs"][left["key"]]])
            for left in content["lefts"]
        ),
        "distractors": tuple(Entry(names[k], rights[k]) for k in answer["distractors"]),
    }
