"""What people are asked now, beside what the bank says: questions wait for publishing too.

An exam draws from the versions that were pinned when its course version was published; what is
saved, added or retired since stands in the next one.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lms.assessment.models import Assessment, Item, ItemBank, ItemVersion, PoolEntry
from lms.catalog.models import Activity, Course, CourseVersion, VersionStatus, final_exam
from lms.core.database import db


@dataclass(frozen=True)
class Asked:
    """The version of a question that exams of a course's newest published version may ask."""

    course_version: int | None  # number; None: nothing with an exam is published
    number: int | None = None  # of the item's version; None: it isn't asked


def asked_now(course: Course, item: Item) -> Asked:
    """Return what people are asked of ``item`` now. One statement."""
    own = (
        sa.select(ItemVersion.number)
        .join(PoolEntry, PoolEntry.item_version_id == ItemVersion.id)
        .where(PoolEntry.assessment_id == Assessment.id, ItemVersion.item_id == item.id)
        .correlate(Assessment)
        .scalar_subquery()
    )
    row = db.session.execute(_exam_of(course).add_columns(own)).one_or_none()
    return Asked(None) if row is None else Asked(row[1], row[2])


def waiting_for_publication(course: Course) -> int:
    """Return how many questions are asked otherwise than the bank says now. One statement."""
    exam = _exam_of(course).subquery()
    pinned = (
        sa.select(ItemVersion.item_id, ItemVersion.number)
        .join(PoolEntry, PoolEntry.item_version_id == ItemVersion.id)
        .where(PoolEntry.assessment_id == sa.select(exam.c.id).scalar_subquery())
        .subquery()
    )
    in_exam, in_bank = pinned.c.number.is_not(None), Item.retired_at.is_(None)
    statement = (
        sa.select(sa.func.count())
        .select_from(Item)
        .join(ItemBank, ItemBank.id == Item.bank_id)
        .outerjoin(pinned, pinned.c.item_id == Item.id)
        .where(
            ItemBank.course_id == course.id,
            sa.exists().where(exam.c.id.is_not(None)),
            sa.or_(
                in_exam != in_bank,
                sa.and_(in_exam, in_bank, pinned.c.number != Item.current_number),
            ),
        )
    )
    return db.session.scalar(statement) or 0


def _exam_of(course: Course) -> Any:
    """Select the id of the newest published version's final exam, and the version's number.

    All exams of a version may ask the same: what the bank held when it was published.
    """
    newest = (
        sa.select(sa.func.max(CourseVersion.number))
        .where(
            CourseVersion.course_id == course.id, CourseVersion.status == VersionStatus.PUBLISHED
        )
        .scalar_subquery()
    )
    return (
        sa.select(Assessment.id, CourseVersion.number)
        .join(Activity, Activity.id == Assessment.activity_id)
        .join(CourseVersion, CourseVersion.id == Activity.version_id)
        .where(CourseVersion.course_id == course.id, CourseVersion.number == newest, final_exam())
    )
