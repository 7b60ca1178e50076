"""Questions that point to living facts; a catalog ``FactUser``."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from textwrap import shorten
from typing import Any

import sqlalchemy as sa
from flask import url_for

from lms.assessment.authored import join
from lms.assessment.authoring.words import plain_text
from lms.assessment.examining.keys import keys_in_force
from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import Assessment, Item, ItemBank, ItemKind, ItemVersion, PoolEntry
from lms.assessment.source.part import in_use, pinned
from lms.catalog.facts.users import Place
from lms.catalog.models import Activity, Course, CourseVersion, VersionStatus
from lms.core.database import db
from lms.learning.deltas.questions import CheckOption, CheckQuestion, StockQuestion

SHOWN = 120  # characters of a question
# Kinds that a check can ask with options alone.
CHECKED = (ItemKind.SINGLE_CHOICE, ItemKind.MULTIPLE_CHOICE, ItemKind.TRUE_FALSE)
TRUTHS = {"true": {"ru": "Верно", "en": "True"}, "false": {"ru": "Неверно", "en": "False"}}


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
                    found[key].append(
                        Place(shorten(plain_text(prompt), SHOWN, placeholder="…"), course, url)
                    )
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


def _title(prompt: Mapping[str, str]) -> str:
    """Return the beginning of a question; where words are left out, dots say so."""
    return shorten(plain_text(prompt), SHOWN, placeholder="…")


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


def questions_for_checks(key: str) -> list[StockQuestion]:
    """Return the questions with options that point to a fact, with their keys in force."""
    statement = (
        sa.select(Item.public_id, Item.key, ItemVersion)
        .join(
            Item,
            sa.and_(Item.id == ItemVersion.item_id, Item.current_number == ItemVersion.number),
        )
        .where(Item.retired_at.is_(None), ItemVersion.kind.in_(CHECKED), _names(f'"{key}"'))
        .order_by(Item.id)
    )
    rows = db.session.execute(statement).all()
    keys = keys_in_force([version.id for _id, _key, version in rows])
    found = []
    for public_id, item_key, version in rows:
        scoring = keys[version.id]
        item = join(
            key=item_key,
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
        found.append(StockQuestion(plain_text(item.prompt), _check(item, public_id)))
    return found


def _check(item: AuthoredItem, public_id: str) -> CheckQuestion:
    if item.kind is ItemKind.TRUE_FALSE:
        options = tuple(
            CheckOption(key, text, (key == "true") == item.truth) for key, text in TRUTHS.items()
        )
    else:
        options = tuple(CheckOption(one.key, one.text, one.correct) for one in item.options)
    return CheckQuestion(item.prompt, options, item.explanation, public_id)
