"""Tables of batches."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.catalog.models import Course
from lms.certification.models import Certificate
from lms.certification.schemes.models import CertificationScheme
from lms.core.database import PublicId, db, enum_type, related
from lms.people.models import Person
from lms.people.second_person.models import Answer, SecondPersonRequest


class BatchKind(Enum):
    """What is done with each certificate of a batch."""

    ORIGINALS = "originals"  # the signed PDFs, in one ZIP file
    PRINT = "print"  # one PDF to print, unsigned
    ISSUE = "issue"
    REVOKE = "revoke"
    CERTIFY = "certify"  # a certification: evidence from outside, or an award
    EARLIER = "earlier"  # results from before a certification asked for them count for it
    REPORT = "report"  # any long list for paper: its items are sections that are set together


TWO_PEOPLE = frozenset({BatchKind.ISSUE, BatchKind.REVOKE, BatchKind.CERTIFY, BatchKind.EARLIER})


class BatchState(Enum):
    """Where a batch is; follows from its dates and from the second person's answer."""

    WAITING = "waiting"  # for the second person
    REFUSED = "refused"
    RUNNING = "running"
    STOPPED = "stopped"
    FAILED = "failed"  # stopped by a fault
    DONE = "done"
    GONE = "gone"  # done, and its file was removed after its time


class Outcome(Enum):
    """What became of one certificate of a batch."""

    KEPT = "kept"  # its file was there
    FAST = "fast"  # made with the others of its kind
    PLAIN = "plain"  # made by itself: the fast way can't do it exactly
    ISSUED = "issued"
    REVOKED = "revoked"
    RECORDED = "recorded"
    AWARDED = "awarded"  # recorded, and the certification awarded with it
    LEFT_OUT = "left_out"  # meanwhile there was nothing to do, or no right to do it


class CertificateBatch(PublicId, db.Model):
    """Certificates that someone asked for at once."""

    __tablename__ = "certificate_batch"
    __table_args__ = (
        sa.CheckConstraint(
            "(kind IN ('issue', 'revoke', 'certify', 'earlier')) = (request_id IS NOT NULL)",
            name="second_person",
        ),
        sa.CheckConstraint(
            "(kind IN ('certify', 'earlier')) = (scheme_id IS NOT NULL)", name="scheme_to_certify"
        ),
        sa.CheckConstraint("(kind = 'report') = (title IS NOT NULL)", name="title_of_report"),
        sa.CheckConstraint("(kind = 'issue') = (course_id IS NOT NULL)", name="course_to_issue"),
        sa.CheckConstraint("file IS NULL OR finished_at IS NOT NULL", name="file_when_finished"),
        sa.Index("ix_certificate_batch_asked_by", "asked_by_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[BatchKind] = mapped_column(enum_type(BatchKind))
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    asked_at: Mapped[datetime]
    scope: Mapped[list[Any]]  # paths of the units that whoever asked looked after
    language: Mapped[str] = mapped_column(sa.String(2))  # of the documents
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    course_id: Mapped[int | None] = mapped_column(sa.ForeignKey("course.id", ondelete="RESTRICT"))
    # Issue on evidence from outside, to people who haven't completed the course here.
    is_outside: Mapped[bool] = mapped_column(default=False)
    scheme_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certification_scheme.id", ondelete="RESTRICT")
    )
    # Of the scheme: what the evidence shows; empty: the certification is awarded.
    part: Mapped[str] = mapped_column(sa.String(30), default="")
    shown_on: Mapped[date | None]  # the day of the evidence
    title: Mapped[str | None] = mapped_column(sa.String(200))  # of a report
    # What a report is made of, as it was when it was asked for: key in core.storage.passing.
    source: Mapped[str | None] = mapped_column(sa.String(64))
    total: Mapped[int]
    request_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("second_person_request.id", ondelete="RESTRICT"), unique=True
    )
    # Counts the stints of work; a job of an earlier one has nothing to do.
    stint: Mapped[int] = mapped_column(default=0)
    stopped_at: Mapped[datetime | None]  # and not gone on since
    has_failed: Mapped[bool] = mapped_column(default=False)  # stopped by a fault
    finished_at: Mapped[datetime | None]
    file: Mapped[str | None] = mapped_column(sa.String(64))  # SHA-256, key in core.storage.passing
    file_size: Mapped[int | None] = mapped_column(sa.BigInteger)  # bytes
    expires_at: Mapped[datetime | None]  # of its files

    asked_by: Mapped[Person] = related(foreign_keys=[asked_by_id])
    course: Mapped[Course | None] = related()
    scheme: Mapped[CertificationScheme | None] = related()
    request: Mapped[SecondPersonRequest | None] = related()

    @property
    def state(self) -> BatchState:
        """Where the batch is; its request is loaded."""
        answer = self.request.answer if self.request else Answer.AGREED
        if answer is not Answer.AGREED:
            return BatchState.WAITING if answer is None else BatchState.REFUSED
        if self.finished_at is not None:
            return BatchState.GONE if self._is_gone else BatchState.DONE
        if self.stopped_at is not None:
            return BatchState.FAILED if self.has_failed else BatchState.STOPPED
        return BatchState.RUNNING

    @property
    def _is_gone(self) -> bool:
        return self.file is None and self.kind not in TWO_PEOPLE


class BatchPart(db.Model):
    """Pages of a batch to print that were made together: a PDF of its own until all are there."""

    __tablename__ = "certificate_batch_part"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificate_batch.id", ondelete="CASCADE"), index=True
    )
    blob: Mapped[str] = mapped_column(sa.String(64))  # key in core.storage.passing


class BatchItem(db.Model):
    """One certificate, one person who is to have one, or one section, at its place in the batch."""

    __tablename__ = "certificate_batch_item"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "certificate_id"),
        sa.UniqueConstraint("batch_id", "person_id"),
        sa.CheckConstraint("(outcome IS NULL) = (done_at IS NULL)", name="outcome_when_done"),
        sa.CheckConstraint("(part_id IS NULL) = (page IS NULL)", name="page_of_part"),
        sa.Index("ix_certificate_batch_item_open", "batch_id", "done_at"),
    )

    batch_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificate_batch.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)  # from 0, in the order asked for
    certificate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certificate.id", ondelete="RESTRICT")
    )
    # To whom one is to be issued; their certificate is named when it was.
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    outcome: Mapped[Outcome | None] = mapped_column(enum_type(Outcome))
    done_at: Mapped[datetime | None]
    part_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certificate_batch_part.id", ondelete="RESTRICT")
    )
    page: Mapped[int | None]  # of the part, from 0

    certificate: Mapped[Certificate | None] = related()
    person: Mapped[Person | None] = related()
