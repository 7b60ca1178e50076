"""Tables of reminders: when a scheme reminds, of what was reminded, and which days were walked."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.certification.lifecycle.reminders import Occasion
from lms.certification.schemes.models import CertificationScheme
from lms.core.database import db, enum_type, related
from lms.people.models import Person


class ReminderPlan(db.Model):
    """When a scheme reminds whom; a change is a further row, the last one counts."""

    __tablename__ = "reminder_plan"
    __table_args__ = (
        sa.UniqueConstraint("scheme_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certification_scheme.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    distances: Mapped[dict[str, Any]]  # see plans.Plan
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))


class Reminder(db.Model):
    """One recipient was reminded of one occasion of one person."""

    __tablename__ = "certification_reminder"
    __table_args__ = (
        sa.UniqueConstraint(
            "recipient_id",
            "person_id",
            "scheme_id",
            "occasion",
            "about_on",
            "days",
            name="uq_certification_reminder_once",
        ),
        sa.CheckConstraint("days >= 0", name="days_counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    scheme_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certification_scheme.id", ondelete="CASCADE")
    )
    occasion: Mapped[Occasion] = mapped_column(enum_type(Occasion))
    about_on: Mapped[date]
    days: Mapped[int]  # between the day that called for it and ``about_on``
    told_on: Mapped[date]

    recipient: Mapped[Person] = related(foreign_keys=[recipient_id])
    person: Mapped[Person] = related(foreign_keys=[person_id])
    scheme: Mapped[CertificationScheme] = related()


class ReminderWalk(db.Model):
    """A day whose reminders were sent."""

    __tablename__ = "reminder_walk"

    day: Mapped[date] = mapped_column(primary_key=True)
    walked_at: Mapped[datetime]
