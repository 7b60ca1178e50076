"""What a regrade does to evidence: HR decide whether what an exam showed goes on counting."""

from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa

from lms.assessment.models import Attempt
from lms.audit.services import record
from lms.catalog.models import Course
from lms.certification.lifecycle.facts import EvidenceWithdrawn, FactKind
from lms.certification.reviews.models import CertificateReview, ReviewDecision, ReviewKind
from lms.certification.reviews.stated import drop_open
from lms.certification.schemes.definitions import EvidenceKind, parts_of
from lms.certification.schemes.models import CertificationFact, CertificationScheme
from lms.certification.schemes.records.evidence import accept
from lms.certification.schemes.records.recording import append_one
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.learning.models import Enrolment
from lms.people.models import Person


def raise_evidence_reviews(
    *,
    enrolment: Enrolment,
    exam: str,
    regrade_key: str,
    passed: bool,
    percent_before: float,
    percent_after: float,
    now: datetime,
) -> int:
    """List what the exam, or the course completed with it, showed; return how many are new.

    Lost: each piece of evidence that counts. Passed after all: each one that was withdrawn; and
    what still waits for a decision goes on counting by itself. Again changes nothing.
    """
    if passed:
        _settle_open(enrolment, exam, now)
    else:  # whether it counts again needn't be decided any more
        drop_open(enrolment.id, ReviewKind.GAINED, now=now, exam=exam, of_evidence=True)
    facts = shown_by(enrolment, exam)
    withdrawn = withdrawals(enrolment.learner_id)
    touched = [fact for fact in facts if (fact.key in withdrawn) is passed]
    if passed:  # of one part that was withdrawn more than once, the last; none where one counts
        counting = {_place(fact) for fact in facts if fact.key not in withdrawn}
        last = {_place(fact): fact for fact in touched}
        touched = [fact for place, fact in last.items() if place not in counting]
    known = _known(regrade_key, [fact.id for fact in touched])
    rows = [
        CertificateReview(
            regrade_key=regrade_key,
            enrolment_id=enrolment.id,
            exam_key=exam,
            holder_id=enrolment.learner_id,
            fact_id=fact.id,
            kind=ReviewKind.GAINED if passed else ReviewKind.LOST,
            percent_before=percent_before,
            percent_after=percent_after,
            raised_at=now,
            reason="",
        )
        for fact in touched
        if fact.id not in known
    ]
    db.session.add_all(rows)
    db.session.flush()
    return len(rows)


def _place(fact: CertificationFact) -> tuple[int | None, str]:
    return fact.scheme_id, fact.details["part"]


def shown_by(enrolment: Enrolment, exam: str) -> list[CertificationFact]:
    """Return the evidence that came of passing this exam, or of completing its course."""
    found = sa.select(CertificationFact).where(
        CertificationFact.person_id == enrolment.learner_id,
        CertificationFact.kind == FactKind.EVIDENCE_ACCEPTED,
        CertificationFact.key.contains(f":{enrolment.public_id}", autoescape=True),
    )
    facts = list(db.session.scalars(found.order_by(CertificationFact.id)))
    if not facts:
        return []
    asking = _parts_asking(enrolment, exam, {fact.scheme_id for fact in facts})
    by_course = f":enrolment:{enrolment.public_id}"
    return [fact for fact in facts if by_course in fact.key or _place(fact) in asking]


def _parts_asking(
    enrolment: Enrolment, exam: str, scheme_ids: Collection[int | None]
) -> set[tuple[int | None, str]]:
    """Return scheme and key of the parts that ask for the exam, in any version of the terms."""
    slug = db.session.get_one(Course, enrolment.course_id).slug
    schemes = (
        sa.select(CertificationScheme)
        .where(CertificationScheme.id.in_(scheme_ids))
        .options(sa.orm.selectinload(CertificationScheme.versions))
    )
    return {
        (scheme.id, part.key)
        for scheme in db.session.scalars(schemes)
        for version in scheme.versions
        for part in parts_of(version)
        if part.kind is EvidenceKind.EXAM and (part.course, part.exam) == (slug, exam)
    }


def withdrawals(person_id: int) -> dict[str, datetime]:
    """Return the keys of a person's evidence that was withdrawn, and when that was recorded."""
    row = CertificationFact
    statement = sa.select(row.details, row.recorded_at).where(
        row.person_id == person_id, row.kind == FactKind.EVIDENCE_WITHDRAWN
    )
    return {details["evidence"]: at for details, at in db.session.execute(statement)}


