"""Reads of reviews. Scope: whose certificates the viewer may read, or decides on."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.certification.queries.certificates import in_scope, managed_by
from lms.certification.reviews.models import CertificateReview
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.identity import Viewer
from lms.people.models import Employment, Person


def reviews(viewer: Viewer, *, is_open: bool) -> Any:
    """Return reviews with holder, course and certificate, to be paged by their id."""
    decided = CertificateReview.decision
    return (
        sa.select(CertificateReview)
        .join(CertificateReview.holder)
        .where(in_scope(viewer), decided.is_(None) if is_open else decided.is_not(None))
        .options(
            contains_eager(CertificateReview.holder)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
            joinedload(CertificateReview.enrolment).joinedload(Enrolment.version),
            joinedload(CertificateReview.certificate),
        )
    )


def open_count(viewer: Viewer) -> int:
    """Return how many reviews wait for a decision."""
    statement = (
        sa.select(sa.func.count(CertificateReview.id))
        .join(CertificateReview.holder)
        .where(in_scope(viewer), CertificateReview.decision.is_(None))
    )
    return db.session.scalar(statement) or 0


def locked_review(viewer: Viewer, public_id: str) -> CertificateReview | None:
    """Return a review that the viewer may decide, locked until the transaction's end."""
    statement = (
        sa.select(CertificateReview)
        .join(Person, Person.id == CertificateReview.holder_id)
        .join(CertificateReview.enrolment)
        .where(CertificateReview.public_id == public_id, managed_by(viewer))
        .options(contains_eager(CertificateReview.enrolment))
        .with_for_update(of=CertificateReview)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()
