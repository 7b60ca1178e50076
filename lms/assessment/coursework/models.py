"""Tables of runs through a course's practices."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.assessment.models import ItemVersion
from lms.catalog.models import Activity
from lms.core.database import PublicId, db, related
from lms.learning.models import Enrolment


class PracticeRun(PublicId, db.Model):
    """One run through a practice; of each practice at most one is open."""

    __tablename__ = "practice_run"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "activity_id", "number"),
        sa.Index(
            "uq_practice_run_open",
            "enrolment_id",
            "activity_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="RESTRICT"))
    number: Mapped[int]
    language: Mapped[str] = mapped_column(sa.String(2))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    enrolment: Mapped[Enrolment] = related()
    activity: Mapped[Activity] = related()
    questions: Mapped[list["RunQuestion"]] = related(order_by="RunQuestion.position")


class RunQuestion(db.Model):
    """A question of a run, in the wording it was asked in."""

    __tablename__ = "practice_run_question"
    __table_args__ = (sa.UniqueConstraint("run_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("practice_run.id", ondelete="CASCADE"))
    position: Mapped[int]
    item_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("item_version.id", ondelete="RESTRICT")
    )

    item_version: Mapped[ItemVersion] = related()
    answer: Mapped["RunAnswer | None"] = related()


class RunAnswer(db.Model):
    """The answer to a question; appended, once."""

    __tablename__ = "practice_run_answer"
    __table_args__ = (sa.CheckConstraint("credit BETWEEN 0 AND 1", name="credit"),)

    question_id: Mapped[int] = mapped_column(
        sa.ForeignKey("practice_run_question.id", ondelete="CASCADE"), primary_key=True
    )
    response: Mapped[dict[str, Any] | None]  # None: 'I don't know'
    credit: Mapped[float] = mapped_column(sa.Double)
    answered_at: Mapped[datetime]
