"""What attempts are asked, kept in memory once it was read: papers, and versions of items.

Neither ever changes: a paper is drawn once, an edited item makes a new version. They are found by
public ids, which are never given twice, unlike row ids. Nothing kept here tells a right answer or
names a person; how much of it there is, is bounded.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from lms.assessment.models import Attempt, AttemptItem, ItemKind, ItemVersion
from lms.core.database import execute

PAPERS_KEPT = 1000  # of some 5 kB
VERSIONS_KEPT = 2000  # of some 5 kB, in all languages

_PAPER = (
    sa.select(
        AttemptItem.position,
        AttemptItem.section,
        AttemptItem.order,
        AttemptItem.item_version_id,
        ItemVersion.public_id,
    )
    .join(AttemptItem.item_version)
    .where(AttemptItem.attempt_id == sa.bindparam("attempt", type_=sa.Integer))
    .order_by(AttemptItem.position)
)
_VERSIONS = sa.select(
    *(ItemVersion.id, ItemVersion.public_id, ItemVersion.item_id, ItemVersion.kind),
    *(ItemVersion.topic, ItemVersion.level, ItemVersion.points, ItemVersion.content),
).where(ItemVersion.id.in_(sa.bindparam("ids", expanding=True, type_=sa.Integer)))

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class AskedVersion:
    """What a candidate is shown of an item; the columns of ``ItemVersion``."""

    id: int
    public_id: str
    item_id: int
    kind: ItemKind
    topic: str
    level: int
    points: int
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One item of a paper; the columns of ``AttemptItem``."""

    position: int
    section: int | None
    order: list[Any]
    item_version_id: int
    item_version: AskedVersion


class Kept(Generic[Thing]):
    """Things by their keys, at most so many: what came first goes first."""

    def __init__(self, most: int) -> None:
        self._most, self._guard = most, Lock()
        self._things: dict[str, Thing] = {}

    def get(self, key: str) -> Thing | None:
        """Return what is kept under ``key``."""
        return self._things.get(key)

    def keep(self, key: str, thing: Thing) -> None:
        """Keep ``thing``."""
        with self._guard:
            self._things[key] = thing
            while len(self._things) > self._most:
                del self._things[next(iter(self._things))]

    def __len__(self) -> int:
        return len(self._things)


_papers: Kept[tuple[PaperItem, ...]] = Kept(PAPERS_KEPT)
_versions: Kept[AskedVersion] = Kept(VERSIONS_KEPT)


def paper(attempt: Attempt) -> tuple[PaperItem, ...]:
    """Return the attempt's items in order, with what the candidate is shown of them."""
    items = _papers.get(attempt.public_id)
    if items is None:
        rows = execute(_PAPER, {"attempt": attempt.id}).all()
        versions = versions_of((row.item_version_id, row.public_id) for row in rows)
        items = tuple(
            PaperItem(position, section, order, version_id, versions[version_id])
            for position, section, order, version_id, _key in rows
        )
        if items:  # what isn't drawn yet may be
            _papers.keep(attempt.public_id, items)
    return items


def versions_of(wanted: Iterable[tuple[int, str]]) -> dict[int, AskedVersion]:
    """Return item versions by id; ``wanted`` are pairs of id and public id."""
    found, unknown = {}, []
    for version_id, key in wanted:
        version = _versions.get(key)
        if version is None:
            unknown.append(version_id)
        else:
            found[version_id] = version
    if unknown:
        for row in execute(_VERSIONS, {"ids": unknown}):
            found[row.id] = version = AskedVersion(*row)
            _versions.keep(row.public_id, version)
    return found
