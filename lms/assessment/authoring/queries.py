"""Named reads for authors: the bank, one item with its history, a course's exam."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only, selectinload

from lms.assessment.authored import join
from lms.assessment.exam_rules import Cell, Stock
from lms.assessment.examining.keys import KeyInForce, keys_in_force
from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import (
    Item,
    ItemBank,
    ItemKey,
    ItemKind,
    ItemVersion,
    PoolEntry,
)
from lms.catalog.models import Course, CourseFile, CourseVersion
from lms.core.database import db, fold
from lms.people.models import Person


def newest_version(course: Course) -> CourseVersion | None:
    """Return the course's draft, else its last published version, with topics and sources."""
    statement = (
        sa.select(CourseVersion)
        .where(CourseVersion.course_id == course.id)
        .options(selectinload(CourseVersion.topics), selectinload(CourseVersion.sources))
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def figures_of(version: CourseVersion) -> dict[str, dict[str, str]]:
    """Return what the version's figures show, by path and language, in order."""
    statement = sa.select(CourseFile.path, CourseFile.alt).where(
        CourseFile.version_id == version.id, CourseFile.path.startswith("figures/")
    )
    rows = db.session.execute(statement.order_by(CourseFile.path))
    return {path: alt for path, alt in rows}  # noqa: C416 - rows are no pairs for mypy


@dataclass(frozen=True)
class ItemFilter:
    """What the list of a bank's items is narrowed to."""

    words: str = ""
    topic: str = ""
    kind: ItemKind | None = None
    level: int | None = None
    retired: bool = False
    unexplained: bool = False  # without an explanation of the whole question


def _current() -> sa.ColumnElement[bool]:
    return sa.and_(ItemVersion.item_id == Item.id, ItemVersion.number == Item.current_number)


def items_of(course: Course, narrowed: ItemFilter) -> Any:
    """Return the statement of (Item, its current ItemVersion) that match, without an order."""
    statement: Any = (
        sa.select(Item, ItemVersion)
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .join(ItemVersion, _current())
        .where(ItemBank.course_id == course.id)
        .where(Item.retired_at.is_not(None) if narrowed.retired else Item.retired_at.is_(None))
    )
    if narrowed.topic:
        statement = statement.where(ItemVersion.topic == narrowed.topic)
    if narrowed.kind is not None:
        statement = statement.where(ItemVersion.kind == narrowed.kind)
    if narrowed.level is not None:
        statement = statement.where(ItemVersion.level == narrowed.level)
    if narrowed.unexplained:
        statement = statement.join(ItemKey, ItemKey.item_version_id == ItemVersion.id).where(
            sa.cast(ItemKey.explanations["item"], sa.String) == "{}"
        )
    for word in (fold(narrowed.words) or "").split()[:8]:
        statement = statement.where(_mentions(word))
    return statement


def _mentions(word: str) -> sa.ColumnElement[bool]:
    """Return the condition 'the question's text or key has ``word``', without case and ё."""
    texts = [ItemVersion.content[("prompt", language)].as_string() for language in ("ru", "en")]
    return sa.or_(
        *(_folded(text).contains(word, autoescape=True) for text in texts),
        Item.key.contains(word, autoescape=True),
    )


def _folded(text: Any) -> Any:
    # SQLite's own lower() knows ASCII only; the connection has the project's fold().
    if db.session.get_bind().dialect.name == "sqlite":
        return sa.func.fold(text, type_=sa.String)
    return sa.func.replace(sa.func.lower(text), "ё", "е", type_=sa.String)


def items_in_use(course: Course) -> Stock:
    """Return how many items that aren't retired there are of each topic, level and kind."""
    statement = (
        sa.select(ItemVersion.topic, ItemVersion.level, ItemVersion.kind, sa.func.count())
        .select_from(Item)
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .join(ItemVersion, _current())
        .where(ItemBank.course_id == course.id, Item.retired_at.is_(None))
        .group_by(ItemVersion.topic, ItemVersion.level, ItemVersion.kind)
    )
    rows = db.session.execute(statement)
    return {(topic, level, kind): count for topic, level, kind, count in rows}


def grouped_in_use(course: Course) -> list[tuple[str, Cell]]:
    """Return the group of each item of which no two meet that isn't retired, with where it is."""
    statement = (
        sa.select(ItemVersion.enemies, ItemVersion.topic, ItemVersion.level, ItemVersion.kind)
        .select_from(Item)
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .join(ItemVersion, _current())
        .where(
            ItemBank.course_id == course.id, Item.retired_at.is_(None), ItemVersion.enemies != ""
        )
    )
    rows = db.session.execute(statement)
    return [(group, (topic, level, kind)) for group, topic, level, kind in rows]


def retired_count(course: Course) -> int:
    """Return how many of the bank's items are retired."""
    statement = (
        sa.select(sa.func.count(Item.id))
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .where(ItemBank.course_id == course.id, Item.retired_at.is_not(None))
    )
    return db.session.scalar(statement) or 0


def keys_in_use(course: Course) -> set[str]:
    """Return the keys of all the bank's items, retired ones too."""
    statement = (
        sa.select(Item.key)
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .where(ItemBank.course_id == course.id)
    )
    return set(db.session.scalars(statement))


def item_for(course: Course, public_id: str) -> Item | None:
    """Return the course's item with ``public_id`` and its bank."""
    statement = (
        sa.select(Item)
        .join(Item.bank)
        .where(Item.public_id == public_id, ItemBank.course_id == course.id)
        .options(joinedload(Item.bank))
    )
    return db.session.scalars(statement).one_or_none()


@dataclass(frozen=True)
class WrittenVersion:
    """A version of an item with its key, as its author wrote it."""

    version: ItemVersion
    authored: AuthoredItem
    author: Person | None  # None: loaded from a folder

    @property
    def number(self) -> int:
        """Its place among the item's versions, from 1."""
        return self.version.number

    @property
    def written_at(self) -> datetime:
        """When it was saved."""
        return self.version.created_at


def written_versions(item: Item, *, number: int | None = None) -> list[WrittenVersion]:
    """Return the item's versions with their keys in force, the newest first; one for ``number``.

    For authors alone: this loads the scoring keys.
    """
    statement = (
        sa.select(ItemVersion, ItemKey, Person)
        .join(ItemKey, ItemKey.item_version_id == ItemVersion.id)
        .outerjoin(Person, Person.id == ItemVersion.created_by_id)
        .where(ItemVersion.item_id == item.id)
        .order_by(ItemVersion.number.desc())
    )
    if number is not None:
        statement = statement.where(ItemVersion.number == number)
    rows = db.session.execute(statement).all()
    keys = keys_in_force([version.id for version, _, _ in rows])
    return [
        WrittenVersion(version, _authored(item.key, version, keys[version.id]), author)
        for version, _, author in rows
    ]


def current_version(item: Item) -> WrittenVersion:
    """Return what the item says now."""
    return written_versions(item, number=item.current_number)[0]


def _authored(item_key: str, version: ItemVersion, key: ItemKey | KeyInForce) -> AuthoredItem:
    return join(
        key=item_key,
        kind=version.kind,
        topic=version.topic,
        level=version.level,
        points=version.points,
        sources=version.sources,
        facts=version.facts,
        enemies=version.enemies,
        content=version.content,
        answer=key.answer,
        explanations=key.explanations,
    )


@dataclass(frozen=True)
class PaperItem:
    """An item version with its key: for previews and drawing by authors."""

    version: ItemVersion
    item_key: str
    key: KeyInForce

    @property
    def authored(self) -> AuthoredItem:
        """The item as its author wrote it."""
        return _authored(self.item_key, self.version, self.key)


def pool_of(course: Course) -> list[ItemVersion]:
    """Return the versions that the next publication would take, without what they say."""
    statement = (
        sa.select(ItemVersion)
        .options(
            load_only(
                ItemVersion.public_id,
                ItemVersion.topic,
                ItemVersion.level,
                ItemVersion.kind,
                ItemVersion.enemies,
                raiseload=True,
            )
        )
        .join(Item, _current())
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .where(ItemBank.course_id == course.id, Item.retired_at.is_(None))
    )
    return list(db.session.scalars(statement))


def facilities_of(course: Course) -> dict[int, float]:
    """Return what past answers say of the bank's item versions: percent of points earned."""
    statement = (
        sa.select(PoolEntry.item_version_id, sa.func.max(PoolEntry.facility))
        .join(ItemVersion, ItemVersion.id == PoolEntry.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .where(ItemBank.course_id == course.id, PoolEntry.facility.is_not(None))
        .group_by(PoolEntry.item_version_id)
    )
    rows = db.session.execute(statement)
    return {version_id: facility for version_id, facility in rows if facility is not None}


def paper_items(course: Course, public_ids: Sequence[str]) -> list[PaperItem]:
    """Return these versions of the course's items with their keys in force, in the order asked for.

    Unknown ids and other courses' items are left out.
    """
    statement = (
        sa.select(ItemVersion, Item.key)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .where(ItemBank.course_id == course.id, ItemVersion.public_id.in_(public_ids))
    )
    rows = db.session.execute(statement).all()
    keys = keys_in_force([version.id for version, _key in rows])
    found = {
        version.public_id: PaperItem(version, item_key, keys[version.id])
        for version, item_key in rows
    }
    return [found[public_id] for public_id in dict.fromkeys(public_ids) if public_id in found]
