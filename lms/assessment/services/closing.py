"""Handing in, closing by the clock, and scoring: once per state of the log."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.assessment import queries
from lms.assessment.deadlines import ends_at, settles_at
from lms.assessment.grading.queries import graded_points
from lms.assessment.grading.services import open_tasks
from lms.assessment.log import fold
from lms.assessment.models import Assessment, Attempt, EventKind, Score
from lms.assessment.scoring import GRADED_BY_HAND, credit
from lms.assessment.services.marks import append_mark
from lms.audit.services import record
from lms.catalog.models import Activity
from lms.core.database import db
from lms.core.settings import Settings
from lms.learning.models import Enrolment
from lms.learning.services import complete_activity
from lms.people.models import Person


@dataclass
class Tally:
    """Points earned and possible."""

    earned: Fraction = Fraction(0)
    possible: int = 0

    def add(self, earned: Fraction, possible: int) -> None:
        """Count one item."""
        self.earned += earned
        self.possible += possible


def submit(*, attempt: Attempt, now: datetime, settings: Settings) -> Score:
    """Hand the attempt in and score it: from now on nothing is taken. Again: the same score.

    When its time and grace are over the clock closes it; handing it in then says that no late
    answer will come any more.
    """
    attempt = _locked(attempt)
    if attempt.closed_at is None:
        over = now > ends_at(attempt.deadline_at, settings.exam_grace_seconds)
        _close(attempt, EventKind.CLOSE if over else EventKind.SUBMIT, now)
    return _settle(attempt, now)


def close_if_overdue(*, attempt: Attempt, now: datetime, settings: Settings) -> Score | None:
    """Close and score the attempt if its time and grace are over; None while it is open.

    Once no late answer can arrive any more the attempt is settled too.
    """
    attempt = _locked(attempt)
    if attempt.closed_at is None:
        if now <= ends_at(attempt.deadline_at, settings.exam_grace_seconds):
            return None
        _close(attempt, EventKind.CLOSE, now)
    if now > settles_at(
        attempt.deadline_at, settings.exam_grace_seconds, settings.exam_replay_minutes
    ):
        return _settle(attempt, now)
    return _scored(attempt)


def _locked(attempt: Attempt) -> Attempt:
    """Read the attempt anew under a lock, so that of two closers one finds it closed."""
    statement = sa.select(Attempt).where(Attempt.id == attempt.id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def _scored(attempt: Attempt) -> Score:
    score = queries.latest_score(attempt.id)
    assert score is not None, "a closed attempt has a score"
    return score


def _close(attempt: Attempt, kind: EventKind, now: datetime) -> None:
    append_mark(attempt, kind, now)
    attempt.closed_at = now
    if kind is EventKind.SUBMIT:
        attempt.submitted_at = now
    db.session.flush()
    _score_log(attempt, now)


def _settle(attempt: Attempt, now: datetime) -> Score:
    """Score what arrived late, and take nothing more. Late answers are scored here and only here:
    trying answers out after the deadline would tell nothing.
    """
    if attempt.settled_at is not None:
        return _scored(attempt)
    attempt.settled_at = now
    db.session.flush()
    score = _score_log(attempt, now)
    if score.awaiting:
        answers = queries.state(attempt.id).answers
        open_tasks(attempt=attempt, items=queries.paper(attempt), answers=answers, now=now)
    return score


def score_again(*, attempt: Attempt, now: datetime) -> Score:
    """Score a settled attempt anew, after an answer was graded."""
    attempt = _locked(attempt)
    last = _scored(attempt)
    events = queries.events(attempt.id)
    score = _score(attempt, fold(events).answers, last, events[-1].number, now)
    db.session.add(score)
    db.session.flush()
    _announce(attempt, score, events[-1].hash, now)
    return score


def _score_log(attempt: Attempt, now: datetime) -> Score:
    """Score the log as it stands now and append the result; the same log again appends nothing.

    A score that is lower than the one before isn't appended: answers that arrive late can help
    their candidate, never take a pass away. On a pass the exam's activity is complete.
    """
    last = queries.latest_score(attempt.id)
    events = queries.events(attempt.id)
    if last is not None and last.log_number == events[-1].number:
        return last
    score = _score(attempt, fold(events).answers, last, events[-1].number, now)
    if last is not None and score.percent < last.percent:
        return last
    db.session.add(score)
    db.session.flush()
    _announce(attempt, score, events[-1].hash, now)
    return score


def _score(
    attempt: Attempt,
    answers: dict[int, dict[str, object] | None],
    last: Score | None,
    log_number: int,
    now: datetime,
) -> Score:
    items = queries.paper(attempt)
    keys = queries.keys([item.item_version_id for item in items])
    total, topics, points = Tally(), dict[str, Tally](), dict[str, float]()
    by_hand = any(item.item_version.kind in GRADED_BY_HAND for item in items)
    graded, awaiting = graded_points(attempt.id) if by_hand else {}, 0
    for item in items:
        version = item.item_version
        response = answers.get(item.position)
        if version.kind in GRADED_BY_HAND:
            awaiting += response is not None and item.position not in graded
            earned = graded.get(item.position, Fraction(0))
        else:
            answer = keys[version.id].answer
            earned = credit(version.kind, answer, response, attempt.language) * version.points
        total.add(earned, version.points)
        topics.setdefault(version.topic, Tally()).add(earned, version.points)
        points[str(item.position)] = round(float(earned), 4)
    cut_score = db.session.scalars(
        sa.select(Assessment.pass_percent).where(Assessment.id == attempt.assessment_id)
    ).one()
    return Score(
        attempt_id=attempt.id,
        number=1 if last is None else last.number + 1,
        scored_at=now,
        log_number=log_number,
        points=round(float(total.earned), 4),
        points_possible=float(total.possible),
        percent=round(float(100 * total.earned / total.possible), 2) if total.possible else 0.0,
        # Exact: a rounded percentage never decides.
        passed=bool(total.possible)
        and not awaiting
        and 100 * total.earned >= cut_score * total.possible,
        awaiting=awaiting,
        topics={topic: [round(float(t.earned), 4), t.possible] for topic, t in topics.items()},
        items=points,
    )


def _announce(attempt: Attempt, score: Score, head: str, now: datetime) -> None:
    """Record the score with the end of the log it was given for, which seals that log."""
    candidate = db.session.get_one(Person, attempt.candidate_id)
    record(
        now=now,
        actor_key=candidate.public_id if attempt.submitted_at == now else None,
        action="assessment.scored",
        subject_kind="attempt",
        subject_key=attempt.public_id,
        person_key=candidate.public_id,
        passed=score.passed,
        score_number=score.number,
        log_entries=score.log_number,
        log_head=head,
    )
    if not score.passed:
        return
    enrolment = db.session.get_one(Enrolment, attempt.enrolment_id)
    activity = db.session.scalars(
        sa.select(Activity)
        .join(Assessment, Assessment.activity_id == Activity.id)
        .where(Assessment.id == attempt.assessment_id)
        .options(joinedload(Activity.version))
    ).one()
    complete_activity(
        enrolment=enrolment,
        activity=activity,
        now=now,
        basis={"attempt": attempt.public_id, "percent": score.percent},
    )
