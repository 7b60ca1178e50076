"""The table of comments."""

from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db, enum_type, related
from lms.people.models import Person


class RemarkKind(Enum):
    """What an entry of a thread is."""

    COMMENT = "comment"  # begins the thread
    REPLY = "reply"
    RESOLVED = "resolved"
    REOPENED = "reopened"


class LessonRemark(PublicId, db.Model):
    """One entry of a thread. Rows are added, never changed: a thread is open until the last of
    its entries that resolve or reopen it says otherwise.
    """

    __tablename__ = "lesson_remark"
    __table_args__ = (
        sa.Index("ix_lesson_remark_lesson", "course_id", "lesson_key", "id"),
        sa.CheckConstraint("(kind = 'comment') = (thread_id IS NULL)", name="comment_begins"),
        sa.CheckConstraint("kind IN ('resolved', 'reopened') OR body <> ''", name="says_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="RESTRICT"))
    lesson_key: Mapped[str] = mapped_column(sa.String(60))
    language: Mapped[str] = mapped_column(sa.String(2))  # of the text that it is about
    thread_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("lesson_remark.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[RemarkKind] = mapped_column(enum_type(RemarkKind))
    quote: Mapped[str] = mapped_column(sa.Text, default="")  # '': about the whole lesson
    body: Mapped[str] = mapped_column(sa.Text, default="")
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    written_at: Mapped[datetime]

    author: Mapped[Person] = related()
