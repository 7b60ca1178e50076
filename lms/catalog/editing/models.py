"""The table of what lessons' texts were."""

from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db, enum_type, related
from lms.people.models import Person


class RevisionKind(Enum):
    """How a text came to be what it was."""

    FOUND = "found"  # stood there before the first change that was kept here
    AUTOSAVED = "autosaved"
    SAVED = "saved"
    MERGED = "merged"  # two people's changes in one text
    RESTORED = "restored"
    ASIDE = "aside"  # typed, but not in the lesson: someone else had changed it meanwhile


class LessonRevision(PublicId, db.Model):
    """One state of one language variant of a lesson. Rows are added, never changed.

    Named by course, key and language rather than by the draft's rows: the history goes on from
    draft to draft, and stays when one is discarded.
    """

    __tablename__ = "lesson_revision"
    __table_args__ = (
        sa.UniqueConstraint("course_id", "lesson_key", "language", "number", "step"),
        sa.Index("ix_lesson_revision_base", "draft_lesson", "language", "row_version"),
        sa.CheckConstraint("(kind = 'aside') = (row_version IS NULL)", name="aside_is_no_state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id", ondelete="RESTRICT"))
    lesson_key: Mapped[str] = mapped_column(sa.String(60))
    language: Mapped[str] = mapped_column(sa.String(2))
    number: Mapped[int]  # from 1; the same for what one person's page saved by itself in a stretch
    step: Mapped[int]  # from 1 within the number
    kind: Mapped[RevisionKind] = mapped_column(enum_type(RevisionKind))
    title: Mapped[str] = mapped_column(sa.String(300))
    body: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    begun_at: Mapped[datetime]  # of the number's first step
    saved_at: Mapped[datetime]
    # The draft's lesson (its public id) and the row version its text got: the base of a merge.
    draft_lesson: Mapped[str] = mapped_column(sa.String(16))
    row_version: Mapped[int | None]
    # Made by the page that is open: its own later saves are no conflict with its earlier ones.
    page: Mapped[str] = mapped_column(sa.String(36), default="")

    author: Mapped[Person | None] = related()
