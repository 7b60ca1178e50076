"""The versions of questions that sat papers asked, with the keys by which they are scored now."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.assessment.examining.keys import keys_in_force
from lms.assessment.models import AttemptItem, Item, ItemKind, ItemVersion
from lms.core.database import db
from lms.reporting.item_analysis.branches import Dialogue

TRUE_FALSE = ("true", "false")
ELSEWHERE = "elsewhere"  # a mark on a picture that hit no area


@dataclass(frozen=True)
class AskedVersion:
    """A version of a question with the key in force; for those who see results as authors."""

    id: int
    public_id: str  # of the item
    item_key: str
    number: int
    kind: ItemKind
    topic: str
    level: int
    points: int
    content: dict[str, Any]
    answers: tuple[dict[str, Any], ...]  # each earns all points
    is_current: bool
    is_retired: bool

    @property
    def options(self) -> tuple[str, ...]:
        """The keys of its options; none for kinds without."""
        if self.kind is ItemKind.TRUE_FALSE:
            return TRUE_FALSE
        if self.kind is ItemKind.HOTSPOT:
            return (*(area["key"] for area in self.answers[0]["areas"]), ELSEWHERE)
        return tuple(option["key"] for option in self.content.get("options", ()))

    @property
    def dialogue(self) -> Dialogue | None:
        """The graph of a dialogue; None for other kinds."""
        if self.kind is not ItemKind.DIALOGUE:
            return None
        turns = {
            turn["key"]: {reply["key"]: reply["leads_to"] for reply in turn["replies"]}
            for turn in self.content["turns"]
        }
        return Dialogue(self.content["start"], turns)

    @property
    def right(self) -> frozenset[str]:
        """Those of its options that a right answer takes, as it is scored now."""
        if self.kind is ItemKind.TRUE_FALSE:
            return frozenset(TRUE_FALSE[0 if one["value"] else 1] for one in self.answers)
        if self.kind is ItemKind.HOTSPOT:
            return frozenset(a["key"] for a in self.answers[0]["areas"] if a["correct"])
        return frozenset(key for one in self.answers for key in one.get("correct", ()))


def asked_versions(counted: sa.CTE, known: Collection[int] | None) -> dict[int, AskedVersion]:
    """Return the item versions that the papers asked, with their keys in force; two statements.

    ``known`` are their ids, where they are known.
    """
    asked: Any = known
    if known is None:
        asked = sa.select(AttemptItem.item_version_id).where(
            AttemptItem.attempt_id.in_(sa.select(counted.c.attempt_id))
        )
    statement = (
        sa.select(ItemVersion, Item)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(ItemVersion.id.in_(asked))
    )
    rows = db.session.execute(statement).all()
    keys = keys_in_force([version.id for version, _item in rows])
    return {
        version.id: AskedVersion(
            id=version.id,
            public_id=item.public_id,
            item_key=item.key,
            number=version.number,
            kind=version.kind,
            topic=version.topic,
            level=version.level,
            points=version.points,
            content=version.content,
            answers=keys[version.id].answers,
            is_current=version.number == item.current_number,
            is_retired=item.retired_at is not None,
        )
        for version, item in rows
    }
