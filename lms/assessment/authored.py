"""An item as its author writes it, and how it is kept: what candidates see apart from the key.

``AuthoredItem`` is the same whether it comes from ``items/*.yaml`` or from the authoring form.
``split`` takes it apart into ``content`` (delivered), ``answer`` and ``explanations`` (the scoring
key); ``join`` puts it together again without loss. What each kind puts where stands in
``assessment.kinds``; texts are maps ``{"ru": …, "en": …}``. ``content`` always has ``prompt``,
``explanations`` always ``item``.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from random import SystemRandom
from typing import Any

from lms.assessment.kinds.registry import KINDS
from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import ItemKind
from lms.catalog.media.kinds import BARE, PICTURED


@dataclass(frozen=True)
class SplitItem:
    """An item taken apart: what is delivered, and the scoring key."""

    content: dict[str, Any]
    answer: dict[str, Any]
    explanations: dict[str, Any]

    def digest(self, item: AuthoredItem) -> str:
        """Return a hash over all that makes a version of the item."""
        tags: list[Any] = [item.kind.value, item.topic, item.level, item.points, list(item.sources)]
        if item.facts:  # else the digest is what it was before items named facts
            tags.append({"facts": list(item.facts)})
        if item.enemies:
            tags.append({"enemies": item.enemies})
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


def pictures_of(item: AuthoredItem) -> set[str]:
    """Return the paths of all figures that the item shows."""
    return pictures_in(item) | set(item.figure.values())


def pictures_in(part: Any, *languages: str) -> set[str]:
    """Return the paths of the figures in an item's texts, or in those of a part of it.

    ``languages``: of the texts that are looked at, all without any.
    """
    return {
        path
        for code, text in _texts_in(part)
        if not languages or code in languages
        for path in PICTURED.findall(text)
    }


def undescribed(item: AuthoredItem) -> set[tuple[str, str]]:
    """Return language and path of each figure that a text shows without saying what it is."""
    return {(code, path) for code, text in _texts_in(item) for path in BARE.findall(text)}


def _texts_in(value: Any) -> Iterator[tuple[str, str]]:
    """Yield all texts by language inside an item or a part of one, in no order."""
    parts = [value]
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            yield from ((code, text) for code, text in part.items() if isinstance(text, str))
        elif isinstance(part, tuple):
            parts += part
        elif is_dataclass(part):
            parts += [held for held in vars(part).values() if isinstance(held, dict | tuple)]


def with_pictures(item: AuthoredItem, paths: Mapping[str, str]) -> AuthoredItem:
    """Return the item with its figures under other paths: those of ``paths``."""
    moved: AuthoredItem = with_texts(
        item,
        lambda text: PICTURED.sub(lambda match: f"]({paths.get(match[1], match[1])}", text),
    )
    figure = {code: paths.get(path, path) for code, path in item.figure.items()}
    return replace(moved, figure=figure)


def with_texts(part: Any, change: Callable[[str], str]) -> Any:
    """Return an item, or a part of one, with each of its texts changed."""
    if isinstance(part, dict):
        return {code: with_texts(text, change) for code, text in part.items()}
    if isinstance(part, tuple):
        return tuple(with_texts(one, change) for one in part)
    if isinstance(part, str):
        return change(part)
    if is_dataclass(part) and not isinstance(part, type):
        changed = {f.name: with_texts(getattr(part, f.name), change) for f in fields(part)}
        return replace(part, **changed)
    return part


def split(item: AuthoredItem) -> SplitItem:
    """Take ``item`` apart."""
    parts = KINDS[item.kind].split(item)
    return SplitItem(
        {"prompt": item.prompt, **parts.content},
        parts.answer,
        {"item": item.explanation, **parts.explanations},
    )


def join(
    *,
    key: str,
    kind: ItemKind,
    topic: str,
    level: int,
    points: int,
    sources: list[str],
    facts: list[str],
    enemies: str,
    content: dict[str, Any],
    answer: dict[str, Any],
    explanations: dict[str, Any],
    practice: bool = False,
) -> AuthoredItem:
    """Put an item together from what ``split`` made of it."""
    return AuthoredItem(
        key=key,
        kind=kind,
        topic=topic,
        level=level,
        points=points,
        prompt=content["prompt"],
        explanation=explanations["item"],
        sources=tuple(sources),
        facts=tuple(facts),
        enemies=enemies,
        practice=practice,
        **KINDS[kind].join(content, answer, explanations),
    )
