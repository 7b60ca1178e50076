"""Drawing a paper: which items, in which order, with options in which order.

All of it follows from the attempt's seed: the same seed and pool give the same paper.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from lms.assessment.models import ItemKind


@dataclass(frozen=True)
class PoolItem:
    """An item version that may be drawn."""

    version_id: int
    topic: str
    level: int


@dataclass(frozen=True)
class Rule:
    """So many items of a topic, of one level or of any (None)."""

    topic: str
    level: int | None
    draw: int


class PoolTooSmall(ValueError):
    """The pool has fewer items than a rule draws."""


def draw(rules: Sequence[Rule], pool: Iterable[PoolItem], seed: str) -> list[int]:
    """Return the item version ids of a paper in the order they are asked.

    Rules of one level draw first, so that a rule of any level doesn't take their items away.
    Raises PoolTooSmall.
    """
    random = Random(f"paper:{seed}")  # noqa: S311 - the seed is random, the drawing repeatable
    rest = sorted(pool, key=lambda item: item.version_id)
    drawn: list[int] = []
    for rule in sorted(rules, key=lambda rule: rule.level is None):
        fitting = [i for i in rest if i.topic == rule.topic and rule.level in (None, i.level)]
        if len(fitting) < rule.draw:
            raise PoolTooSmall(f"{rule.topic}: {len(fitting)} of {rule.draw}")
        chosen = random.sample(fitting, rule.draw)
        drawn += [item.version_id for item in chosen]
        rest = [item for item in rest if item not in chosen]
    random.shuffle(drawn)
    return drawn


def order_keys(kind: ItemKind, content: dict[str, Any], seed: str, position: int) -> list[str]:
    """Return ``mixed_keys`` in the candidate's order."""
    keys = mixed_keys(kind, content)
    Random(f"order:{seed}:{position}").shuffle(keys)  # noqa: S311
    return keys


def mixed_keys(kind: ItemKind, content: dict[str, Any]) -> list[str]:
    """Return the keys of what each candidate sees in an order of their own; [] for other kinds."""
    if kind is ItemKind.DIALOGUE:
        return [reply["key"] for turn in content["turns"] for reply in turn["replies"]]
    part = {
        ItemKind.SINGLE_CHOICE: "options",
        ItemKind.MULTIPLE_CHOICE: "options",
        ItemKind.MATCHING: "rights",
        ItemKind.ORDERING: "steps",
    }.get(kind)
    return [] if part is None else [entry["key"] for entry in content[part]]
