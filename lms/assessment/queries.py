"""Named reads of exams and attempts. What delivery uses never loads a scoring key or a score."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from lms.assessment.deadlines import MoreTime, deadline, ends_at
from lms.assessment.examining.keys import KeyInForce, keys_in_force
from lms.assessment.log import AttemptState, fold
from lms.assessment.models import (
    Assessment,
    AssessmentSection,
    Attempt,
    AttemptEvent,
    AttemptItem,
    Score,
)
from lms.assessment.rules.allowances import Grant, entries, extra_attempts, grants_of, more_time
from lms.assessment.rules.counting import counted_attempt
from lms.assessment.rules.windows import Opening, opening
from lms.assessment.sitting import asked
from lms.assessment.sitting import statements as asks
from lms.assessment.sitting.statements import EXAM_OF_VERSION, IS_OWN
from lms.catalog.models import FINAL_EXAM, Activity, CourseTopic, CourseVersion
from lms.core.database import db, execute, loaded, parts_of, rows_of
from lms.core.settings import Settings
from lms.learning.activities.opening import Lock, done_keys, lock_of
from lms.learning.models import Enrolment
from lms.learning.queries import Outline, OutlineActivity, outline_keyed, progress_of
from lms.people.models import Person

OVERDUE_PAGE = 200
# Made once: to make a statement anew often costs more than to run it.
OWN_WITH_EXAM = (
    sa.select(Attempt)
    .where(*IS_OWN)
    .options(
        joinedload(Attempt.assessment).options(
            joinedload(Assessment.activity)
            .joinedload(Activity.version)
            .options(joinedload(CourseVersion.course), selectinload(CourseVersion.topics))
        ),
        joinedload(Attempt.enrolment).joinedload(Enrolment.course),
    )
)
_ATTEMPT = sa.bindparam("attempt", type_=sa.Integer)
LOG = (
    sa.select(AttemptEvent).where(AttemptEvent.attempt_id == _ATTEMPT).order_by(AttemptEvent.number)
)
LATEST_SCORE = (
    sa.select(Score).where(Score.attempt_id == _ATTEMPT).order_by(Score.number.desc()).limit(1)
)
EXAMS = (
    sa.select(Assessment)
    .join(Assessment.activity)
    .where(*EXAM_OF_VERSION)
    .order_by(Activity.position, Activity.id)
    .options(contains_eager(Assessment.activity), selectinload(Assessment.sections))
)
EXAM = EXAMS.where(Activity.key == asks.EXAM_KEY)
SCORES = (
    sa.select(Score)
    .where(Score.attempt_id.in_(sa.bindparam("attempts", expanding=True, type_=sa.Integer)))
    .order_by(Score.number)
)


def attempt_for(person: Person, public_id: str) -> Attempt | None:
    """Return the person's own attempt with its exam and course version; None for any other."""
    return db.session.scalars(OWN_WITH_EXAM, _names(person, public_id)).one_or_none()


def attempt_to_answer_for(person: Person, public_id: str) -> Attempt | None:
    """Return the person's own attempt with what its paper shows of the exam; None for any other."""
    row = execute(asks.own_to_answer(), _names(person, public_id)).one_or_none()
    if row is None:
        return None
    attempt, exam, activity, version, _ = parts_of(
        row, Attempt, Assessment, Activity, CourseVersion
    )
    part = loaded(Activity, activity, version=loaded(CourseVersion, version))
    found: Attempt = loaded(Attempt, attempt, assessment=loaded(Assessment, exam, activity=part))
    return found


def attempt_alone_for(person: Person, public_id: str) -> Attempt | None:
    """Return the person's own attempt without anything else; None for any other."""
    return next(iter(rows_of(Attempt, asks.own_alone(), _names(person, public_id))), None)


def _names(person: Person, public_id: str) -> dict[str, Any]:
    return {"public_id": public_id, "candidate": person.id}


def attempt_for_token(public_id: str) -> Attempt | None:
    """Return the attempt alone, locked until the transaction's end; the caller checks the token."""
    return next(iter(rows_of(Attempt, asks.locked(), {"public_id": public_id}, anew=True)), None)


def attempt_to_answer(public_id: str) -> Attempt | None:
    """Return the same as a row that nobody changes, read at a third of the price."""
    return cast("Attempt | None", execute(asks.locked(), {"public_id": public_id}).one_or_none())


def is_sitting(candidate_id: int, course_id: int, *, but: int | None = None) -> bool:
    """Tell whether the candidate has an open attempt at an exam of the course.

    ``but``: another one than the attempt with this id; then also one whose late answers are still
    awaited.
    """
    statement = (
        sa.select(Attempt.id)
        .join(Attempt.enrolment)
        .where(Attempt.candidate_id == candidate_id, Enrolment.course_id == course_id)
    )
    if but is None:
        statement = statement.where(Attempt.closed_at.is_(None))
    else:
        statement = statement.where(Attempt.settled_at.is_(None), Attempt.id != but)
    return db.session.scalar(statement.limit(1)) is not None


