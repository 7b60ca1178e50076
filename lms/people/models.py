"""Tables of the network's units, its people and their accounts."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from lms.core.database import PublicId, RowVersion, db, enum_type, related

LONG_AGO = "1970-01-01 00:00:00"  # UTC
UNSURE_SIGNS = str.maketrans("", "", " -/.")  # of personnel numbers


class UnitKind(Enum):
    """Levels of the organisation tree, from the top."""

    NETWORK = "network"
    DISTRICT = "district"
    SERVICE_CENTRE = "service_centre"


class OrganisationUnit(PublicId, db.Model):
    """A node of the tree network → district → service centre."""

    __tablename__ = "organisation_unit"
    __table_args__ = (sa.CheckConstraint("path LIKE '/%/'", name="path_shape"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[UnitKind] = mapped_column(enum_type(UnitKind))
    parent_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation_unit.id", ondelete="RESTRICT"), index=True
    )
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name_ru: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200))
    # Codes from the top down, `/network/cao/cao-01/`: a subtree is all paths with its prefix.
    path: Mapped[str] = mapped_column(sa.String(200), unique=True)
    closed_on: Mapped[date | None]

    parent: Mapped["OrganisationUnit | None"] = related(remote_side=[id])  # noqa: A003 - the column


class UnitPlace(db.Model):
    """What a unit was a part of over a stretch of days (both ends inclusive): for looking back.

    The last, without an end, is what ``OrganisationUnit`` says. Only its end is ever written to
    one; who is moved twice on a day was nowhere in between, and that place counts on no day.
    """

    __tablename__ = "unit_place"
    __table_args__ = (
        sa.Index("ix_unit_place_unit", "unit_id", "last_on", "first_on"),
        sa.Index(
            "uq_unit_place_open",
            "unit_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
        sa.CheckConstraint("path LIKE '/%/'", name="path_shape"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation_unit.id", ondelete="CASCADE"))
    parent_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation_unit.id", ondelete="RESTRICT"), index=True
    )
    path: Mapped[str] = mapped_column(sa.String(200))  # the unit's own, as it was
    first_on: Mapped[date]  # the calendar's first day: ever since there is the unit
    last_on: Mapped[date]  # the calendar's last day: without an end
    recorded_at: Mapped[datetime | None]  # None: together with the unit
    ended_at: Mapped[datetime | None]  # when its end was recorded


@sa.event.listens_for(OrganisationUnit, "after_insert")
def _give_place(_mapper: Any, connection: sa.Connection, unit: OrganisationUnit) -> None:
    """Let a new unit have been where it is ever since."""
    place = {"unit_id": unit.id, "parent_id": unit.parent_id, "path": unit.path}
    connection.execute(sa.insert(UnitPlace), {**place, "first_on": date.min, "last_on": date.max})


class JobRole(PublicId, db.Model):
    """A post a person can hold."""

    __tablename__ = "job_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name_ru: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200))


def name_of(family: str, given: str, patronymic: str, erased_at: datetime | None) -> str:
    """Return the full name of whose record has these parts; of an erased person that they were."""
    if erased_at is not None:
        return str(_("Data erased"))
    return " ".join(part for part in (family, given, patronymic) if part)


def own_name_of(row: Any) -> str:
    """Return the full name of a row with a person's columns, whichever record it leads to."""
    return name_of(row.family_name, row.given_name, row.patronymic, row.erased_at)


def number_of(one: Any) -> str | None:
    """Return the personnel number of a person, or of a row with its columns; None: data erased.

    What an erased row holds in its place only keeps the column unique.
    """
    number: str = one.personnel_number
    return None if one.erased_at is not None else number


def plain_number(number: str) -> str:
    """Return a personnel number without what is written now one way, now the other."""
    return number.upper().translate(UNSURE_SIGNS).lstrip("0")


def _created_at(context: Any) -> datetime:
    created: datetime = context.get_current_parameters()["created_at"]
    return created


def _plain_number(context: Any) -> str:
    return plain_number(context.get_current_parameters()["personnel_number"])


