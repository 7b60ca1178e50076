"""The table of requests to a second person."""

from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db, enum_type, related
from lms.people.models import Person


class Answer(Enum):
    """How a request ended."""

    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by the one who asked


class SecondPersonRequest(PublicId, db.Model):
    """Something that waits for a second person's word."""

    __tablename__ = "second_person_request"
    __table_args__ = (
        sa.UniqueConstraint("subject_kind", "subject_key"),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_when"),
        sa.CheckConstraint("(answer IS NULL) = (answered_by_id IS NULL)", name="answered_by"),
        sa.CheckConstraint(
            "answer IS NULL OR (answer = 'withdrawn') = (answered_by_id = asked_by_id)",
            name="two_people",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_key: Mapped[str] = mapped_column(sa.String(40))
    permission: Mapped[str] = mapped_column(sa.String(40))  # which both need
    scope: Mapped[list[Any]]  # paths of the units it touches: who answers has the permission there
    reason: Mapped[str] = mapped_column(sa.Text)
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    answer: Mapped[Answer | None] = mapped_column(enum_type(Answer))
    answered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    answered_at: Mapped[datetime | None]
    word: Mapped[str] = mapped_column(sa.Text, default="")  # what the second person says to it

    asked_by: Mapped[Person] = related(foreign_keys=[asked_by_id])
    answered_by: Mapped[Person | None] = related(foreign_keys=[answered_by_id])
