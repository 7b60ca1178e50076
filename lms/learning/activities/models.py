"""Tables of what happened in activities; rows are appended, the latest holds."""

from datetime import date, datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import db, enum_type, related
from lms.people.models import Person


class Presence(Enum):
    """Whether someone was at a classroom part."""

    PRESENT = "present"
    LATE = "late"
    EXCUSED = "excused"
    ABSENT = "absent"

    @property
    def counts(self) -> bool:
        """Whether the part is complete with it."""
        return self in (Presence.PRESENT, Presence.LATE)


class AttendanceMark(db.Model):
    """What an instructor confirmed about one person at a classroom part."""

    __tablename__ = "attendance_mark"
    __table_args__ = (sa.Index("ix_attendance_mark_place", "enrolment_id", "activity_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="RESTRICT"))
    presence: Mapped[Presence] = mapped_column(enum_type(Presence))
    held_on: Mapped[date]  # the day of the class
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))


class ChecklistTick(db.Model):
    """A step of a checklist ticked, or the tick taken back."""

    __tablename__ = "checklist_tick"
    __table_args__ = (
        sa.Index("ix_checklist_tick_place", "enrolment_id", "activity_id", "id"),
        sa.CheckConstraint("is_done = (done_on IS NOT NULL)", name="done_has_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="RESTRICT"))
    step_key: Mapped[str] = mapped_column(sa.String(60))
    is_done: Mapped[bool]
    done_on: Mapped[date | None]  # the day the person did it
    ticked_at: Mapped[datetime]
    ticked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))

    ticked_by: Mapped[Person] = related()


class MentorNaming(db.Model):
    """Who ticks an enrolment's checklists from now on; None: nobody any more."""

    __tablename__ = "mentor_naming"
    __table_args__ = (sa.Index("ix_mentor_naming_enrolment", "enrolment_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"))
    mentor_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )
    named_at: Mapped[datetime]
    named_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))

    mentor: Mapped[Person | None] = related(foreign_keys=[mentor_id])


class ReadingBeat(db.Model):
    """The reader was there: sent by an open, visible lesson that asks for a minimum time."""

    __tablename__ = "reading_beat"
    __table_args__ = (sa.Index("ix_reading_beat_place", "enrolment_id", "activity_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="CASCADE"))
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id", ondelete="RESTRICT"))
    beat_at: Mapped[datetime]