def _known(regrade_key: str, fact_ids: Collection[int]) -> set[int | None]:
    statement = sa.select(CertificateReview.fact_id).where(
        CertificateReview.regrade_key == regrade_key, CertificateReview.fact_id.in_(fact_ids)
    )
    return set(db.session.scalars(statement))


def count_anew(
    *, enrolment: Enrolment, exam: str, attempt_key: str, now: datetime, today: date
) -> None:
    """Accept what a passed attempt shows where all earlier evidence of it was withdrawn.

    Only of an attempt that was handed in after the withdrawal: what it shows is new. A course that
    was completed isn't sat again: a new enrolment counts by itself.
    """
    facts = [fact for fact in shown_by(enrolment, exam) if _kind(fact) == "exam"]
    withdrawn = withdrawals(enrolment.learner_id)
    if not facts or not withdrawn:
        return
    handed_in = sa.select(Attempt.submitted_at).where(Attempt.public_id == attempt_key)
    since = db.session.scalar(handed_in)
    counting = {_place(fact) for fact in facts if fact.key not in withdrawn}
    for place, fact in {_place(fact): fact for fact in facts}.items():
        if place in counting or since is None or since <= withdrawn[fact.key]:
            continue
        assert fact.scheme_id is not None
        accept(
            person=db.session.get_one(Person, enrolment.learner_id),
            scheme_id=fact.scheme_id,
            part=fact.details["part"],
            source=f"exam:{enrolment.public_id}:{attempt_key}",
            on=today,
            now=now,
            today=today,
            actor=None,
        )


def _kind(fact: CertificationFact) -> str:
    return "enrolment" if ":enrolment:" in fact.key else "exam"


def _settle_open(enrolment: Enrolment, exam: str, now: datetime) -> None:
    """Let evidence count on whose loss nobody has decided yet: the exam is passed after all."""
    statement = sa.select(CertificateReview).where(
        CertificateReview.enrolment_id == enrolment.id,
        CertificateReview.exam_key == exam,
        CertificateReview.fact_id.is_not(None),
        CertificateReview.decision.is_(None),
    )
    for review in db.session.scalars(statement.with_for_update()):
        review.decision, review.decided_at = ReviewDecision.COUNTED, now
    db.session.flush()


def decide_on_evidence(
    *,
    review: CertificateReview,
    decision: ReviewDecision,
    reason: str,
    actor: Person,
    now: datetime,
    today: date,
) -> None:
    """Do what was decided: withdraw what doesn't count, accept again what counts after all.

    What was awarded stands; the decision is noted by whoever calls.
    """
    fact, holder = review.fact, db.session.get_one(Person, review.holder_id)
    assert fact is not None
    assert fact.scheme_id is not None
    if review.kind is ReviewKind.LOST and decision is ReviewDecision.NOT_COUNTED:
        withdrawal = EvidenceWithdrawn(
            key=f"withdrawn:{public_id()}", effective_on=today, recorded_at=now, evidence=fact.key
        )
        append_one(
            person=holder,
            scheme_id=fact.scheme_id,
            fact=withdrawal,
            now=now,
            actor=actor,
            reason=reason,
        )
    if review.kind is ReviewKind.GAINED and decision is ReviewDecision.COUNTED:
        count_again(
            fact, review.enrolment, holder, now=now, today=today, actor=actor, reason=reason
        )
    record(
        now=now,
        actor_key=actor.public_id,
        action="certification.evidence_decided",
        subject_kind="enrolment",
        subject_key=review.enrolment.public_id,
        person_key=holder.public_id,
        reason=reason,
        decision=decision.value,
        regrade=review.regrade_key,
    )


def count_again(
    fact: CertificationFact,
    enrolment: Enrolment,
    holder: Person,
    *,
    now: datetime,
    today: date,
    actor: Person | None,
    reason: str = "",
) -> None:
    """Accept evidence again that was withdrawn, as of the day on which it was shown.

    So what has led to an award already isn't taken for a part of the renewal.
    """
    assert fact.scheme_id is not None
    accept(
        person=holder,
        scheme_id=fact.scheme_id,
        part=fact.details["part"],
        source=f"{_kind(fact)}:{enrolment.public_id}:{public_id()}",
        on=fact.effective_on,
        now=now,
        today=today,
        actor=actor,
        reason=reason,
    )
