"""What a regrade does to certificates and evidence: a list for HR, and HR's decisions.

What becomes of a score that a certificate states is in ``stated``.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.catalog.models import FINAL_EXAM
from lms.certification import services
from lms.certification.errors import AlreadyDecided
from lms.certification.models import Certificate
from lms.certification.reviews.evidence import decide_on_evidence
from lms.certification.reviews.models import CertificateReview, ReviewDecision, ReviewKind
from lms.certification.reviews.stated import drop_open
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.settings import Settings
from lms.learning.models import Enrolment
from lms.people.models import Person


def raise_review(
    *,
    enrolment: Enrolment,
    exam: str,
    regrade_key: str,
    passed: bool,
    percent_before: float,
    percent_after: float,
    now: datetime,
) -> CertificateReview | None:
    """List an enrolment whose result a regrade has turned; None when no certificate is at stake.

    A further exam that is passed now decides no certificate by itself. Who passes the final exam
    now has the certificate already if the course was completed by it: then HR learn of it and
    nothing is left to decide. Who hasn't done the other parts yet gets it once they have. What was
    open on the result as it was before is dropped. Again for the same regrade changes nothing.
    """
    known = sa.select(CertificateReview).where(
        CertificateReview.regrade_key == regrade_key,
        CertificateReview.enrolment_id == enrolment.id,
        CertificateReview.exam_key == exam,
        CertificateReview.fact_id.is_(None),
    )
    drop_open(enrolment.id, ReviewKind.LOST if passed else ReviewKind.GAINED, now=now, exam=exam)
    if passed and exam != FINAL_EXAM:
        return None
    if (review := db.session.scalars(known).one_or_none()) is not None:
        return review
    certificate = standing_of(enrolment)
    counts = certificate is not None and certificate.revocation is None
    if not passed and not counts:
        return None
    if certificate is None and enrolment.completed_at is None and enrolment.withdrawn_at is None:
        return None
    review = CertificateReview(
        regrade_key=regrade_key,
        enrolment_id=enrolment.id,
        exam_key=exam,
        holder_id=enrolment.learner_id,
        certificate_id=certificate.id if certificate else None,
        kind=ReviewKind.GAINED if passed else ReviewKind.LOST,
        percent_before=percent_before,
        percent_after=percent_after,
        raised_at=now,
        decision=None,
        reason="",
    )
    if passed and counts:
        review.decision, review.decided_at = ReviewDecision.ISSUED, now
    db.session.add(review)
    db.session.flush()
    return review


def standing_of(enrolment: Enrolment) -> Certificate | None:
    """Return the certificate that the enrolment led to and that no other one replaces."""
    later = sa.orm.aliased(Certificate)
    statement = (
        sa.select(Certificate)
        .outerjoin(later, later.replaces_id == Certificate.id)
        .where(Certificate.enrolment_id == enrolment.id, later.id.is_(None))
        .options(joinedload(Certificate.revocation), joinedload(Certificate.replaced_by))
    )
    return db.session.scalars(statement).one_or_none()


def decide(
    *,
    review: CertificateReview,
    decision: ReviewDecision,
    reason: str,
    actor: Person,
    now: datetime,
    settings: Settings,
) -> None:
    """Record what HR decided and do it. ``review`` is locked, with its enrolment.

    Raises AlreadyDecided, and whatever revoking or issuing raises.
    """
    today = local_date(now, settings.time_zone)
    if review.decision is not None or decision not in choices_of(review, today):
        raise AlreadyDecided
    if review.fact_id is None:
        _decide_on_certificate(review, decision, reason, actor, now, settings)
    else:
        decide_on_evidence(
            review=review, decision=decision, reason=reason, actor=actor, now=now, today=today
        )
    review.decision, review.reason = decision, reason
    review.decided_at, review.decided_by_id = now, actor.id
    db.session.flush()


def _decide_on_certificate(
    review: CertificateReview,
    decision: ReviewDecision,
    reason: str,
    actor: Person,
    now: datetime,
    settings: Settings,
) -> None:
    certificate = standing_of(review.enrolment)
    if decision is ReviewDecision.REVOKED and certificate is not None:
        services.revoke(certificate=certificate, actor=actor, reason=reason, now=now)
    if decision is ReviewDecision.REISSUED and certificate is not None:
        review.certificate_id = services.reissue(
            certificate=certificate,
            actor=actor,
            reason=reason,
            now=now,
            settings=settings,
            percent=review.percent_after,
        ).id
    if decision is ReviewDecision.ISSUED:
        review.certificate_id = _issue(review, certificate, reason, actor, now, settings).id
    record(
        now=now,
        actor_key=actor.public_id,
        action="certification.review_decided",
        subject_kind="enrolment",
        subject_key=review.enrolment.public_id,
        person_key=db.session.get_one(Person, review.holder_id).public_id,
        reason=reason,
        decision=decision.value,
        regrade=review.regrade_key,
    )


def choices_of(review: CertificateReview, today: date) -> tuple[ReviewDecision, ...]:
    """Return what can be decided on a review that is open.

    A certificate that has expired isn't made anew, nor one whose holder's data was erased.
    """
    if review.fact_id is not None:
        return (ReviewDecision.COUNTED, ReviewDecision.NOT_COUNTED)
    if review.kind is ReviewKind.LOST:
        return (ReviewDecision.KEPT, ReviewDecision.REVOKED)
    if review.kind is ReviewKind.CHANGED:
        made, all_ = ReviewDecision.REISSUED, (ReviewDecision.KEPT, ReviewDecision.REISSUED)
    else:
        made, all_ = ReviewDecision.ISSUED, (ReviewDecision.ISSUED, ReviewDecision.NOT_ISSUED)
    is_erased = db.session.get_one(Person, review.holder_id).erased_at is not None
    barred = is_erased or is_over(review, today)
    return tuple(one for one in all_ if one is not made or not barred)


def is_over(review: CertificateReview, today: date) -> bool:
    """Tell whether the certificate that a review is about has expired."""
    last = review.certificate.valid_until_on if review.certificate else None
    return last is not None and last < today


def drop_overtaken(certificate: Certificate, *, now: datetime, **_: Any) -> None:
    """Drop what is open on a certificate that no longer counts: receives a signal."""
    drop_open(certificate.enrolment_id, ReviewKind.CHANGED, ReviewKind.LOST, now=now)


def drop_answered(certificate: Certificate, *, now: datetime, **_: Any) -> None:
    """Drop the question whether to issue in place of a revoked certificate: receives a signal."""
    if certificate.replaces_id is not None:
        drop_open(certificate.enrolment_id, ReviewKind.GAINED, now=now)


def _issue(
    review: CertificateReview,
    certificate: Certificate | None,
    reason: str,
    actor: Person,
    now: datetime,
    settings: Settings,
) -> Certificate:
    """Issue the enrolment's certificate, or a new one in place of one that was revoked."""
    if certificate is None:
        return services.issue(
            enrolment=review.enrolment, percent=review.percent_after, now=now, settings=settings
        )
    if certificate.revocation is None:
        return certificate
    return services.reissue(
        certificate=certificate, actor=actor, reason=reason, now=now, settings=settings
    )
