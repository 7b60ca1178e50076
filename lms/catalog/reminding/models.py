"""The table of reminders: of which day to look again somebody was told."""

from datetime import date
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import db, enum_type


class ReviewOccasion(Enum):
    """What a reminder of a review says."""

    SOON = "soon"  # the day is near, see facts.queries.SOON
    PAST = "past"  # the day is over


class ReviewReminder(db.Model):
    """Somebody was told of the day by which a fact or a course is to be looked at again."""

    __tablename__ = "review_reminder"
    __table_args__ = (
        sa.UniqueConstraint(
            "recipient_id", "about", "review_by", "occasion", name="uq_review_reminder_once"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    about: Mapped[str] = mapped_column(sa.String(80))  # "fact:" and its key, "course:" and its slug
    review_by: Mapped[date]
    occasion: Mapped[ReviewOccasion] = mapped_column(enum_type(ReviewOccasion))
    told_on: Mapped[date]
