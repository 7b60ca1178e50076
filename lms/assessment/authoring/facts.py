"""Questions that point to living facts; a catalog ``FactUser``."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from lms.assessment.authoring.words import plain_text
from lms.assessment.models import Assessment, Item, ItemBank, ItemVersion, PoolEntry
from lms.assessment.source.part import in_use, pinned
from lms.catalog.facts.users import Place
from lms.catalog.models import Activity, Course, CourseVersion, VersionStatus
from lms.core.database import db

SHOWN = 120  # characters of a question


class ItemFacts:
    """What item banks and published exams say of facts."""

    name = "items"

    def places(self, keys: Collection[str] | None) -> Mapping[str, Sequence[Place]]:
        """Return the questions in use by the keys they name."""
        found: dict[str, list[Place]] = defaultdict(list)
        for slug, public_id, facts, prompt, course in db.session.execute(_questions(keys)):
            url = url_for("assessment.item", slug=slug, public_id=public_id)
            for key in facts:
                if keys is None or key in keys:
                    found[key].append(Place(plain_text(prompt)[:SHOWN], course, url))
        return found

    def facts_in(self, version: CourseVersion) -> set[str]:
        """Return what a draft's bank or a published version's exam asks about."""
        own = (
            ItemVersion.id.in_(in_use(version.course_id))
            if version.status is VersionStatus.DRAFT
            else pinned(
                sa.select(Assessment.id)
                .join(Activity, Activity.id == Assessment.activity_id)
                .where(Activity.version_id == version.id)
            )
        )
        statement = sa.select(ItemVersion.facts).where(own, _names('"'))
        return set().union(*db.session.scalars(statement))

    def versions_with(self, key: str, *, before: datetime) -> set[int]:
        """Return the versions whose exam may ask a question about the fact."""
        statement = (
            sa.select(CourseVersion.id)
            .join(Activity, Activity.version_id == CourseVersion.id)
            .join(Assessment, Assessment.activity_id == Activity.id)
            .join(PoolEntry, PoolEntry.assessment_id == Assessment.id)
            .join(ItemVersion, ItemVersion.id == PoolEntry.item_version_id)
            .where(CourseVersion.status == VersionStatus.PUBLISHED)
            .where(CourseVersion.published_at < before, _names(f'"{key}"'))
            .distinct()
        )
        return set(db.session.scalars(statement))


def _names(part: str) -> sa.ColumnElement[bool]:
    """Return the condition 'the list of keys, as its database writes it, holds ``part``'."""
    return sa.cast(ItemVersion.facts, sa.Text).contains(part, autoescape=True)


def _questions(keys: Collection[str] | None) -> sa.Select[Any]:
    newest = (
        sa.select(sa.func.max(CourseVersion.number))
        .where(CourseVersion.course_id == Course.id)
        .correlate(Course)
        .scalar_subquery()
    )
    wanted = (
        _names('"') if keys is None else sa.or_(sa.false(), *(_names(f'"{key}"') for key in keys))
    )
    return (
        sa.select(
            Course.slug,
            Item.public_id,
            ItemVersion.facts,
            ItemVersion.content["prompt"],
            CourseVersion.title,
        )
        .select_from(ItemVersion)
        .join(
            Item,
            sa.and_(Item.id == ItemVersion.item_id, Item.current_number == ItemVersion.number),
        )
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .join(Course, Course.id == ItemBank.course_id)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(CourseVersion.number == newest, Item.retired_at.is_(None), wanted)
        .order_by(Course.slug, Item.key)
    )
