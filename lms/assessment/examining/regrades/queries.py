"""Reads of corrections and their regrades, for authors. Names only within the viewer's scope."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.assessment.examining.models import Regrade, RegradeResult, RegradeState
from lms.assessment.models import Attempt, AttemptItem, Item, ItemBank, ItemVersion
from lms.catalog.models import Course
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to


@dataclass(frozen=True)
class Figures:
    """How many attempts a regrade concerns."""

    counted: int
    changed: int
    gained: int  # not passed → passed
    lost: int  # passed → not passed
    applied: int


def regrade_for(key: str) -> Regrade | None:
    """Return a correction with its question and its course."""
    statement = (
        sa.select(Regrade)
        .join(Regrade.item_version)
        .join(ItemVersion.item)
        .join(Item.bank)
        .join(ItemBank.course)
        .where(Regrade.public_id == key)
        .options(
            contains_eager(Regrade.item_version)
            .contains_eager(ItemVersion.item)
            .contains_eager(Item.bank)
            .contains_eager(ItemBank.course),
            joinedload(Regrade.created_by),
        )
    )
    return db.session.scalars(statement).one_or_none()


def regrades_of(course: Course) -> list[Regrade]:
    """Return the corrections of a course's questions, the newest first."""
    statement = (
        sa.select(Regrade)
        .join(Regrade.item_version)
        .join(ItemVersion.item)
        .join(Item.bank)
        .where(ItemBank.course_id == course.id)
        .order_by(Regrade.id.desc())
        .limit(200)
        .options(
            contains_eager(Regrade.item_version).contains_eager(ItemVersion.item),
            joinedload(Regrade.created_by),
        )
    )
    return list(db.session.scalars(statement))


def open_regrade_of(version: ItemVersion) -> Regrade | None:
    """Return the correction of the item version that isn't done."""
    states = (RegradeState.COUNTING, RegradeState.PREVIEWED, RegradeState.APPLYING)
    statement = sa.select(Regrade).where(
        Regrade.item_version_id == version.id, Regrade.state.in_(states)
    )
    return db.session.scalars(statement).one_or_none()


def scored_anew_at(attempt_id: int) -> datetime | None:
    """Return when a correction last gave the attempt another score; None when none did."""
    return db.session.scalar(
        sa.select(sa.func.max(RegradeResult.applied_at)).where(
            RegradeResult.attempt_id == attempt_id, RegradeResult.score_number.is_not(None)
        )
    )


def figures_of(regrade: Regrade) -> Figures:
    """Return the figures of a preview or of its application."""

    def times(condition: Any) -> Any:
        return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)

    row, result = RegradeResult, RegradeResult
    statement = sa.select(
        sa.func.count(),
        times(result.changes),
        times(sa.and_(~row.before_passed, row.after_passed)),
        times(sa.and_(row.before_passed, ~row.after_passed)),
        times(row.applied_at.is_not(None)),
    ).where(row.regrade_id == regrade.id)
    return Figures(*db.session.execute(statement).one())


def changes_of(viewer: Viewer, regrade: Regrade, show: str) -> Any:
    """Return results that change with attempt and candidate (None: out of the viewer's scope)."""
    conditions = {
        "gained": sa.and_(~RegradeResult.before_passed, RegradeResult.after_passed),
        "lost": sa.and_(RegradeResult.before_passed, ~RegradeResult.after_passed),
    }
    return (
        sa.select(RegradeResult, Attempt, Person)
        .join(RegradeResult.attempt)
        .outerjoin(
            Person,
            sa.and_(
                Person.id == Attempt.candidate_id,
                visible_to(viewer, Permission.SEE_SITTINGS),
            ),
        )
        .where(
            RegradeResult.regrade_id == regrade.id,
            RegradeResult.changes,
            conditions.get(show, sa.true()),
        )
    )


def asked_versions(item: Item) -> list[tuple[ItemVersion, int]]:
    """Return the item's versions with how often each was asked, the newest first."""
    statement = (
        sa.select(ItemVersion, sa.func.count(AttemptItem.attempt_id))
        .outerjoin(AttemptItem, AttemptItem.item_version_id == ItemVersion.id)
        .where(ItemVersion.item_id == item.id)
        .group_by(ItemVersion.id)
        .order_by(ItemVersion.number.desc())
    )
    return [(version, count) for version, count in db.session.execute(statement)]
