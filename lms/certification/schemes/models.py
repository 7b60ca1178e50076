"""Tables of certification schemes, their rules, and the facts about people."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.catalog.models import Course
from lms.certification.lifecycle.facts import FactKind
from lms.certification.lifecycle.state import Holding, Label, Obligation
from lms.certification.lifecycle.work import Work
from lms.core.database import PublicId, RowVersion, db, enum_type, related
from lms.people.models import JobRole, OrganisationUnit, Person


class CertificationScheme(PublicId, RowVersion, db.Model):
    """What a category of people must be able to show; its terms stand in its versions."""

    __tablename__ = "certification_scheme"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(60), unique=True)
    title: Mapped[dict[str, Any]]  # by language
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    retired_at: Mapped[datetime | None]  # nobody is newly required to hold it; never deleted

    versions: Mapped[list["SchemeVersion"]] = related(
        back_populates="scheme", order_by="SchemeVersion.number"
    )


class SchemeVersion(db.Model):
    """The terms of a scheme from a day on; immutable: a change is a further version."""

    __tablename__ = "certification_scheme_version"
    __table_args__ = (
        sa.UniqueConstraint("scheme_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certification_scheme.id", ondelete="RESTRICT")
    )
    number: Mapped[int]
    in_force_on: Mapped[date]
    terms: Mapped[dict[str, Any]]  # lifecycle.terms.Terms, see definitions.py
    parts: Mapped[list[Any]]  # what the keys of the terms' parts mean, see definitions.Part
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    scheme: Mapped[CertificationScheme] = related(back_populates="versions")


class CertificationFact(PublicId, db.Model):
    """One fact of the life cycle; without a scheme it concerns all of the person's (leave)."""

    __tablename__ = "certification_fact"
    __table_args__ = (
        sa.Index(
            "uq_certification_fact_key",
            "person_id",
            "scheme_id",
            "key",
            unique=True,
            sqlite_where=sa.text("scheme_id IS NOT NULL"),
            postgresql_where=sa.text("scheme_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_certification_fact_person_key",
            "person_id",
            "key",
            unique=True,
            sqlite_where=sa.text("scheme_id IS NULL"),
            postgresql_where=sa.text("scheme_id IS NULL"),
        ),
        # For counting what somebody did for others: most were made by nobody.
        sa.Index(
            "ix_certification_fact_actor_id",
            "actor_id",
            sqlite_where=sa.text("actor_id IS NOT NULL"),
            postgresql_where=sa.text("actor_id IS NOT NULL"),
        ),
        sa.Index("ix_certification_fact_rule", "rule_id", "kind", "person_id"),
        sa.CheckConstraint(
            "scheme_id IS NOT NULL OR kind IN ('leave_began', 'leave_ended')", name="of_a_scheme"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    scheme_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certification_scheme.id", ondelete="RESTRICT"), index=True
    )
    kind: Mapped[FactKind] = mapped_column(enum_type(FactKind))
    key: Mapped[str] = mapped_column(sa.String(120))
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime]
    # Who recorded it; None: it followed from a rule or from what the person did.
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    # The rule that requires or no longer requires it.
    rule_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("requirement_rule.id", ondelete="RESTRICT")
    )
    details: Mapped[dict[str, Any]]  # the fact's own fields, see codec.py

    actor: Mapped[Person | None] = related(foreign_keys=[actor_id])
    rule: Mapped["RequirementRule | None"] = related()


class RequirementRule(PublicId, RowVersion, db.Model):
    """Everyone in a post within a part of the network must hold a certification.

    In force from ``in_force_on`` to the day before ``ended_on``. Changing one is ending it and
    making another.
    """

    __tablename__ = "requirement_rule"
    __table_args__ = (
        sa.CheckConstraint("days BETWEEN 0 AND 3660", name="days_bounded"),
        sa.CheckConstraint("ended_on IS NULL OR ended_on >= in_force_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certification_scheme.id", ondelete="RESTRICT"), index=True
    )
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation_unit.id", ondelete="RESTRICT"))
    # None: every post.
    job_role_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("job_role.id", ondelete="RESTRICT")
    )
    days: Mapped[int]  # from the first day of a spell, see rules.spells
    enrols: Mapped[bool]  # whether whom it covers is enrolled in what is lacking
    in_force_on: Mapped[date]
    ended_on: Mapped[date | None]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    scheme: Mapped[CertificationScheme] = related()
    unit: Mapped[OrganisationUnit] = related()
    job_role: Mapped[JobRole | None] = related()


class SchemeEquivalent(PublicId, RowVersion, db.Model):
    """What counts in place of a certification until a day: another one, or a course's certificate.

    From ``made_at`` to ``until_on``, inclusive, or the moment it was ended before that.
    """

    __tablename__ = "certification_equivalent"
    __table_args__ = (
        sa.CheckConstraint("(old_scheme_id IS NULL) <> (course_id IS NULL)", name="one_thing"),
        sa.CheckConstraint("scheme_id <> old_scheme_id", name="another"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certification_scheme.id", ondelete="RESTRICT"), index=True
    )
    old_scheme_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certification_scheme.id", ondelete="RESTRICT")
    )
    course_id: Mapped[int | None] = mapped_column(sa.ForeignKey("course.id", ondelete="RESTRICT"))
    until_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    ended_at: Mapped[datetime | None]

    scheme: Mapped[CertificationScheme] = related(foreign_keys=[scheme_id])
    old_scheme: Mapped[CertificationScheme | None] = related(foreign_keys=[old_scheme_id])
    course: Mapped[Course | None] = related()


class CertificationStanding(db.Model):
    """One stretch of days of one person's timeline: derived, kept for lists and the board.

    Never edited: ``standings.refresh`` makes a person's rows anew from the facts, and a test holds
    that they equal the derivation.
    """

    __tablename__ = "certification_standing"
    __table_args__ = (
        sa.Index("ix_certification_standing_days", "scheme_id", "first_on", "last_on", "label"),
    )

    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    scheme_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certification_scheme.id", ondelete="CASCADE"), primary_key=True
    )
    first_on: Mapped[date] = mapped_column(primary_key=True)
    last_on: Mapped[date]  # inclusive; the calendar's last day: without an end
    label: Mapped[Label] = mapped_column(enum_type(Label))
    obligation: Mapped[Obligation] = mapped_column(enum_type(Obligation))
    holding: Mapped[Holding] = mapped_column(enum_type(Holding))
    work: Mapped[Work] = mapped_column(enum_type(Work))
    is_compliant: Mapped[bool]
    may_serve: Mapped[bool]
    due_on: Mapped[date | None]
    valid_until_on: Mapped[date | None]

    person: Mapped[Person] = related()
    scheme: Mapped[CertificationScheme] = related()
