"""Tables of allowances and extensions, which are only appended to, and of release codes."""

from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.catalog.models import FINAL_EXAM, Course
from lms.core.database import PublicId, db, enum_type, related
from lms.learning.models import Enrolment
from lms.people.models import Person


class AllowanceKind(Enum):
    """What one person is allowed beyond the exam's rules."""

    MINUTES = "minutes"  # more time, in minutes
    PERCENT = "percent"  # more time, as a share of the exam's own
    ATTEMPTS = "attempts"  # more attempts
    WITHDRAWAL = "withdrawal"  # takes an earlier entry back


class ExamAllowance(PublicId, db.Model):
    """What one person is allowed in one exam of an enrolment, or the end of such an allowance."""

    __tablename__ = "exam_allowance"
    __table_args__ = (
        sa.CheckConstraint(
            "(kind = 'withdrawal') = (withdraws_id IS NOT NULL)", name="withdrawal_of_something"
        ),
        sa.CheckConstraint("(kind = 'withdrawal') = (amount = 0)", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enrolment.id", ondelete="RESTRICT"), index=True
    )
    exam_key: Mapped[str] = mapped_column(
        sa.String(60), default=FINAL_EXAM, server_default=FINAL_EXAM
    )
    kind: Mapped[AllowanceKind] = mapped_column(enum_type(AllowanceKind))
    amount: Mapped[int]  # by kind; 0 for a withdrawal
    # The entry that this one takes back; each at most once.
    withdraws_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("exam_allowance.id", ondelete="RESTRICT"), unique=True
    )
    reason: Mapped[str] = mapped_column(sa.String(500))
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))

    enrolment: Mapped[Enrolment] = related()
    granted_by: Mapped[Person] = related()


class ExamExtension(PublicId, db.Model):
    """More time for all attempts at one exam that were open when something went wrong."""

    __tablename__ = "exam_extension"
    __table_args__ = (sa.CheckConstraint("minutes BETWEEN 1 AND 480", name="minutes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course.id", ondelete="RESTRICT"), index=True
    )
    exam_key: Mapped[str] = mapped_column(
        sa.String(60), default=FINAL_EXAM, server_default=FINAL_EXAM
    )
    minutes: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(500))
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))

    course: Mapped[Course] = related()
    granted_by: Mapped[Person] = related()


class ExtendedAttempt(db.Model):
    """One attempt that an extension was given to."""

    __tablename__ = "extended_attempt"

    attempt_id: Mapped[int] = mapped_column(
        sa.ForeignKey("attempt.id", ondelete="RESTRICT"), primary_key=True
    )
    extension_id: Mapped[int] = mapped_column(
        sa.ForeignKey("exam_extension.id", ondelete="RESTRICT"), primary_key=True, index=True
    )

    extension: Mapped[ExamExtension] = related()


class ReleaseCode(PublicId, db.Model):
    """A code that lets candidates start one exam of a course; only its hash is kept."""

    __tablename__ = "release_code"
    __table_args__ = (
        sa.CheckConstraint("expires_at > made_at", name="expires_later"),
        sa.Index("ix_release_code_course_id", "course_id", "withdrawn_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="RESTRICT"))
    exam_key: Mapped[str] = mapped_column(
        sa.String(60), default=FINAL_EXAM, server_default=FINAL_EXAM
    )
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    # Paths of the units whose people it lets in: the scope of whoever made it.
    scope: Mapped[list[Any]]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    expires_at: Mapped[datetime | None]  # of a sitting's code; None: a password that stays
    withdrawn_at: Mapped[datetime | None]  # by whom: the audit log

    made_by: Mapped[Person] = related()
