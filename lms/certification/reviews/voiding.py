"""What a revoked certificate does to the evidence of its course: it counts no more.

What was awarded stands until somebody takes it away: a certificate says that one course is done,
a certification rests on more. A certificate issued in place of the revoked one gives it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from lms.catalog.models import FINAL_EXAM
from lms.certification.lifecycle.facts import EvidenceWithdrawn, FactKind
from lms.certification.models import Certificate, CertificateRevocation
from lms.certification.reviews.evidence import count_again, shown_by, withdrawals
from lms.certification.reviews.models import CertificateReview
from lms.certification.schemes.models import CertificationFact, CertificationScheme
from lms.certification.schemes.records.recording import append_one
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import Person


def withdraw_evidence(certificate: Certificate, *, now: datetime, today: date) -> None:
    """Withdraw what the certificate's course and its final exam showed, for the same reason.

    But for what HR are asked about already, after a regrade: that they decide.
    """
    facts = _shown(certificate)
    if not facts:
        return
    revoked = CertificateRevocation.certificate_id == certificate.id
    revocation = db.session.scalars(sa.select(CertificateRevocation).where(revoked)).one()
    gone, asked = withdrawals(certificate.holder_id), _asked([fact.id for fact in facts])
    for fact in facts:
        if fact.key in gone or fact.id in asked:
            continue
        append_one(
            person=db.session.get_one(Person, certificate.holder_id),
            scheme_id=fact.scheme_id,
            fact=EvidenceWithdrawn(
                key=f"{_mark(certificate)}{fact.id}",
                effective_on=today,
                recorded_at=now,
                evidence=fact.key,
            ),
            now=now,
            actor=db.session.get_one(Person, revocation.revoked_by_id),
            reason=revocation.reason,
        )


def give_evidence_back(certificate: Certificate, *, now: datetime, today: date) -> None:
    """Count again what was withdrawn with the certificate that this one was issued in place of."""
    if certificate.replaces_id is None:
        return
    former = db.session.get_one(Certificate, certificate.replaces_id)
    withdrawn = sa.select(CertificationFact.details).where(
        CertificationFact.person_id == certificate.holder_id,
        CertificationFact.kind == FactKind.EVIDENCE_WITHDRAWN,
        CertificationFact.key.startswith(_mark(former), autoescape=True),
    )
    keys = {details["evidence"] for details in db.session.scalars(withdrawn)}
    if not keys:
        return
    holder = db.session.get_one(Person, certificate.holder_id)
    actor = db.session.get(Person, certificate.issued_by_id)
    for fact in _shown(certificate):
        if fact.key in keys:
            count_again(fact, _enrolment(certificate), holder, now=now, today=today, actor=actor)


@dataclass(frozen=True)
class Hanging:
    """What hangs on a certificate."""

    awaits_decision: bool  # a correction left something open on it, or on its evidence
    schemes: Sequence[CertificationScheme]  # that its course or final exam was evidence for


def hanging_on(certificate: Certificate) -> Hanging:
    """Return what hangs on the certificate: the usual case costs one statement."""
    evidence = (
        sa.exists()
        .where(CertificationFact.key.contains(Enrolment.public_id))
        .where(Enrolment.id == certificate.enrolment_id)
        .where(CertificationFact.person_id == certificate.holder_id)
        .where(CertificationFact.kind == FactKind.EVIDENCE_ACCEPTED)
    )
    is_open = sa.exists().where(
        CertificateReview.enrolment_id == certificate.enrolment_id,
        CertificateReview.decision.is_(None),
    )
    has_evidence, awaits_decision = db.session.execute(sa.select(evidence, is_open)).one()
    if not has_evidence:
        return Hanging(awaits_decision, ())
    ids = {fact.scheme_id for fact in _shown(certificate)}
    statement = sa.select(CertificationScheme).where(CertificationScheme.id.in_(ids))
    schemes = db.session.scalars(statement.order_by(CertificationScheme.id)).all()
    return Hanging(awaits_decision, schemes)


def _shown(certificate: Certificate) -> list[CertificationFact]:
    return shown_by(_enrolment(certificate), FINAL_EXAM)


def _enrolment(certificate: Certificate) -> Enrolment:
    return db.session.get_one(Enrolment, certificate.enrolment_id)


def _asked(fact_ids: Sequence[int]) -> set[int | None]:
    statement = sa.select(CertificateReview.fact_id).where(
        CertificateReview.fact_id.in_(fact_ids), CertificateReview.decision.is_(None)
    )
    return set(db.session.scalars(statement))


def _mark(certificate: Certificate) -> str:
    return f"revoked:{certificate.number}:"