def paper(attempt: Attempt) -> list[AttemptItem]:
    """Return the attempt's items in order, with what the candidate is shown of them; to be read."""
    return cast("list[AttemptItem]", list(asked.paper(attempt)))


def events(attempt_id: int) -> list[AttemptEvent]:
    """Return the attempt's log in its order: rows that nobody changes, read as the entries are."""
    return cast("list[AttemptEvent]", execute(LOG, {"attempt": attempt_id}).all())


def state(attempt_id: int) -> AttemptState:
    """Return what the attempt's log amounts to."""
    return fold(events(attempt_id))


def latest_score(attempt_id: int) -> Score | None:
    """Return the score that counts; None while the attempt is open."""
    return db.session.scalars(LATEST_SCORE, {"attempt": attempt_id}).one_or_none()


def keys(version_ids: Collection[int], *, explained: bool = True) -> dict[int, KeyInForce]:
    """Return the scoring keys in force by item version: for results, never for delivery."""
    return keys_in_force(version_ids, explained=explained)


def assessment_of(version_id: int, key: str = FINAL_EXAM) -> Assessment | None:
    """Return an exam of a course version with its sections: the final one, or another by key."""
    return db.session.scalars(EXAM, {"version": version_id, "exam": key}).one_or_none()


def assessments_of(version_id: int) -> list[Assessment]:
    """Return all exams of a course version with their sections, in the outline's order."""
    return list(db.session.scalars(EXAMS, {"version": version_id}))


def exam_of_attempt(attempt: Attempt, *, hold: bool = False) -> Assessment:
    """Return the exam that an attempt sits, with its sections.

    ``hold`` keeps its scoring keys as they are until this is committed: a correction of a key waits
    for those who score, and who scores waits for it. So each score is seen by the correction's
    preview or is made with the corrected key.
    """
    [exam] = rows_of(Assessment, asks.sat(hold=hold), {"exam": attempt.assessment_id})
    return _with_sections(exam)


def _with_sections(exam: Assessment) -> Assessment:
    if "sections" not in vars(exam):
        sections = rows_of(AssessmentSection, asks.sections(), {"exam": exam.id})
        set_committed_value(exam, "sections", sections)
    return exam


def sittings_of(enrolment_id: int, assessment_id: int) -> tuple[list[Attempt], dict[int, Score]]:
    """Return an enrolment's attempts at an exam, and the score of each that has one."""
    rows = db.session.execute(
        sa.select(Attempt, Score)
        .outerjoin(Score, Score.attempt_id == Attempt.id)
        .where(Attempt.enrolment_id == enrolment_id, Attempt.assessment_id == assessment_id)
        .order_by(Attempt.number, Score.number)
    ).all()
    attempts = list(dict.fromkeys(attempt for attempt, _ in rows))
    return attempts, {attempt.id: score for attempt, score in rows if score is not None}


def topics_of(version_id: int) -> dict[str, dict[str, Any]]:
    """Return the titles of a course version's topics by key, in order."""
    statement = (
        sa.select(CourseTopic.key, CourseTopic.title)
        .where(CourseTopic.version_id == version_id)
        .order_by(CourseTopic.position)
    )
    return {row.key: row.title for row in db.session.execute(statement)}


def overdue(
    now: datetime, settings: Settings, *, after: tuple[datetime, int] | None = None
) -> list[tuple[datetime, int]]:
    """Return (deadline, id) of attempts that the clock has to close or to settle, oldest first.

    At most a page of them, those behind ``after``.
    """
    grace = timedelta(seconds=settings.exam_grace_seconds)
    window = max(grace, timedelta(minutes=settings.exam_replay_minutes))
    statement = (
        sa.select(Attempt.deadline_at, Attempt.id)
        .where(
            Attempt.settled_at.is_(None),
            sa.or_(
                sa.and_(Attempt.closed_at.is_(None), Attempt.deadline_at < now - grace),
                Attempt.deadline_at < now - window,
            ),
        )
        .order_by(Attempt.deadline_at, Attempt.id)
        .limit(OVERDUE_PAGE)
    )
    if after is not None:
        instant, identifier = after
        statement = statement.where(
            sa.or_(
                Attempt.deadline_at > instant,
                sa.and_(Attempt.deadline_at == instant, Attempt.id > identifier),
            )
        )
    return [(row.deadline_at, row.id) for row in db.session.execute(statement)]


def is_over(attempt: Attempt, now: datetime, grace_seconds: int) -> bool:
    """Tell whether the attempt is closed, or its time is over and only the job is missing."""
    return attempt.closed_at is not None or now > ends_at(attempt.deadline_at, grace_seconds)


