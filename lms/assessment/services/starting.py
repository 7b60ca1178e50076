"""Starting an attempt."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.assessment.errors import (
    AlreadyPassed,
    AwaitsGrading,
    LessonsUnread,
    MustWait,
    NoAttemptsLeft,
    NoExam,
    NotOpenYet,
    OtherAttemptOpen,
    WindowOver,
)
from lms.assessment.models import Assessment, Attempt, AttemptItem, Behaviour
from lms.assessment.papers import Paper, PoolTooSmall, order_keys
from lms.assessment.queries import ExamOverview, exam_overview, is_sitting
from lms.assessment.rules.allowances import one_at_a_time, read_ends
from lms.assessment.rules.codes import check_code, exam_named
from lms.assessment.rules.drawing import paper_for
from lms.assessment.services.closing import close_if_overdue, submit
from lms.assessment.sitting import asked
from lms.audit.services import record
from lms.catalog.models import FINAL_EXAM
from lms.core.database import db, execute
from lms.core.settings import Settings
from lms.core.unit_of_work import insert_new
from lms.learning.models import Enrolment
from lms.people.models import Person

# Made once: everybody who starts asks them.
ITEMS = sa.insert(AttemptItem.__table__)
OPEN = (
    sa.select(Attempt)
    .where(
        Attempt.enrolment_id == sa.bindparam("enrolment", type_=sa.Integer),
        Attempt.closed_at.is_(None),
    )
    .options(joinedload(Attempt.assessment))
)
OPEN_ELSEWHERE = OPEN.where(Attempt.exam_key != sa.bindparam("exam", type_=sa.String))
IS_OPEN = sa.select(Attempt.exam_key).where(
    Attempt.enrolment_id == sa.bindparam("enrolment", type_=sa.Integer),
    Attempt.closed_at.is_(None),
)


def start_attempt(
    *,
    enrolment: Enrolment,
    language: str,
    now: datetime,
    settings: Settings,
    code: str | None = None,
    exam_key: str = FINAL_EXAM,
) -> Attempt:
    """Start the enrolment's next attempt at an exam, or return the one that is open.

    ``code`` is the release code, where the exam needs one. Raises LessonsUnread, AwaitsGrading,
    NoAttemptsLeft, MustWait, NotOpenYet, WindowOver, AlreadyPassed, WrongCode, OtherAttemptOpen or
    NoExam. Two starts at once give the same attempt: they wait for each other, and a unique index
    lets only one be open. Whoever starts anew expects no late answer to the attempt before: it is
    settled.
    """
    one_at_a_time(enrolment)
    _finish_other_exams(enrolment, exam_key, now, settings)
    overview = exam_overview(enrolment, now, exam_key)
    if overview is None:
        raise NoExam
    open_one = overview.open
    if open_one is not None and not close_if_overdue(attempt=open_one, now=now, settings=settings):
        return open_one
    unsettled = [attempt for attempt in overview.attempts if attempt.settled_at is None]
    for attempt in unsettled:
        submit(attempt=attempt, now=now, settings=settings)
    if open_one is not None or unsettled:
        read_ends(enrolment)
        overview = exam_overview(enrolment, now, exam_key) or overview
    _refuse(overview)
    if overview.assessment.needs_code:
        check_code(
            enrolment=enrolment,
            exam_key=exam_key,
            code=code,
            now=now,
            secret=settings.secret_key,
        )
    _refuse_beside_another(overview, enrolment)
    paper = _drawn(overview.assessment, enrolment, seed := secrets.token_hex(16))
    fresh = _begun(overview, enrolment, paper, seed, language, now, settings)
    if fresh is None:
        begun = db.session.scalars(OPEN, {"enrolment": enrolment.id}).one()
        if begun.exam_key != exam_key:
            raise OtherAttemptOpen(begun.assessment.title)
        return begun
    _hand_out(fresh, paper)
    _tell(fresh, paper, now)
    return fresh


def _tell(attempt: Attempt, paper: Paper, now: datetime) -> None:
    candidate = db.session.get_one(Person, attempt.candidate_id)
    record(
        now=now,
        actor_key=candidate.public_id,
        action="assessment.started",
        subject_kind="attempt",
        subject_key=attempt.public_id,
        person_key=candidate.public_id,
        number=attempt.number,
        fair=paper.is_fair,
        **exam_named(attempt.exam_key),
    )


def _finish_other_exams(
    enrolment: Enrolment, exam_key: str, now: datetime, settings: Settings
) -> None:
    """Close what is overdue at the course's other exams; raise OtherAttemptOpen if one goes on.

    One that is closed but may still get late answers goes on waiting for them.
    """
    elsewhere = {"enrolment": enrolment.id, "exam": exam_key}
    if execute(IS_OPEN, {"enrolment": enrolment.id}).scalar() in (None, exam_key):
        return  # nearly always
    for other in db.session.scalars(OPEN_ELSEWHERE, elsewhere):
        title = other.assessment.title
        if close_if_overdue(attempt=other, now=now, settings=settings) is None:
            raise OtherAttemptOpen(title)
        read_ends(enrolment)


def _refuse_beside_another(overview: ExamOverview, enrolment: Enrolment) -> None:
    """Raise OtherAttemptOpen if this attempt would tell answers that another one asks for."""
    if overview.assessment.behaviour is not Behaviour.EXAM and is_sitting(
        enrolment.learner_id, enrolment.course_id, but=0
    ):
        raise OtherAttemptOpen


def _refuse(overview: ExamOverview) -> None:
    match overview.locked_reason:
        case "ended":
            raise AlreadyPassed
        case "lessons":
            raise LessonsUnread
        case "grading":
            raise AwaitsGrading
        case "attempts":
            raise NoAttemptsLeft
        case "not_open":
            raise NotOpenYet
        case "window_over":
            raise WindowOver
        case "waiting":
            assert overview.opens_at is not None
            raise MustWait(overview.opens_at)


def _begun(
    overview: ExamOverview,
    enrolment: Enrolment,
    paper: Paper,
    seed: str,
    language: str,
    now: datetime,
    settings: Settings,
) -> Attempt | None:
    """Begin the attempt; None when another request began one first."""
    assessment = overview.assessment
    begun: Attempt | None = insert_new(
        Attempt,
        assessment_id=assessment.id,
        enrolment_id=enrolment.id,
        candidate_id=enrolment.learner_id,
        exam_key=assessment.activity.key,
        number=len(overview.attempts) + 1,
        language=language,
        seed=seed,
        token_nonce=secrets.token_hex(16),
        writer=1,
        started_at=now,
        deadline_at=overview.deadline_from(now, settings.exam_grace_seconds),
        behaviour=assessment.behaviour,
        expected_percent=round(paper.expected, 2),
    )
    return begun


def _hand_out(attempt: Attempt, paper: Paper) -> None:
    versions = asked.versions_of((one.item.version_id, one.item.public_id) for one in paper.drawn)
    items = [
        {
            "attempt_id": attempt.id,
            "position": position,
            "item_version_id": version.id,
            "section": one.section,
            "order": order_keys(version.kind, version.content, attempt.seed, position),
        }
        for position, one in enumerate(paper.drawn, start=1)
        if (version := versions[one.item.version_id])
    ]
    execute(ITEMS, items)


def _drawn(assessment: Assessment, enrolment: Enrolment, seed: str) -> Paper:
    try:
        return paper_for(assessment, enrolment, seed)
    except PoolTooSmall as error:
        raise NoExam from error
