"""Tables of reviews of drafts."""

from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.catalog.models import CourseVersion
from lms.core.database import PublicId, db, enum_type, related
from lms.people.models import Person


class ReviewStep(Enum):
    """What was done with a draft on its way to publication."""

    REQUESTED = "requested"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    LAPSED = "lapsed"  # something was changed after the approval


class ReviewEvent(PublicId, db.Model):
    """One step of a draft's review. Rows are added, never changed.

    An approval says whom it had to differ from, so that the database itself refuses an approval by
    the same person where the course wants a second one.
    """

    __tablename__ = "review_event"
    __table_args__ = (
        sa.Index("ix_review_event_version", "version_id", "id"),
        sa.CheckConstraint(
            "(step = 'approved') = (digest IS NOT NULL)", name="approval_of_content"
        ),
        sa.CheckConstraint(
            "step <> 'approved' OR NOT second_person OR (asked_by_id IS NOT NULL"
            " AND actor_id IS NOT NULL AND actor_id <> asked_by_id"
            " AND (edited_by_id IS NULL OR actor_id <> edited_by_id))",
            name="second_person_approves",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("course_version.id", ondelete="CASCADE"))
    step: Mapped[ReviewStep] = mapped_column(enum_type(ReviewStep))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    happened_at: Mapped[datetime]
    digest: Mapped[str | None] = mapped_column(sa.String(64))  # of what was approved
    second_person: Mapped[bool] = mapped_column(default=False)  # the course's rule at that moment
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    edited_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )

    actor: Mapped[Person | None] = related(foreign_keys=[actor_id])
    version: Mapped[CourseVersion] = related()


class ReviewRule(db.Model):
    """Whether a course's drafts need a second person's approval; the last row holds."""

    __tablename__ = "review_rule"
    __table_args__ = (sa.Index("ix_review_rule_course", "course_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="RESTRICT"))
    second_person: Mapped[bool]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
