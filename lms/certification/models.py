"""Tables of certificates."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.catalog.models import Course, CourseVersion
from lms.certification.designs.models import DesignVersion
from lms.core.database import db, related
from lms.learning.models import Enrolment
from lms.people.models import Person


class Certificate(db.Model):
    """A printed or printable document that says what its holder has shown."""

    __tablename__ = "certificate"
    __table_args__ = (
        # For counting what somebody did for others: most were made by nobody.
        sa.Index(
            "ix_certificate_issued_by_id",
            "issued_by_id",
            sqlite_where=sa.text("issued_by_id IS NOT NULL"),
            postgresql_where=sa.text("issued_by_id IS NOT NULL"),
        ),
        sa.Index("ix_certificate_holder_name", "holder_sort_name", "id"),
        # What the registry is narrowed to comes along: rows that don't fit are passed over in the
        # index, such as all newer ones while one looks for the newest that have expired.
        sa.Index(
            "ix_certificate_valid_until",
            *("sort_until_on", "id", "course_id", "holder_id", "holder_sort_name"),
        ),
        # What a part of the network holds is counted by this index alone.
        sa.Index("ix_certificate_holder", "holder_id", "sort_until_on", "course_id", "id"),
        sa.Index(
            "uq_certificate_original",
            "enrolment_id",
            unique=True,
            sqlite_where=sa.text("replaces_id IS NULL"),
            postgresql_where=sa.text("replaces_id IS NULL"),
        ),
        sa.Index("ix_certificate_issued", "issued_on", "id", "sort_until_on", "course_id"),
        sa.CheckConstraint("valid_until_on IS NULL OR valid_until_on >= issued_on", name="dates"),
        sa.CheckConstraint(
            "sort_until_on = coalesce(valid_until_on, '9999-12-31')", name="sort_until"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # 26 base32 characters (128 random bits) and a check symbol, without separators.
    number: Mapped[str] = mapped_column(sa.String(32), unique=True)
    holder_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    # The public id of the record it was issued to, where that was merged into another since: what
    # the issue register holds; None: the holder's own.
    issued_to_key: Mapped[str | None] = mapped_column(sa.String(16))
    # Folded name at issue, for the registry's search and order.
    holder_sort_name: Mapped[str] = mapped_column(sa.String(400))
    enrolment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enrolment.id", ondelete="RESTRICT"), index=True
    )
    course_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course.id", ondelete="RESTRICT"), index=True
    )
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("course_version.id", ondelete="RESTRICT"))
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    # Who asked for it; None: issued by the system on completion.
    issued_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    valid_until_on: Mapped[date | None]  # last valid day, inclusive
    # The same, or the last day of the calendar without an expiry: the registry pages by it.
    sort_until_on: Mapped[date]
    # What was proven, as of issue: see snapshots.py.
    snapshot: Mapped[dict[str, Any]]
    replaces_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certificate.id", ondelete="RESTRICT"), unique=True
    )
    # What its documents are made with; None: the built-in certificate. See designs.
    design_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certificate_design_version.id", ondelete="RESTRICT")
    )

    holder: Mapped[Person] = related(foreign_keys=[holder_id])
    enrolment: Mapped[Enrolment] = related()
    course: Mapped[Course] = related()
    version: Mapped[CourseVersion] = related()
    design_version: Mapped[DesignVersion | None] = related()
    replaces: Mapped["Certificate | None"] = related(
        remote_side="Certificate.id", back_populates="replaced_by"
    )
    replaced_by: Mapped["Certificate | None"] = related(back_populates="replaces", uselist=False)
    revocation: Mapped["CertificateRevocation | None"] = related(
        back_populates="certificate", uselist=False
    )


class CertificateRevocation(db.Model):
    """The fact that a certificate no longer counts. The reason stays private."""

    __tablename__ = "certificate_revocation"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificate.id", ondelete="RESTRICT"), unique=True
    )
    revoked_at: Mapped[datetime]
    revoked_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    reason: Mapped[str] = mapped_column(sa.Text)

    certificate: Mapped[Certificate] = related(back_populates="revocation")


class FormerDocument(db.Model):
    """The digest of a PDF that was made anew: whoever has it still holds a file of ours."""

    __tablename__ = "former_document"

    blob: Mapped[str] = mapped_column(sa.String(64), primary_key=True)  # SHA-256
    certificate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificate.id", ondelete="RESTRICT"), index=True
    )


class CertificateDocument(db.Model):
    """A certificate's PDF in one language, made once; its bytes lie in the blob store."""

    __tablename__ = "certificate_document"
    __table_args__ = (sa.Index("ix_certificate_document_blob", "blob"),)

    certificate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificate.id", ondelete="RESTRICT"), primary_key=True
    )
    language: Mapped[str] = mapped_column(sa.String(2), primary_key=True)
    blob: Mapped[str] = mapped_column(sa.String(64))  # SHA-256, key in core.storage
    made_at: Mapped[datetime]
