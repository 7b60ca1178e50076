"""Named reads of exams and attempts. What delivery uses never loads a scoring key or a score."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lms.assessment.deadlines import ends_at
from lms.assessment.examining.keys import KeyInForce, keys_in_force
from lms.assessment.log import AttemptState, fold
from lms.assessment.models import (
    Assessment,
    Attempt,
    AttemptEvent,
    AttemptItem,
    Score,
)
from lms.catalog.models import Activity, ActivityKind, CourseVersion
from lms.core.database import db
from lms.core.settings import Settings
from lms.learning.models import ActivityProgress, Enrolment
from lms.people.models import Person


def attempt_for(person: Person, public_id: str) -> Attempt | None:
    """Return the person's own attempt with its exam and course version; None for any other."""
    statement = (
        sa.select(Attempt)
        .where(Attempt.public_id == public_id, Attempt.candidate_id == person.id)
        .options(
            joinedload(Attempt.assessment).options(
                joinedload(Assessment.activity)
                .joinedload(Activity.version)
                .options(joinedload(CourseVersion.course), selectinload(CourseVersion.topics))
            ),
            joinedload(Attempt.enrolment).joinedload(Enrolment.course),
        )
    )
    return db.session.scalars(statement).one_or_none()


def attempt_for_token(public_id: str) -> Attempt | None:
    """Return the attempt alone, locked until the transaction's end; the caller checks the token."""
    statement = sa.select(Attempt).where(Attempt.public_id == public_id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def is_sitting(candidate_id: int, course_id: int) -> bool:
    """Tell whether the candidate has an open attempt at an exam of the course."""
    statement = (
        sa.select(Attempt.id)
        .join(Attempt.enrolment)
        .where(
            Attempt.candidate_id == candidate_id,
            Attempt.closed_at.is_(None),
            Enrolment.course_id == course_id,
        )
    )
    return db.session.scalar(statement.limit(1)) is not None


def paper(attempt: Attempt) -> list[AttemptItem]:
    """Return the attempt's items in order, with what the candidate is shown of them."""
    statement = (
        sa.select(AttemptItem)
        .where(AttemptItem.attempt_id == attempt.id)
        .order_by(AttemptItem.position)
        .options(joinedload(AttemptItem.item_version))
    )
    return list(db.session.scalars(statement))


def events(attempt_id: int) -> list[AttemptEvent]:
    """Return the attempt's log in its order."""
    statement = (
        sa.select(AttemptEvent)
        .where(AttemptEvent.attempt_id == attempt_id)
        .order_by(AttemptEvent.number)
    )
    return list(db.session.scalars(statement))


def state(attempt_id: int) -> AttemptState:
    """Return what the attempt's log amounts to."""
    return fold(events(attempt_id))


def latest_score(attempt_id: int) -> Score | None:
    """Return the score that counts; None while the attempt is open."""
    statement = sa.select(Score).where(Score.attempt_id == attempt_id).order_by(Score.number.desc())
    return db.session.scalars(statement.limit(1)).one_or_none()


def keys(version_ids: Collection[int]) -> dict[int, KeyInForce]:
    """Return the scoring keys in force by item version: for results, never for delivery."""
    return keys_in_force(version_ids)


def assessment_of(version_id: int) -> Assessment | None:
    """Return the exam of a course version with its sections."""
    statement = (
        sa.select(Assessment)
        .join(Assessment.activity)
        .where(Activity.version_id == version_id, Activity.kind == ActivityKind.EXAM)
        .options(joinedload(Assessment.activity), selectinload(Assessment.sections))
    )
    return db.session.scalars(statement).one_or_none()


def overdue(now: datetime, settings: Settings, limit: int = 200) -> list[int]:
    """Return the ids of attempts that the clock has to close or to settle, the oldest first."""
    grace = timedelta(seconds=settings.exam_grace_seconds)
    window = max(grace, timedelta(minutes=settings.exam_replay_minutes))
    statement = (
        sa.select(Attempt.id)
        .where(
            Attempt.settled_at.is_(None),
            sa.or_(
                sa.and_(Attempt.closed_at.is_(None), Attempt.deadline_at < now - grace),
                Attempt.deadline_at < now - window,
            ),
        )
        .order_by(Attempt.deadline_at)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def is_over(attempt: Attempt, now: datetime, grace_seconds: int) -> bool:
    """Tell whether the attempt is closed, or its time is over and only the job is missing."""
    return attempt.closed_at is not None or now > ends_at(attempt.deadline_at, grace_seconds)


@dataclass(frozen=True)
class ExamOverview:
    """Where one enrolment stands with its exam."""

    assessment: Assessment
    attempts: list[Attempt]
    scores: dict[int, Score]  # attempt id → the score that counts
    lessons_unread: int
    locked_reason: (
        str | None
    )  # ended, lessons, grading, attempts or waiting; None: it can be started
    opens_at: datetime | None  # when the waiting time ends

    @property
    def attempts_left(self) -> int:
        """How many attempts may still be started."""
        return max(0, self.assessment.attempts_allowed - len(self.attempts))

    @property
    def open(self) -> Attempt | None:
        """The attempt that isn't closed, if there is one."""
        return next((a for a in self.attempts if a.closed_at is None), None)

    @property
    def best(self) -> Score | None:
        """The best score so far."""
        return max(self.scores.values(), key=lambda score: score.percent, default=None)


def exam_overview(enrolment: Enrolment, now: datetime) -> ExamOverview | None:
    """Return where the enrolment stands with its exam; None when its version has none."""
    assessment = assessment_of(enrolment.version_id)
    if assessment is None:
        return None
    attempts = list(
        db.session.scalars(
            sa.select(Attempt).where(Attempt.enrolment_id == enrolment.id).order_by(Attempt.number)
        )
    )
    unread, scores = _lessons_unread(enrolment), _scores(attempts)
    opens_at = _opens_at(assessment, attempts)
    reason = None
    if enrolment.completed_at is not None or enrolment.withdrawn_at is not None:
        reason = "ended"
    elif unread:
        reason = "lessons"
    elif any(score.awaiting for score in scores.values()):
        reason = "grading"
    elif len(attempts) >= assessment.attempts_allowed:
        reason = "attempts"
    elif opens_at is not None and opens_at > now:
        reason = "waiting"
    return ExamOverview(assessment, attempts, scores, unread, reason, opens_at)


def _scores(attempts: list[Attempt]) -> dict[int, Score]:
    statement = (
        sa.select(Score)
        .where(Score.attempt_id.in_([attempt.id for attempt in attempts]))
        .order_by(Score.number)
    )
    return {score.attempt_id: score for score in db.session.scalars(statement)}


def _opens_at(assessment: Assessment, attempts: list[Attempt]) -> datetime | None:
    if not attempts or not assessment.wait_hours:
        return None
    ended_at = attempts[-1].submitted_at or attempts[-1].deadline_at
    return ended_at + timedelta(hours=assessment.wait_hours)


def _lessons_unread(enrolment: Enrolment) -> int:
    read = (
        sa.select(ActivityProgress.id)
        .where(
            ActivityProgress.enrolment_id == enrolment.id,
            ActivityProgress.activity_id == Activity.id,
            ActivityProgress.completed_at.is_not(None),
        )
        .exists()
    )
    statement = sa.select(sa.func.count(Activity.id)).where(
        Activity.version_id == enrolment.version_id, Activity.kind == ActivityKind.LESSON, ~read
    )
    return db.session.scalar(statement) or 0