class Person(PublicId, RowVersion, db.Model):
    """A human being known to the network; may lack an account."""

    __tablename__ = "person"
    __table_args__ = (
        sa.Index("ix_person_order", "sort_name", "id"),
        sa.Index("ix_person_changed_at", "changed_at", "id"),
        # Whose numbers are alike is told by the index alone.
        sa.Index(
            "ix_person_plain_number",
            "plain_number",
            "id",
            sqlite_where=sa.text("erased_at IS NULL AND merged_into_id IS NULL"),
            postgresql_where=sa.text("erased_at IS NULL AND merged_into_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    personnel_number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    # See ``plain_number``: kept whenever the number is set, for finding likely duplicates.
    plain_number: Mapped[str] = mapped_column(
        sa.String(40), default=_plain_number, server_default=""
    )
    family_name: Mapped[str] = mapped_column(sa.String(120))
    given_name: Mapped[str] = mapped_column(sa.String(120))
    patronymic: Mapped[str] = mapped_column(sa.String(120), default="")
    # The full name folded (see core.database.fold), kept by the services: for sorting and search.
    sort_name: Mapped[str] = mapped_column(sa.String(400))
    email: Mapped[str | None] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(sa.String(2), default="ru")
    created_at: Mapped[datetime]
    # When what other systems are shown of the person changed last; see ``services.changes``.
    changed_at: Mapped[datetime] = mapped_column(default=_created_at, server_default=LONG_AGO)
    # Since then the row says nothing of anyone; see people.erasure.
    erased_at: Mapped[datetime | None]
    # The record of the same human being that stayed; this one only leads there. See people.merging.
    merged_into_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )

    employments: Mapped[list["Employment"]] = related(
        back_populates="person", order_by="Employment.started_on"
    )
    # The open employment, or None for someone who left. Load it with joinedload.
    employment: Mapped["Employment | None"] = related(
        primaryjoin="and_(Person.id == foreign(Employment.person_id), "
        "Employment.ended_on.is_(None))",
        viewonly=True,
        uselist=False,
    )

    # The record that stays, loaded with this one where it was merged: no statement where none was.
    merged_into: Mapped["Person | None"] = relationship(
        remote_side=[id],  # noqa: A003 - the column
        lazy="selectin",
        viewonly=True,
    )

    @validates("personnel_number")
    def _keep_plain_number(self, _name: str, number: str) -> str:
        self.plain_number = plain_number(number)
        return number

    @property
    def full_name(self) -> str:
        """Family name, given name, patronymic; of an erased person that they were erased.

        Of a merged record the name of the person whose record stayed: what was done under this one
        was done by them.
        """
        return self.own_name if self.merged_into is None else self.merged_into.own_name

    @property
    def own_name(self) -> str:
        """The name that stands in this very record, whichever record leads on."""
        return own_name_of(self)

    @property
    def initials(self) -> str:
        """Two capital letters for the avatar."""
        return (self.given_name[:1] + self.family_name[:1]).upper()


class Employment(db.Model):
    """A person's post at a unit over a stretch of days (both ends inclusive)."""

    __tablename__ = "employment"
    __table_args__ = (
        sa.Index(
            "uq_employment_open",
            "person_id",
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL"),
            postgresql_where=sa.text("ended_on IS NULL"),
        ),
        sa.Index("ix_employment_unit", "unit_id", "ended_on", "person_id"),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation_unit.id", ondelete="RESTRICT"))
    job_role_id: Mapped[int] = mapped_column(
        sa.ForeignKey("job_role.id", ondelete="RESTRICT"), index=True
    )
    started_on: Mapped[date]
    ended_on: Mapped[date | None]

    person: Mapped[Person] = related(back_populates="employments")
    unit: Mapped[OrganisationUnit] = related()
    job_role: Mapped[JobRole] = related()


class AccessRole(Enum):
    """What an account may do; see people.permissions for what each includes."""

    TRAINEE = "trainee"
    INSTRUCTOR = "instructor"
    HR = "hr"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Account(PublicId, RowVersion, db.Model):
    """How one person signs in."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT"), unique=True
    )
    username: Mapped[str] = mapped_column(sa.String(120), unique=True)  # folded
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    # The password was given by someone else: its owner chooses another before doing anything.
    must_change_password: Mapped[bool] = mapped_column(default=False)
    password_ends_at: Mapped[datetime | None]  # of a one-time password
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    person: Mapped[Person] = related()
    grants: Mapped[list["RoleGrant"]] = related(back_populates="account")


class RoleGrant(PublicId, db.Model):
    """An access role given to an account over one unit and all beneath it."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.Index(
            "uq_role_grant_open",
            "account_id",
            "role",
            "unit_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[AccessRole] = mapped_column(enum_type(AccessRole))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation_unit.id", ondelete="RESTRICT"))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    account: Mapped[Account] = related(back_populates="grants")
    unit: Mapped[OrganisationUnit] = related()


class AccountSession(PublicId, db.Model):
    """One signed-in browser; ended by signing out, here or everywhere."""

    __tablename__ = "account_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    # SHA-256 of the token in the browser's signed cookie: the table alone admits no one.
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[int] = mapped_column(
        sa.ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    # Browser family and system, for the person's own list; never the address.
    device: Mapped[str] = mapped_column(sa.String(120), default="")

    account: Mapped[Account] = related()
