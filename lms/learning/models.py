"""Tables of enrolments and progress."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.catalog.models import Course, CourseVersion
from lms.core.database import PublicId, RowVersion, db, related
from lms.people.models import Person


class Enrolment(PublicId, RowVersion, db.Model):
    """One person's place in one course, at one version of it.

    Open until it is completed or withdrawn. A renewal is a new enrolment.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        sa.Index(
            "uq_enrolment_open",
            "learner_id",
            "course_id",
            unique=True,
            sqlite_where=sa.text("completed_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sa.text("completed_at IS NULL AND withdrawn_at IS NULL"),
        ),
        # For counting what somebody did for others: most were made by nobody.
        sa.Index(
            "ix_enrolment_enrolled_by_id",
            "enrolled_by_id",
            sqlite_where=sa.text("enrolled_by_id IS NOT NULL"),
            postgresql_where=sa.text("enrolled_by_id IS NOT NULL"),
        ),
        sa.Index("ix_enrolment_version", "version_id", "id", "withdrawn_at"),
        sa.Index("ix_enrolment_learner", "learner_id", "completed_at", "withdrawn_at", "course_id"),
        # How courses go is counted from these alone.
        sa.Index(
            "ix_enrolment_completed",
            "course_id",
            sqlite_where=sa.text("completed_at IS NOT NULL"),
            postgresql_where=sa.text("completed_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_enrolment_ongoing",
            "course_id",
            "started_at",
            "due_on",
            "learner_id",
            sqlite_where=sa.text("completed_at IS NULL AND withdrawn_at IS NULL"),
            postgresql_where=sa.text("completed_at IS NULL AND withdrawn_at IS NULL"),
        ),
        sa.CheckConstraint("completed_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    learner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    course_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course.id", ondelete="RESTRICT"), index=True
    )
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("course_version.id", ondelete="RESTRICT"))
    enrolled_at: Mapped[datetime]
    enrolled_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    due_on: Mapped[date | None]
    started_at: Mapped[datetime | None]  # the first lesson opened
    completed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]  # by whom and why: the audit log

    learner: Mapped[Person] = related(foreign_keys=[learner_id])
    course: Mapped[Course] = related()
    version: Mapped[CourseVersion] = related()
    progress: Mapped[list["ActivityProgress"]] = related(back_populates="enrolment")


class ActivityProgress(db.Model):
    """How far one enrolment is in one activity."""

    __tablename__ = "activity_progress"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "activity_id"),
        sa.CheckConstraint("furthest BETWEEN 0 AND 1000", name="furthest_permille"),
        sa.CheckConstraint("place BETWEEN 0 AND 1000", name="place_permille"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="RESTRICT"))
    furthest: Mapped[int] = mapped_column(default=0)  # permille of the page read, never goes back
    place: Mapped[int] = mapped_column(default=0)  # permille of the page where the reader is
    # When the reader was at ``place``, by the browser's clock set right: a later one wins.
    placed_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    # In which a lesson was read last, until it was complete; None: it was never noted.
    language: Mapped[str | None] = mapped_column(sa.String(2))

    enrolment: Mapped[Enrolment] = related(back_populates="progress")


class SelfCheckAnswer(db.Model):
    """An answer to a self-check inside a lesson; appended, not scored."""

    __tablename__ = "self_check_answer"
    __table_args__ = (
        sa.Index("ix_self_check_answer_place", "enrolment_id", "activity_id", "check_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="RESTRICT"))
    check_key: Mapped[str] = mapped_column(sa.String(60))
    chosen: Mapped[list[Any]]  # keys of options, as catalog.rendering gives them
    right: Mapped[bool]
    answered_at: Mapped[datetime]


class BlockResponse(db.Model):
    """What a learner did in a block of a lesson: an exercise's answer, or a checklist's ticks.

    Appended: the latest row is what stands, the highest score is the best.
    """

    __tablename__ = "block_response"
    __table_args__ = (
        sa.Index("ix_block_response_place", "enrolment_id", "activity_id", "block_key"),
        sa.CheckConstraint("score BETWEEN 0 AND 1000", name="score_permille"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="RESTRICT"))
    block_key: Mapped[str] = mapped_column(sa.String(60))
    given: Mapped[dict[str, Any]]  # field → what was typed; of a checklist: entry → "yes"
    score: Mapped[int | None]  # permille; null: a checklist, which has none
    answered_at: Mapped[datetime]
