"""Tables of answers that a person has to judge."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.assessment.examining.models import Regrade
from lms.assessment.models import Attempt, ItemVersion
from lms.core.database import PublicId, db, related
from lms.people.models import Person


class GradingTask(PublicId, db.Model):
    """One answer of a settled attempt that waits to be graded, or was."""

    __tablename__ = "grading_task"
    __table_args__ = (
        sa.UniqueConstraint("attempt_id", "position"),
        sa.Index(
            "ix_grading_task_waiting",
            "waiting_since",
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        ),
        sa.CheckConstraint("(done_at IS NULL) = (points IS NULL)", name="done_with_points"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id", ondelete="RESTRICT"))
    position: Mapped[int]
    item_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("item_version.id", ondelete="RESTRICT"), index=True
    )
    waiting_since: Mapped[datetime]
    # Who reads it now; another may take it when that was long ago.
    claimed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    claimed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    points: Mapped[float | None]

    attempt: Mapped[Attempt] = related()
    item_version: Mapped[ItemVersion] = related()
    gradings: Mapped[list["Grading"]] = related(order_by="Grading.id", back_populates="task")


class Grading(db.Model):
    """What one examiner gave for one answer; appended, never changed.

    With a ``regrade`` it judges anew what was judged before, and decides once that is in force.
    """

    __tablename__ = "grading"
    __table_args__ = (
        sa.Index(
            "uq_grading_of_examiner",
            "task_id",
            "examiner_id",
            unique=True,
            sqlite_where=sa.text("regrade_id IS NULL"),
            postgresql_where=sa.text("regrade_id IS NULL"),
        ),
        sa.Index("ix_grading_latest", "examiner_id", "graded_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(sa.ForeignKey("grading_task.id", ondelete="RESTRICT"))
    examiner_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    graded_at: Mapped[datetime]
    marks: Mapped[dict[str, Any]]  # key of a criterion → points
    points: Mapped[int]  # their sum
    comment: Mapped[str] = mapped_column(sa.String(2000), default="")  # for the candidate
    regrade_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("regrade.id", ondelete="RESTRICT"), unique=True
    )

    examiner: Mapped[Person] = related()
    task: Mapped[GradingTask] = related(back_populates="gradings")
    regrade: Mapped[Regrade | None] = related()
