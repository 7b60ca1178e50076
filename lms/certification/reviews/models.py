"""The table of certificates and evidence that a regrade touches."""

from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.catalog.models import FINAL_EXAM
from lms.certification.models import Certificate
from lms.certification.schemes.models import CertificationFact
from lms.core.database import PublicId, RowVersion, db, enum_type, related
from lms.learning.models import Enrolment
from lms.people.models import Person


class ReviewKind(Enum):
    """What became of the enrolment's result, or of its score, after a certificate was issued."""

    LOST = "lost"  # it was passed before and isn't now
    GAINED = "gained"  # it is passed now and wasn't before
    CHANGED = "changed"  # it is passed, and the certificate states a score that no longer holds


class ReviewDecision(Enum):
    """What was decided on the certificate, or on the evidence."""

    KEPT = "kept"
    REVOKED = "revoked"
    ISSUED = "issued"  # by HR, or by itself when the course was completed by the regrade
    NOT_ISSUED = "not_issued"
    COUNTED = "counted"  # the evidence goes on counting, or counts again
    NOT_COUNTED = "not_counted"
    REISSUED = "reissued"  # with the score that the exam is worth now
    DROPPED = "dropped"  # by itself: what came later left nothing to decide


class CertificateReview(PublicId, RowVersion, db.Model):
    """What HR look at after a regrade: an enrolment's certificate, or one piece of evidence."""

    __tablename__ = "certificate_review"
    __table_args__ = (
        sa.Index(
            "uq_certificate_review_certificate",
            "regrade_key",
            "enrolment_id",
            "exam_key",
            unique=True,
            sqlite_where=sa.text("fact_id IS NULL AND kind <> 'changed'"),
            postgresql_where=sa.text("fact_id IS NULL AND kind <> 'changed'"),
        ),
        sa.Index(
            "uq_certificate_review_evidence",
            "regrade_key",
            "fact_id",
            unique=True,
            sqlite_where=sa.text("fact_id IS NOT NULL"),
            postgresql_where=sa.text("fact_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_certificate_review_stated",
            "enrolment_id",
            unique=True,
            sqlite_where=sa.text("kind = 'changed' AND decision IS NULL"),
            postgresql_where=sa.text("kind = 'changed' AND decision IS NULL"),
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name="decided_when_decision"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The regrade's public id; None: another answer arrived late, or was graded by a person.
    regrade_key: Mapped[str | None] = mapped_column(sa.String(16))
    enrolment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enrolment.id", ondelete="RESTRICT"), index=True
    )
    exam_key: Mapped[str] = mapped_column(sa.String(60), server_default=FINAL_EXAM)
    holder_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )
    certificate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certificate.id", ondelete="RESTRICT")
    )
    # The evidence that the exam showed; None: the review is about the certificate.
    fact_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certification_fact.id", ondelete="RESTRICT")
    )
    kind: Mapped[ReviewKind] = mapped_column(enum_type(ReviewKind))
    percent_before: Mapped[float]  # of the sitting; of a score that changed: what is stated
    percent_after: Mapped[float]
    raised_at: Mapped[datetime]
    decision: Mapped[ReviewDecision | None] = mapped_column(enum_type(ReviewDecision))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )  # None with a decision: it followed from the rules
    reason: Mapped[str] = mapped_column(sa.Text, default="")

    enrolment: Mapped[Enrolment] = related()
    holder: Mapped[Person] = related(foreign_keys=[holder_id])
    certificate: Mapped[Certificate | None] = related()
    fact: Mapped[CertificationFact | None] = related()
