"""Tables of staffing: service groups, windows, what a centre needs, and when people work."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.certification.schemes.models import CertificationScheme
from lms.certification.staffing.seating.shifts import EVERY, OFFICE, Shift
from lms.core.database import PublicId, RowVersion, db, enum_type, related
from lms.people.models import OrganisationUnit, Person


def _of(table: str, *, ondelete: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id", ondelete=ondelete)


class ServiceGroup(PublicId, RowVersion, db.Model):
    """What is done at a window, such as passports or land, and what that asks for."""

    __tablename__ = "service_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)  # in files
    name_ru: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    retired_at: Mapped[datetime | None]  # offered nowhere any more; never deleted

    asked: Mapped[list["ServiceGroupScheme"]] = related(
        back_populates="group",
        order_by="ServiceGroupScheme.scheme_id",
        cascade="all, delete-orphan",
    )


class ServiceGroupScheme(db.Model):
    """Who serves the group must be allowed to by this certification; by each that is named."""

    __tablename__ = "service_group_scheme"

    group_id: Mapped[int] = mapped_column(
        _of("service_group", ondelete="CASCADE"), primary_key=True
    )
    scheme_id: Mapped[int] = mapped_column(
        _of("certification_scheme", ondelete="RESTRICT"), primary_key=True, index=True
    )

    group: Mapped[ServiceGroup] = related(back_populates="asked")
    scheme: Mapped[CertificationScheme] = related()


class CentreStaffing(RowVersion, db.Model):
    """What is said of a centre as a whole. Its row version guards windows, hours and needs too."""

    __tablename__ = "centre_staffing"
    __table_args__ = (sa.CheckConstraint(f"pattern BETWEEN 0 AND {EVERY}", name="pattern_bits"),)

    unit_id: Mapped[int] = mapped_column(
        _of("organisation_unit", ondelete="CASCADE"), primary_key=True
    )
    # When those work who have no pattern of their own; see seating.shifts.
    pattern: Mapped[int] = mapped_column(default=OFFICE)

    unit: Mapped[OrganisationUnit] = related()


class OpeningDay(db.Model):
    """When a centre is open on one day of the week; without times it is closed.

    A centre without rows is open as the network's standard says: every day from 8:00 to 20:00.
    """

    __tablename__ = "opening_day"
    __table_args__ = (
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint(
            "(opens_at IS NULL AND changes_at IS NULL AND closes_at IS NULL)"
            " OR (opens_at < changes_at AND changes_at < closes_at)",
            name="times_in_order",
        ),
    )

    unit_id: Mapped[int] = mapped_column(
        _of("organisation_unit", ondelete="CASCADE"), primary_key=True
    )
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # Monday is 0
    opens_at: Mapped[time | None]
    changes_at: Mapped[time | None]  # the first part of the day ends, the second begins
    closes_at: Mapped[time | None]


class ServiceWindow(db.Model):
    """A window of a centre, by its number, and what can be served there."""

    __tablename__ = "service_window"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "number"),
        sa.CheckConstraint("number BETWEEN 1 AND 999", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(_of("organisation_unit", ondelete="CASCADE"))
    number: Mapped[int]

    offers: Mapped[list["WindowService"]] = related(
        back_populates="window", cascade="all, delete-orphan"
    )


class WindowService(db.Model):
    """A service group that a window offers."""

    __tablename__ = "window_service"

    window_id: Mapped[int] = mapped_column(
        _of("service_window", ondelete="CASCADE"), primary_key=True
    )
    group_id: Mapped[int] = mapped_column(
        _of("service_group", ondelete="RESTRICT"), primary_key=True, index=True
    )

    window: Mapped[ServiceWindow] = related(back_populates="offers")


class StaffingNeed(db.Model):
    """How many windows must serve a group in one part of one day of the week."""

    __tablename__ = "staffing_need"
    __table_args__ = (
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint("windows BETWEEN 1 AND 99", name="windows"),
    )

    unit_id: Mapped[int] = mapped_column(
        _of("organisation_unit", ondelete="CASCADE"), primary_key=True
    )
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    shift: Mapped[Shift] = mapped_column(enum_type(Shift), primary_key=True)
    group_id: Mapped[int] = mapped_column(
        _of("service_group", ondelete="RESTRICT"), primary_key=True, index=True
    )
    windows: Mapped[int]


class WorkPattern(RowVersion, db.Model):
    """On which parts of the week a person works, whichever centre that is at."""

    __tablename__ = "work_pattern"
    __table_args__ = (sa.CheckConstraint(f"pattern BETWEEN 0 AND {EVERY}", name="pattern_bits"),)

    person_id: Mapped[int] = mapped_column(_of("person", ondelete="CASCADE"), primary_key=True)
    pattern: Mapped[int]

    person: Mapped[Person] = related()


class WorkException(PublicId, db.Model):
    """Days on which a person works otherwise than by the pattern. Why isn't asked: it isn't needed.

    Of two that cover a day the one that was said later holds.
    """

    __tablename__ = "work_exception"
    __table_args__ = (
        sa.CheckConstraint("last_on >= first_on", name="ends_after_start"),
        sa.CheckConstraint("shifts BETWEEN 0 AND 3", name="shifts_bits"),
        sa.Index("ix_work_exception_days", "person_id", "last_on", "first_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(_of("person", ondelete="CASCADE"))
    first_on: Mapped[date]
    last_on: Mapped[date]  # inclusive
    shifts: Mapped[int]  # 0: away, 1: the first part, 2: the second, 3: all day
    said_at: Mapped[datetime]

    person: Mapped[Person] = related()
