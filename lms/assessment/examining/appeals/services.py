"""Making an appeal and answering it."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.assessment import queries
from lms.assessment.examining.errors import (
    AppealAnswered,
    AppealOpen,
    AppealsUsedUp,
    AppealTooLate,
    NoSuchQuestion,
    NotSettled,
    SittingNow,
)
from lms.assessment.examining.models import Appeal, AppealState, AttemptReceipt
from lms.assessment.examining.receipts.services import issue_receipt
from lms.assessment.examining.telling import tell_answered
from lms.assessment.models import Attempt, AttemptItem
from lms.audit.services import record
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.settings import Settings
from lms.core.unit_of_work import insert
from lms.people.models import Person

DAYS = 14  # after the attempt was settled
TIMES = 2  # on one question of one attempt


def appeal_until(attempt: Attempt) -> datetime | None:
    """Return until when the attempt can be appealed; None while it isn't settled."""
    return None if attempt.settled_at is None else attempt.settled_at + timedelta(days=DAYS)


def closed_among(appeals: Collection[Appeal]) -> set[int]:
    """Return the questions that take no appeal now: one waits for its answer, or all were made."""
    made = Counter(appeal.position for appeal in appeals)
    waiting = {appeal.position for appeal in appeals if appeal.state is AppealState.OPEN}
    return waiting | {position for position, times in made.items() if times >= TIMES}


def make_appeal(
    *, attempt: Attempt, position: int, reason: str, now: datetime, settings: Settings
) -> Appeal:
    """Object to one question of the candidate's own settled attempt; it refers to the receipt.

    Raises NotSettled, SittingNow, AppealTooLate, NoSuchQuestion, AppealOpen or AppealsUsedUp.
    """
    until = appeal_until(attempt)
    if until is None:
        raise NotSettled
    if queries.is_sitting(attempt.candidate_id, attempt.enrolment.course_id):
        raise SittingNow
    if now > until:
        raise AppealTooLate
    if db.session.get(AttemptItem, (attempt.id, position)) is None:
        raise NoSuchQuestion
    made = sa.select(sa.func.count()).where(
        Appeal.attempt_id == attempt.id, Appeal.position == position
    )
    if (db.session.scalar(made) or 0) >= TIMES:
        raise AppealsUsedUp
    appeal = Appeal(
        public_id=public_id(),
        attempt_id=attempt.id,
        position=position,
        receipt_id=issue_receipt(attempt=attempt, now=now, settings=settings).id,
        reason=reason,
        made_at=now,
        state=AppealState.OPEN,
        answer="",
    )
    insert(appeal, AppealOpen())
    candidate = db.session.get_one(Person, attempt.candidate_id)
    record(
        now=now,
        actor_key=candidate.public_id,
        action="assessment.appeal_made",
        subject_kind="appeal",
        subject_key=appeal.public_id,
        person_key=candidate.public_id,
        attempt=attempt.public_id,
        question=position,
        receipt=db.session.get_one(AttemptReceipt, appeal.receipt_id).public_id,
    )
    return appeal


def answer_appeal(
    *,
    appeal: Appeal,
    verdict: AppealState,
    answer: str,
    actor: Person,
    now: datetime,
    settings: Settings,
) -> None:
    """Answer an appeal, once, and tell its candidate. ``appeal`` is locked, its attempt loaded.

    Raises AppealAnswered.
    """
    if appeal.state is not AppealState.OPEN or verdict is AppealState.OPEN:
        raise AppealAnswered
    appeal.state, appeal.answer = verdict, answer
    appeal.answered_at, appeal.answered_by_id = now, actor.id
    db.session.flush()
    record(
        now=now,
        actor_key=actor.public_id,
        action="assessment.appeal_answered",
        subject_kind="appeal",
        subject_key=appeal.public_id,
        person_key=db.session.get_one(Person, appeal.attempt.candidate_id).public_id,
        verdict=verdict.value,
        question=appeal.position,
    )
    tell_answered(appeal, now=now, settings=settings)
