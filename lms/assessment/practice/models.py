"""Tables of daily practice."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.assessment.models import Item, ItemVersion
from lms.catalog.models import Activity
from lms.core.database import PublicId, db, enum_type, related
from lms.learning.models import Enrolment


class PracticeItem(db.Model):
    """An item that its author opened for practice before the exam; no row: it is kept for it."""

    __tablename__ = "practice_item"

    item_id: Mapped[int] = mapped_column(
        sa.ForeignKey("item.id", ondelete="RESTRICT"), primary_key=True
    )


class Certainty(Enum):
    """How sure a person is of an answer, said before they see whether it is right."""

    SURE = "sure"
    RATHER = "rather"
    GUESSING = "guessing"


class Recall(Enum):
    """How well something was remembered: FSRS's four ratings; see ``scheduling.rate``."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"
    EASY = "easy"


class PracticeCard(db.Model):
    """One thing a person practises: an item, or a self-check of a lesson.

    A card belongs to the lasting thing, not to a version of it: a new wording goes on with the old
    one's history. All from ``reviews`` on is the fold over its reviews, kept for lists.
    """

    __tablename__ = "practice_card"
    __table_args__ = (
        sa.CheckConstraint(
            "(item_id IS NULL) = (lesson_key IS NOT NULL)"
            " AND (lesson_key IS NULL) = (check_key IS NULL)",
            name="one_subject",
        ),
        sa.CheckConstraint(
            "(reviews = 0) = (due_on IS NULL) AND (reviews = 0) = (last_review_at IS NULL)",
            name="reviewed_is_due",
        ),
        sa.Index(
            "uq_practice_card_item",
            "person_id",
            "item_id",
            unique=True,
            sqlite_where=sa.text("item_id IS NOT NULL"),
            postgresql_where=sa.text("item_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_practice_card_check",
            "person_id",
            "course_id",
            "lesson_key",
            "check_key",
            unique=True,
            sqlite_where=sa.text("check_key IS NOT NULL"),
            postgresql_where=sa.text("check_key IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course.id", ondelete="RESTRICT"), index=True
    )
    item_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("item.id", ondelete="RESTRICT"), index=True
    )
    lesson_key: Mapped[str | None] = mapped_column(sa.String(60))
    check_key: Mapped[str | None] = mapped_column(sa.String(60))

    reviews: Mapped[int] = mapped_column(default=0)
    forgotten: Mapped[int] = mapped_column(default=0)  # reviews rated AGAIN
    stability: Mapped[float | None]  # days until recall falls to nine in ten
    difficulty: Mapped[float | None]  # 1 to 10
    first_review_at: Mapped[datetime | None]
    last_review_at: Mapped[datetime | None]
    last_recall: Mapped[Recall | None] = mapped_column(enum_type(Recall))
    is_confident_error: Mapped[bool] = mapped_column(default=False)  # sure and wrong, last time
    due_on: Mapped[date | None]  # in the network's time zone; None: never reviewed

    item: Mapped[Item | None] = related()


class PracticeSession(PublicId, db.Model):
    """A few minutes of practice: its questions are chosen when it begins."""

    __tablename__ = "practice_session"
    __table_args__ = (
        sa.Index("ix_practice_session_person", "person_id", "id"),
        sa.Index(
            "uq_practice_session_open",
            "person_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(sa.String(2))  # of the questions
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # the last question answered, or given up for a later session

    questions: Mapped[list["PracticeQuestion"]] = related(
        order_by="PracticeQuestion.position", back_populates="session"
    )


class PracticeQuestion(db.Model):
    """One question of a session, pinned to what the person is shown. Its place in the session is
    what makes a form that is sent twice count once.
    """

    __tablename__ = "practice_question"
    __table_args__ = (
        sa.UniqueConstraint("session_id", "position"),
        sa.UniqueConstraint("session_id", "card_id"),
        sa.CheckConstraint(
            "(item_version_id IS NULL) = (activity_id IS NOT NULL)", name="one_wording"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(
        sa.ForeignKey("practice_session.id", ondelete="CASCADE")
    )
    position: Mapped[int]  # from 1
    card_id: Mapped[int] = mapped_column(
        sa.ForeignKey("practice_card.id", ondelete="CASCADE"), index=True
    )
    enrolment_id: Mapped[int] = mapped_column(  # through which the person met it
        sa.ForeignKey("enrolment.id", ondelete="RESTRICT")
    )
    item_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("item_version.id", ondelete="RESTRICT"), index=True
    )
    # The lesson that holds the self-check, in the version in which the person has read it.
    activity_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("activity.id", ondelete="RESTRICT")
    )

    session: Mapped[PracticeSession] = related(back_populates="questions")
    card: Mapped[PracticeCard] = related()
    enrolment: Mapped[Enrolment] = related()
    item_version: Mapped[ItemVersion | None] = related()
    activity: Mapped[Activity | None] = related()
    review: Mapped["PracticeReview | None"] = related(uselist=False, viewonly=True)


class PracticeReview(db.Model):
    """The answer to one question of a session; appended, at most one for each."""

    __tablename__ = "practice_review"
    __table_args__ = (
        sa.CheckConstraint("credit BETWEEN 0 AND 1", name="credit"),
        sa.CheckConstraint(
            "response IS NOT NULL OR certainty = 'guessing'", name="no_answer_is_unsure"
        ),
        sa.Index("ix_practice_review_answered_on", "answered_on"),
    )

    question_id: Mapped[int] = mapped_column(
        sa.ForeignKey("practice_question.id", ondelete="CASCADE"), primary_key=True
    )
    response: Mapped[dict[str, Any] | None]  # as in assessment.responses; None: 'I don't know'
    credit: Mapped[float]  # the share that was right
    certainty: Mapped[Certainty] = mapped_column(enum_type(Certainty))
    recall: Mapped[Recall] = mapped_column(enum_type(Recall))
    answered_at: Mapped[datetime]
    answered_on: Mapped[date]  # the same in the network's time zone
