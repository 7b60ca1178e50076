"""Tables of designs: drafts, published versions, pictures, and which design a course gets."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from lms.catalog.models import Course
from lms.certification.errors import DesignIsFrozen
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

    Without a course it is the choice for the network. Without a design the certificates look as
    the built-in one, or, for a course that ``follows`` it, as the network's.
    """

    __tablename__ = "certificate_design_choice"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint(
            "NOT follows_network OR (course_id IS NOT NULL AND design_id IS NULL)",
            name="only_a_course_follows",
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
            sqlite_where=sa.text("course_id IS NULL"),
            postgresql_where=sa.text("course_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int | None] = mapped_column(sa.ForeignKey("course.id", ondelete="RESTRICT"))
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
