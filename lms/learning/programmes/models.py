"""Tables of programmes, their steps, and what people were given by them."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.catalog.models import Course
from lms.core.database import PublicId, RowVersion, db, enum_type, related
from lms.learning.models import Enrolment

MOST_DAYS = 3660  # of a step's term


class Coverage(Enum):
    """Whom in the post a programme is for."""

    EVERYONE = "everyone"
    NEWCOMERS = "newcomers"  # whose post began on the programme's first day or later


class Programme(PublicId, RowVersion, db.Model):
    """Ordered courses for a post, by a rule in force from a day on."""

    __tablename__ = "programme"
    __table_args__ = (
        sa.Index(
            "uq_programme_post",
            "post",
            unique=True,
            sqlite_where=sa.text("retired_at IS NULL"),
            postgresql_where=sa.text("retired_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    title: Mapped[dict[str, Any]]  # by language
    summary: Mapped[dict[str, Any]]
    # Code of a JobRole, perhaps of one that isn't known yet: programmes are loaded before people.
    post: Mapped[str] = mapped_column(sa.String(40))
    coverage: Mapped[Coverage] = mapped_column(enum_type(Coverage))
    in_force_on: Mapped[date]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    retired_at: Mapped[datetime | None]  # gives nothing to anybody any more; never deleted
    # SHA-256 of what the file last said of it; None: made on the site.
    loaded_digest: Mapped[str | None] = mapped_column(sa.String(64))
    changed_here: Mapped[bool] = mapped_column(default=False)  # since it was loaded

    steps: Mapped[list["ProgrammeStep"]] = related(
        order_by="ProgrammeStep.position",
        primaryjoin="and_(Programme.id == ProgrammeStep.programme_id, "
        "ProgrammeStep.removed_at.is_(None))",
        viewonly=True,
    )


class ProgrammeStep(PublicId, db.Model):
    """One course of a programme, or several of which a person chooses one."""

    __tablename__ = "programme_step"
    __table_args__ = (
        sa.Index("ix_programme_step_programme", "programme_id", "position"),
        sa.CheckConstraint(f"days BETWEEN 1 AND {MOST_DAYS}", name="days_bounded"),
        sa.CheckConstraint("position >= 1", name="position_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id", ondelete="RESTRICT"))
    position: Mapped[int]  # from 1
    days: Mapped[int]  # from the start of the post, or from ``since_on`` when that is later
    since_on: Mapped[date]
    removed_at: Mapped[datetime | None]  # no part of the programme any more

    programme: Mapped[Programme] = related()
    choices: Mapped[list["ProgrammeStepCourse"]] = related(order_by="ProgrammeStepCourse.position")

    @property
    def courses(self) -> list[Course]:
        """The courses to choose between; load ``choices`` and their courses first."""
        return [choice.course for choice in self.choices]


class ProgrammeStepCourse(db.Model):
    """A course that fulfils a step."""

    __tablename__ = "programme_step_course"

    step_id: Mapped[int] = mapped_column(
        sa.ForeignKey("programme_step.id", ondelete="CASCADE"), primary_key=True
    )
    course_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course.id", ondelete="RESTRICT"), primary_key=True
    )
    position: Mapped[int]

    course: Mapped[Course] = related()


class Basis(Enum):
    """How a person came to the enrolment that fulfils a step."""

    ENROLLED = "enrolled"  # the programme enrolled them
    CHOSEN = "chosen"  # they chose this course, and were enrolled
    JOINED = "joined"  # they were on the course already
    COUNTED = "counted"  # they had completed it, and it was still valid


class ProgrammeAssignment(db.Model):
    """A step given to a person for one time in the post. Rows are added; the last one stands."""

    __tablename__ = "programme_assignment"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "step_id", "begins_on", "enrolment_id"),
        sa.Index("ix_programme_assignment_step", "step_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("programme_step.id", ondelete="RESTRICT"))
    begins_on: Mapped[date]  # the first day in the post
    enrolment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enrolment.id", ondelete="RESTRICT"), index=True
    )
    basis: Mapped[Basis] = mapped_column(enum_type(Basis))
    assigned_at: Mapped[datetime]

    enrolment: Mapped[Enrolment] = related()
