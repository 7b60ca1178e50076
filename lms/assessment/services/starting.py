"""Starting an attempt."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.assessment.deadlines import deadline
from lms.assessment.errors import (
    AlreadyPassed,
    AwaitsGrading,
    LessonsUnread,
    MustWait,
    NoAttemptsLeft,
    NoExam,
)
from lms.assessment.models import Assessment, Attempt, AttemptItem, ItemVersion, PoolEntry
from lms.assessment.papers import PoolItem, PoolTooSmall, Rule, draw, order_keys
from lms.assessment.queries import ExamOverview, exam_overview
from lms.assessment.services.closing import close_if_overdue, submit
from lms.audit.services import record
from lms.core.database import db
from lms.core.settings import Settings
from lms.learning.models import Enrolment
from lms.people.models import Person


def start_attempt(
    *, enrolment: Enrolment, language: str, now: datetime, settings: Settings
) -> Attempt:
    """Start the enrolment's next attempt, or return the one that is open.

    Raises LessonsUnread, AwaitsGrading, NoAttemptsLeft, MustWait, AlreadyPassed or NoExam. Two
    starts at once give the same attempt: a unique index lets only one be open. Whoever starts anew
    expects no late answer to the attempt before: it is settled.
    """
    overview = exam_overview(enrolment, now)
    if overview is None:
        raise NoExam
    open_one = overview.open
    if open_one is not None and not close_if_overdue(attempt=open_one, now=now, settings=settings):
        return open_one
    unsettled = [attempt for attempt in overview.attempts if attempt.settled_at is None]
    for attempt in unsettled:
        submit(attempt=attempt, now=now, settings=settings)
    if unsettled:
        overview = exam_overview(enrolment, now) or overview
    _refuse(overview)
    try:
        with db.session.begin_nested():
            attempt = _make(overview, enrolment, language, now)
    except IntegrityError:
        return db.session.scalars(
            sa.select(Attempt).where(
                Attempt.enrolment_id == enrolment.id, Attempt.closed_at.is_(None)
            )
        ).one()
    candidate = db.session.get_one(Person, enrolment.learner_id)
    record(
        now=now,
        actor_key=candidate.public_id,
        action="assessment.started",
        subject_kind="attempt",
        subject_key=attempt.public_id,
        person_key=candidate.public_id,
        number=attempt.number,
    )
    return attempt


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
        case "waiting":
            assert overview.opens_at is not None
            raise MustWait(overview.opens_at)


def _make(overview: ExamOverview, enrolment: Enrolment, language: str, now: datetime) -> Attempt:
    assessment = overview.assessment
    attempt = Attempt(
        assessment_id=assessment.id,
        enrolment_id=enrolment.id,
        candidate_id=enrolment.learner_id,
        number=len(overview.attempts) + 1,
        language=language,
        seed=secrets.token_hex(16),
        token_nonce=secrets.token_hex(16),
        writer=1,
        started_at=now,
        deadline_at=deadline(now, assessment.minutes),
    )
    db.session.add(attempt)
    db.session.flush()
    versions = _drawn(assessment, attempt.seed)
    db.session.add_all(
        AttemptItem(
            attempt_id=attempt.id,
            position=position,
            item_version_id=version.id,
            order=order_keys(version.kind, version.content, attempt.seed, position),
        )
        for position, version in enumerate(versions, start=1)
    )
    db.session.flush()
    return attempt


def _drawn(assessment: Assessment, seed: str) -> list[ItemVersion]:
    rows = db.session.execute(
        sa.select(ItemVersion.id, ItemVersion.topic, ItemVersion.level)
        .join(PoolEntry, PoolEntry.item_version_id == ItemVersion.id)
        .where(PoolEntry.assessment_id == assessment.id)
    )
    rules = [Rule(s.topic, s.level, s.draw) for s in assessment.sections]
    try:
        ids = draw(rules, [PoolItem(*row) for row in rows], seed)
    except PoolTooSmall as error:
        raise NoExam from error
    versions = {
        version.id: version
        for version in db.session.scalars(sa.select(ItemVersion).where(ItemVersion.id.in_(ids)))
    }
    return [versions[identifier] for identifier in ids]
