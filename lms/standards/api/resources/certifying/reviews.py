"""What corrections of exams do to certificates and evidence: listed, decided."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.certification.reviews import queries, services
from lms.certification.reviews.models import CertificateReview, ReviewDecision, ReviewKind
from lms.core.database import db
from lms.core.errors import Missing
from lms.standards.api.frame.faults import fault
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Key,
    Number,
    PageOf,
    Paging,
    PersonRef,
    Received,
    Sent,
    Texts,
    Why,
    person_ref,
)
from lms.standards.api.resources.certificates import TAG
from lms.standards.api.tokens.scopes import Scope


class EvidenceOut(Sent):
    """The part of a certification that an exam showed."""

    certification: Texts
    part: Texts
    accepted_on: date


class ReviewOut(Sent):
    """One certificate, or one piece of evidence, that a correction of an exam touches."""

    id: Key
    kind: ReviewKind = Field(
        description="`lost`: it was passed and isn't now; `gained`: it is passed now and wasn't; "
        "`changed`: the certificate states another score than the exam is worth now."
    )
    person: PersonRef
    enrolment: Key
    exam: Texts = Field(description="Empty: the final exam of the course.", examples=[{}])
    certificate: Number | None
    evidence: EvidenceOut | None = Field(description="null: it is about the certificate.")
    percent_before: float
    percent_after: float
    raised_at: datetime
    choices: list[ReviewDecision] = Field(description="What can be decided; empty once it was.")
    decision: ReviewDecision | None
    decided_at: datetime | None
    reason: str


class ReviewQuery(Paging):
    """Which of them."""

    decided: bool = Field(False, description="Those that were decided, instead of those that wait.")


class ReviewDecisionIn(Received):
    """What is done, and why."""

    decision: ReviewDecision = Field(description="One of the review's `choices`.")
    reason: Why


@operation(
    "GET",
    "/certificate-reviews",
    tag=TAG,
    scope=Scope.CERTIFICATES_READ,
    summary="List reviews after corrections",
    query=ReviewQuery,
    answer=PageOf[ReviewOut],
)
def list_reviews(call: Call) -> Answer:
    """Certificates and evidence of the token's people that corrections of exams touch: those that
    wait for a decision, the oldest first; or those that were decided, the newest first.
    """
    is_open = not call.query.decided
    page = page_of(
        queries.reviews(call.viewer, is_open=is_open),
        call.query,
        lambda review: review,
        columns=(CertificateReview.id,),
        readers=(int,),
        key=lambda review: (review.id,),
        descending=not is_open,
    )
    return Answer(PageOf[ReviewOut](items=_shown(call, page.items), next=page.next))


@operation(
    "GET",
    "/certificate-reviews/{review_id}",
    tag=TAG,
    scope=Scope.CERTIFICATES_READ,
    summary="Get a review after a correction",
    answer=ReviewOut,
)
def get_review(call: Call, review_id: str) -> Answer:
    """One review, and what can be decided on it."""
    return Answer(_found(call, review_id))


@operation(
    "POST",
    "/certificate-reviews/{review_id}/decision",
    tag=TAG,
    scope=Scope.CERTIFICATES_WRITE,
    summary="Decide on a review",
    body=ReviewDecisionIn,
    answer=ReviewOut,
    refusals=(409,),
)
def decide_review(call: Call, review_id: str) -> Answer:
    """Record what is decided on a certificate or on evidence, and do it at once. What was decided
    already is refused (409).
    """
    review = queries.locked_review(call.viewer, review_id)
    if review is None:
        raise Missing
    given: ReviewDecisionIn = call.body
    if review.decision is None and given.decision not in services.choices_of(review, call.today):
        raise fault("body.decision", _l("isn’t among the choices"))
    services.decide(
        review=review,
        decision=given.decision,
        reason=given.reason,
        actor=call.viewer.person,
        now=call.now,
        settings=call.settings,
    )
    db.session.expire_all()
    return Answer(_found(call, review_id))


def _found(call: Call, review_id: str) -> ReviewOut:
    review = queries.review_for(call.viewer, review_id)
    if review is None:
        raise Missing
    return _shown(call, [review])[0]


def _shown(call: Call, reviews: list[CertificateReview]) -> list[ReviewOut]:
    exams, evidence = queries.exam_titles(reviews), queries.evidence_of(reviews)
    return [_out(call, one, dict(exams.get(one.id, {})), evidence.get(one.id)) for one in reviews]


def _out(
    call: Call,
    review: CertificateReview,
    exam: dict[str, str],
    evidence: queries.Evidence | None,
) -> ReviewOut:
    is_open = review.decision is None
    return ReviewOut(
        id=review.public_id,
        kind=review.kind,
        person=person_ref(review.holder),
        enrolment=review.enrolment.public_id,
        exam=exam,
        certificate=review.certificate.number if review.certificate else None,
        evidence=EvidenceOut(
            certification=dict(evidence.certification),
            part=dict(evidence.part),
            accepted_on=evidence.accepted_on,
        )
        if evidence
        else None,
        percent_before=review.percent_before,
        percent_after=review.percent_after,
        raised_at=review.raised_at,
        choices=list(services.choices_of(review, call.today)) if is_open else [],
        decision=review.decision,
        decided_at=review.decided_at,
        reason=review.reason,
    )
