"""What a bank holds, for imports and exports. This loads scoring keys: for authors alone."""

from dataclasses import dataclass

import sqlalchemy as sa

from lms.assessment.authored import join
from lms.assessment.examining.keys import KeyInForce, keys_in_force
from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import Item, ItemBank, ItemVersion
from lms.catalog.models import Course
from lms.core.database import db


@dataclass(frozen=True)
class Kept:
    """An item of the bank as it is now."""

    id: int
    item: AuthoredItem
    digest: str
    is_retired: bool


def kept_items(course: Course) -> dict[str, Kept]:
    """Return all items of the course's bank by key, by topic and age, with the keys in
    force; two statements.
    """
    statement = (
        sa.select(Item, ItemVersion)
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .join(
            ItemVersion,
            sa.and_(ItemVersion.item_id == Item.id, ItemVersion.number == Item.current_number),
        )
        .where(ItemBank.course_id == course.id)
        .order_by(ItemVersion.topic, Item.id)
    )
    rows = db.session.execute(statement).all()
    keys = keys_in_force([version.id for _item, version in rows])
    return {
        item.key: Kept(
            item.id,
            _authored(item.key, version, keys[version.id]),
            version.digest,
            item.retired_at is not None,
        )
        for item, version in rows
    }


def _authored(key: str, version: ItemVersion, scoring: KeyInForce) -> AuthoredItem:
    return join(
        key=key,
        kind=version.kind,
        topic=version.topic,
        level=version.level,
        points=version.points,
        sources=version.sources,
        facts=version.facts,
        enemies=version.enemies,
        content=version.content,
        answer=scoring.answer,
        explanations=scoring.explanations,
    )
