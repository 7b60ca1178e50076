"""The table of certificates that a regrade touches."""

from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.certification.models import Certificate
from lms.core.database import PublicId, RowVersion, db, enum_type, related
from lms.learning.models import Enrolment
from lms.people.models import Person


class ReviewKind(Enum):
    """What the regrade did to the enrolment's result."""

    LOST = "lost"  # it was passed before and isn't now
    GAINED = "gained"  # it is passed now and wasn't before


class ReviewDecision(Enum):
    """What was decided on the certificate."""

    KEPT = "kept"
    REVOKED = "revoked"
    ISSUED = "issued"  # by HR, or by itself when the course was completed by the regrade
    NOT_ISSUED = "not_issued"


class CertificateReview(PublicId, RowVersion, db.Model):
    """One enrolment whose certificate HR look at after a regrade."""

    __tablename__ = "certificate_review"
    __table_args__ = (
        sa.UniqueConstraint("regrade_key", "enrolment_id"),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name="decided_when_decision"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    regrade_key: Mapped[str] = mapped_column(sa.String(16))  # the regrade's public id
    enrolment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("enrolment.id", ondelete="RESTRICT"), index=True
    )
    holder_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )
    certificate_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("certificate.id", ondelete="RESTRICT")
    )
    kind: Mapped[ReviewKind] = mapped_column(enum_type(ReviewKind))
    percent_before: Mapped[float]
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