@dataclass(frozen=True)
class ExamOverview:
    """Where one enrolment stands with one of its exams."""

    assessment: Assessment
    attempts: list[Attempt]
    scores: dict[int, Score]  # attempt id → the score that counts
    lock: Lock | None  # what of the course comes before the exam and isn't done
    outline: Outline
    # ended, window_over, lessons, grading, attempts, not_open or waiting; None: it can start;
    # gone: the enrolment's present version hasn't this exam any more
    locked_reason: str | None
    opens_at: datetime | None  # when the waiting time ends or the window begins
    grants: list[Grant] = field(default_factory=list)  # what this person is allowed
    has_handwork: bool = False  # a person may have to judge answers before there is a result

    @property
    def part(self) -> OutlineActivity:
        """The exam as a part of the outline."""
        key = self.assessment.activity.key
        return next(one for one in self.outline.activities if one.key == key)

    @property
    def lessons_unread(self) -> int:
        """How many things must be done before the exam opens."""
        return len(self.lock.needs) if self.lock else 0

    @property
    def attempts_allowed(self) -> int:
        """How many attempts there may be, this person's own ones among them."""
        return self.assessment.attempts_allowed + extra_attempts(self.grants)

    @property
    def attempts_left(self) -> int:
        """How many attempts may still be started."""
        return max(0, self.attempts_allowed - len(self.attempts))

    @property
    def more_time(self) -> list[MoreTime]:
        """The person's allowances of time that still hold."""
        return [more for more in more_time(self.grants) if more.withdrawn_at is None]

    @property
    def minutes_allowed(self) -> int:
        """How many minutes this person has, rounded down; the closing may leave fewer."""
        minutes = self.assessment.minutes
        extra = sum(100 * more.minutes + minutes * more.percent for more in self.more_time)
        return minutes + extra // 100

    def deadline_from(self, now: datetime, grace_seconds: int) -> datetime:
        """Return the deadline of an attempt that would start now."""
        return deadline(
            now,
            self.assessment.minutes,
            more_time(self.grants),
            grace_seconds=grace_seconds,
            closes_at=self.assessment.closes_at,
        )

    @property
    def open(self) -> Attempt | None:
        """The attempt that isn't closed, if there is one."""
        return next((a for a in self.attempts if a.closed_at is None), None)

    @property
    def awaited(self) -> Attempt | None:
        """The attempt that is closed while late answers to it may still arrive, if there is one."""
        return next((a for a in self.attempts if a.closed_at and a.settled_at is None), None)

    @property
    def counted(self) -> Attempt | None:
        """The attempt whose score is the result."""
        return counted_attempt(self.assessment.counting, self.attempts, self.scores)

    @property
    def result(self) -> Score | None:
        """The score that is the result so far."""
        return self.scores[self.counted.id] if self.counted else None


def exam_overview(
    enrolment: Enrolment, now: datetime, key: str = FINAL_EXAM
) -> ExamOverview | None:
    """Return where the enrolment stands with its final exam, or another one by ``key``.

    None when its version has no such exam.
    """
    names = {"version": enrolment.version_id, "exam": key}
    found = execute(asks.overview(), names).one_or_none()
    if found is None:
        return None
    exam, activity, (version_key, has_handwork) = parts_of(found, Assessment, Activity)
    exam = loaded(Assessment, exam, activity=loaded(Activity, activity))
    assessment = _with_sections(exam)
    outline = outline_keyed(version_key)
    own = {"enrolment": enrolment.id, "exam": key}
    attempts = rows_of(Attempt, asks.attempts(), own)
    overview = ExamOverview(
        assessment,
        attempts,
        _scores(attempts),
        _lock(enrolment, outline, key),
        outline,
        None,
        _opens_at(assessment, attempts),
        grants_of(entries(enrolment.id, key)),
        has_handwork,
    )
    return replace(overview, locked_reason=_locked_reason(overview, enrolment, now))


def _locked_reason(overview: ExamOverview, enrolment: Enrolment, now: datetime) -> str | None:
    exam = overview.assessment
    window = opening(now, exam.opens_at, exam.closes_at)
    if enrolment.completed_at is not None or enrolment.withdrawn_at is not None:
        return "ended"
    if window is Opening.AFTER:
        return "window_over"
    if overview.lessons_unread:
        return "lessons"
    if any(score.awaiting for score in overview.scores.values()):
        return "grading"
    if not overview.attempts_left:
        return "attempts"
    if window is Opening.BEFORE:
        return "not_open"
    return "waiting" if overview.opens_at is not None and overview.opens_at > now else None


def _scores(attempts: list[Attempt]) -> dict[int, Score]:
    if not attempts:
        return {}
    found = db.session.scalars(SCORES, {"attempts": [attempt.id for attempt in attempts]})
    return {score.attempt_id: score for score in found}


def _opens_at(assessment: Assessment, attempts: list[Attempt]) -> datetime | None:
    """Return when the next attempt may start, as far as the window and the waiting time go."""
    opens_at = assessment.opens_at
    if not attempts or not assessment.wait_hours:
        return opens_at
    ended_at = attempts[-1].submitted_at or attempts[-1].deadline_at
    waited_at = ended_at + timedelta(hours=assessment.wait_hours)
    return waited_at if opens_at is None else max(opens_at, waited_at)


def _lock(enrolment: Enrolment, outline: Outline, key: str) -> Lock | None:
    return lock_of(outline.order, key, done_keys(outline.activities, progress_of(enrolment)))
