"""Issuing receipts."""

from datetime import datetime

from lms.assessment import queries
from lms.assessment.examining.errors import NotSettled, SittingNow
from lms.assessment.examining.models import AttemptReceipt
from lms.assessment.examining.receipts.content import content_of
from lms.assessment.examining.receipts.queries import receipts_of, sitting_of
from lms.assessment.examining.receipts.sealing import seal
from lms.assessment.models import Attempt
from lms.audit.services import record
from lms.core.errors import Conflict
from lms.core.identifiers import public_id
from lms.core.settings import Settings
from lms.core.signing import key_ring
from lms.core.unit_of_work import insert


class _IssuedMeanwhile(Conflict):
    """Another request issued it first."""


def may_keep_receipt(attempt: Attempt) -> None:
    """Refuse while the sitting isn't settled, or another one of the course is under way."""
    if attempt.settled_at is None:
        raise NotSettled
    if queries.is_sitting(attempt.candidate_id, attempt.enrolment.course_id):
        raise SittingNow


def issue_receipt(*, attempt: Attempt, now: datetime, settings: Settings) -> AttemptReceipt:
    """Return the receipt of the attempt's score as it stands, made and signed at the first call.

    ``attempt`` is loaded as ``queries.attempt_for`` does. Raises NotSettled or SittingNow.
    """
    may_keep_receipt(attempt)
    score = queries.latest_score(attempt.id)
    assert score is not None, "a settled attempt has a score"
    known = _issued(attempt, score.number)
    if known is not None:
        return known
    sitting, key = sitting_of(attempt, score), public_id()
    content = content_of(sitting, receipt_id=key, now=now, settings=settings)
    receipt = AttemptReceipt(
        public_id=key,
        attempt_id=attempt.id,
        score_number=score.number,
        issued_at=now,
        log_number=content["log"]["entries"],
        log_head=content["log"]["head"],
        content=content,
        seal=seal(content, ring=key_ring(settings), now=now),
    )
    try:
        insert(receipt, _IssuedMeanwhile())
    except _IssuedMeanwhile:
        first = _issued(attempt, score.number)
        assert first is not None
        return first
    record(
        now=now,
        actor_key=sitting.candidate.public_id,
        action="assessment.receipt_issued",
        subject_kind="attempt",
        subject_key=attempt.public_id,
        person_key=sitting.candidate.public_id,
        score_number=score.number,
        log_entries=receipt.log_number,
        log_head=receipt.log_head,
    )
    return receipt


def _issued(attempt: Attempt, score_number: int) -> AttemptReceipt | None:
    known = (one for one in receipts_of(attempt) if one.score_number == score_number)
    return next(known, None)
