"""Tables of designs: drafts, published versions, pictures, and which design a course gets."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from lms.catalog.models import Course
from lms.certification.errors import DesignIsFrozen
from lms.certification.schemes.models import CertificationScheme
from lms.core.database import PublicId, RowVersion, db, related
from lms.people.models import Person


class CertificateDesign(PublicId, RowVersion, db.Model):
    """A design by name, with its draft; what certificates are made with are its versions."""

    __tablename__ = "certificate_design"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    draft: Mapped[dict[str, Any]]  # see faces.data_of
    draft_changed_at: Mapped[datetime]
    draft_changed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    retired_at: Mapped[datetime | None]  # no new certificates are made with it

    draft_changed_by: Mapped[Person | None] = related(foreign_keys=[draft_changed_by_id])
    versions: Mapped[list["DesignVersion"]] = related(
        back_populates="design", order_by="DesignVersion.number"
    )

    @property
    def latest(self) -> "DesignVersion | None":
        """The version that new certificates get; ``versions`` are loaded."""
        return self.versions[-1] if self.versions else None


class DesignVersion(db.Model):
    """A published state of a design; never changed: certificates are made with it for ever."""

    __tablename__ = "certificate_design_version"
    __table_args__ = (
        sa.UniqueConstraint("design_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    design_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificate_design.id", ondelete="RESTRICT")
    )
    number: Mapped[int]
    face: Mapped[dict[str, Any]]  # see faces.data_of
    note: Mapped[str] = mapped_column(sa.Text, default="")  # why, in the words of who published it
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )

    design: Mapped[CertificateDesign] = related(back_populates="versions")
    published_by: Mapped[Person | None] = related()


class DesignPicture(PublicId, db.Model):
    """An emblem or a signature, made anew from its pixels; never changed, shared by versions."""

    __tablename__ = "certificate_design_picture"
    __table_args__ = (sa.CheckConstraint("width > 0 AND height > 0", name="size_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    design_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificate_design.id", ondelete="RESTRICT"), index=True
    )
    blob: Mapped[str] = mapped_column(sa.String(64))  # SHA-256, key in core.storage
    media_type: Mapped[str] = mapped_column(sa.String(40))
    width: Mapped[int]  # pixels
    height: Mapped[int]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))


class DesignChoice(db.Model):
    """Which design certificates get from now on; a change is a further row, the last one counts.

    It is the choice for a certification scheme, for a course or, without either, for the network.
    Without a design the certificates look as the built-in one, or, where the scheme or the course
    ``follows`` (its own choice was taken back), as the next of these three says.
    """

    __tablename__ = "certificate_design_choice"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint(
            "NOT follows_network OR (design_id IS NULL "
            "AND (course_id IS NOT NULL OR scheme_id IS NOT NULL))",
            name="network_follows_nothing",
        ),
        sa.CheckConstraint("course_id IS NULL OR scheme_id IS NULL", name="of_one"),
        sa.Index(
            "uq_certificate_design_choice_scheme",
            "scheme_id",
            "number",
            unique=True,
            sqlite_where=sa.text("scheme_id IS NOT NULL"),
            postgresql_where=sa.text("scheme_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_certificate_design_choice_course",
            "course_id",
            "number",
            unique=True,
            sqlite_where=sa.text("course_id IS NOT NULL"),
            postgresql_where=sa.text("course_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_certificate_design_choice_network",
            "number",
            unique=True,
            sqlite_where=sa.text("course_id IS NULL AND scheme_id IS NULL"),
            postgresql_where=sa.text("course_id IS NULL AND scheme_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int | None] = mapped_column(sa.ForeignKey("course.id", ondelete="RESTRICT"))
    scheme_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certification_scheme.id", ondelete="RESTRICT")
    )
    design_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certificate_design.id", ondelete="RESTRICT"), index=True
    )
    follows_network: Mapped[bool] = mapped_column(default=False)
    number: Mapped[int]
    chosen_at: Mapped[datetime]
    chosen_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )

    course: Mapped[Course | None] = related()
    scheme: Mapped[CertificationScheme | None] = related()
    design: Mapped[CertificateDesign | None] = related()


FROZEN = (DesignVersion, DesignPicture, DesignChoice)


@event.listens_for(Session, "before_flush")
def _refuse_changes(session: Session, _context: Any, _objects: Any) -> None:
    changed = [*session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    for row in changed:
        if isinstance(row, FROZEN):
            raise DesignIsFrozen(type(row).__name__)


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk_changes(state: ORMExecuteState) -> None:
    """Refuse UPDATE and DELETE statements on these tables: they would pass by the check above."""
    model = state.bind_mapper.class_ if state.bind_mapper is not None else None
    if (state.is_update or state.is_delete) and model in FROZEN:
        raise DesignIsFrozen(model.__name__)
