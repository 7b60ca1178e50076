"""Tables: changes of labels, days that were walked, places in courses that are required."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.certification.lifecycle.state import Label
from lms.core.database import PublicId, db, enum_type


class StandingChange(PublicId, db.Model):
    """A person's label for a certification became another one; appended. The last one stands."""

    __tablename__ = "standing_change"
    __table_args__ = (
        sa.Index("ix_standing_change_of", "person_id", "scheme_id", "id"),
        sa.CheckConstraint("label <> label_before", name="another_label"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    scheme_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certification_scheme.id", ondelete="CASCADE"), index=True
    )
    label_before: Mapped[Label] = mapped_column(enum_type(Label, "label_before"))
    label: Mapped[Label] = mapped_column(enum_type(Label))
    changed_on: Mapped[date]  # the day on which it was seen to hold
    noticed_at: Mapped[datetime]


class StandingWalk(db.Model):
    """A day whose passing was followed."""

    __tablename__ = "standing_walk"

    day: Mapped[date] = mapped_column(primary_key=True)
    walked_at: Mapped[datetime]


class RequiredPlace(db.Model):
    """An enrolment that a requirement asks for, and the due date that was last set for it."""

    __tablename__ = "required_place"

    enrolment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    is_made: Mapped[bool]  # False: it was there before and joined
    prior_due_on: Mapped[date | None]  # as it was when it was joined
    due_on: Mapped[date | None]  # when the enrolment's differs, a person set it since
    made_at: Mapped[datetime]
    dropped_at: Mapped[datetime | None]  # taken back by itself, not by a person


class PlaceCause(db.Model):
    """A certification for which a place is required, and in which round of work."""

    __tablename__ = "required_place_cause"

    enrolment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("required_place.enrolment_id", ondelete="CASCADE"), primary_key=True
    )
    scheme_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certification_scheme.id", ondelete="CASCADE"), primary_key=True
    )
    cycle: Mapped[str] = mapped_column(sa.String(140))  # of policies.Asked
