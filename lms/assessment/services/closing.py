"""Handing in, closing by the clock, and scoring: once per state of the log."""

from datetime import datetime
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from lms.assessment import queries
from lms.assessment.deadlines import ends_at, settles_at
from lms.assessment.examining.events import ScoreChange, answers_graded, scores_changed
from lms.assessment.grading.queries import graded_points
from lms.assessment.grading.services import open_tasks
from lms.assessment.log import fold
from lms.assessment.models import Assessment, Attempt, AttemptEvent, Counting, EventKind, Score
from lms.assessment.rules.codes import exam_named
from lms.assessment.rules.counting import completion_basis, counted_attempt
from lms.assessment.rules.tally import has_handwork, scored
from lms.assessment.services.marks import append_mark
from lms.audit.services import record
from lms.catalog.models import Activity, Course, CourseVersion
from lms.core.database import UTCDateTime, columns_of, db, execute, loaded, parts_of, rows_of
from lms.core.settings import Settings
from lms.core.unit_of_work import insert_new
from lms.learning.models import Enrolment
from lms.learning.services import complete_activity
from lms.people.models import Person

# Made once: everybody hands in.
INSTANTS = ("closed_at", "submitted_at", "settled_at")
STATES = (
    sa.update(Attempt.__table__)
    .where(Attempt.id == sa.bindparam("attempt", type_=sa.Integer))
    .values({name: sa.bindparam(name, type_=UTCDateTime()) for name in INSTANTS})
)


@cache
def _locking() -> Any:
    by_id = Attempt.id == sa.bindparam("id", type_=sa.Integer)
    return sa.select(*columns_of(Attempt)).where(by_id).with_for_update()


@cache
def _passing() -> Any:
    """Return the statement of an attempt's enrolment with its course, which whoever is told of a
    pass names, and of the exam's part with its version.
    """
    return (
        sa.select(
            *(*columns_of(Enrolment), *columns_of(Course)),
            *(*columns_of(Activity), *columns_of(CourseVersion)),
        )
        .select_from(Attempt)
        .join(Attempt.enrolment)
        .join(Enrolment.course)
        .join(Attempt.assessment)
        .join(Assessment.activity)
        .join(Activity.version)
        .where(Attempt.id == sa.bindparam("id", type_=sa.Integer))
    )


def submit(*, attempt: Attempt, now: datetime, settings: Settings) -> Score:
    """Hand the attempt in and score it: from now on nothing is taken. Again: the same score.

    When its time and grace are over the clock closes it; handing it in then says that no late
    answer will come any more.
    """
    attempt = _locked(attempt)
    if attempt.closed_at is not None:
        return _settle(attempt, now)
    over = now > ends_at(attempt.deadline_at, settings.exam_grace_seconds)
    _close(attempt, EventKind.CLOSE if over else EventKind.SUBMIT, now, settled_at=now)
    return _score_log(attempt, now, last=None)


def close_if_overdue(*, attempt: Attempt, now: datetime, settings: Settings) -> Score | None:
    """Close and score the attempt if its time and grace are over; None while it is open.

    Once no late answer can arrive any more the attempt is settled too.
    """
    attempt = _locked(attempt)
    if attempt.closed_at is None:
        if now <= ends_at(attempt.deadline_at, settings.exam_grace_seconds):
            return None
        _close(attempt, EventKind.CLOSE, now)
        _score_log(attempt, now, last=None)
    if now > settles_at(
        attempt.deadline_at, settings.exam_grace_seconds, settings.exam_replay_minutes
    ):
        return _settle(attempt, now)
    return _scored(attempt)


def score_again(*, attempt: Attempt, now: datetime) -> Score | None:
    """Score a settled attempt whose log has grown, or of which an answer was graded, since.

    None while it isn't settled.
    """
    attempt = _locked(attempt)
    if attempt.settled_at is None:
        return None
    return _score_log(attempt, now, last=_scored(attempt))


def _locked(attempt: Attempt) -> Attempt:
    """Read the attempt anew under a lock, so that of two closers one finds it closed."""
    [locked] = rows_of(Attempt, _locking(), {"id": attempt.id}, anew=True)
    return cast("Attempt", locked)


def _scored(attempt: Attempt) -> Score:
    score = queries.latest_score(attempt.id)
    assert score is not None, "a closed attempt has a score"
    return score


def _close(
    attempt: Attempt, kind: EventKind, now: datetime, *, settled_at: datetime | None = None
) -> None:
    append_mark(attempt, kind, now)
    submitted_at = now if kind is EventKind.SUBMIT else None
    _note(attempt, closed_at=now, submitted_at=submitted_at, settled_at=settled_at)


def _note(attempt: Attempt, **instants: datetime | None) -> None:
    """Write when the attempt went on to its next states."""
    for name, value in instants.items():
        set_committed_value(attempt, name, value)
    execute(STATES, {"attempt": attempt.id, **{name: getattr(attempt, name) for name in INSTANTS}})


def _settle(attempt: Attempt, now: datetime) -> Score:
    """Score what arrived late, and take nothing more. Late answers are scored here and only here:
    trying answers out after the deadline would tell nothing.
    """
    if attempt.settled_at is not None:
        return _scored(attempt)
    _note(attempt, settled_at=now)
    return _score_log(attempt, now, last=_scored(attempt))


def _score_log(attempt: Attempt, now: datetime, *, last: Score | None) -> Score:
    """Score the log as it stands now and append the result; what changes nothing isn't appended.

    ``last`` is the score so far: an attempt that was open until now has none.

    A score that is lower than the one before isn't appended: answers that arrive late can help
    their candidate, never take a pass away. On a pass the exam's activity is complete. Once the
    attempt is settled its answers that a person has to judge wait for an examiner.
    """
    events = queries.events(attempt.id)
    is_known = last is not None and last.log_number == events[-1].number
    score = last if last and is_known and not last.awaiting else _next(attempt, last, events, now)
    if score.awaiting and attempt.settled_at is not None:
        answers = fold(events).answers
        open_tasks(attempt=attempt, items=queries.paper(attempt), answers=answers, now=now)
    return score


def _next(attempt: Attempt, last: Score | None, events: list[AttemptEvent], now: datetime) -> Score:
    exam = queries.exam_of_attempt(attempt, hold=True)
    found = _found(attempt, exam, events, last)
    if last is not None:
        same = (last.log_number, last.awaiting) == (found["log_number"], found["awaiting"])
        if same or found["percent"] < last.percent:
            return last
    score: Score | None = insert_new(Score, scored_at=now, **found)
    assert score is not None, "the attempt's lock lets one score it"
    _announce(attempt, exam, score, events[-1].hash, now)
    if last is not None and last.awaiting and not score.awaiting:
        answers_graded.send(attempt, now=now, score=score)
    if last is not None and last.percent != score.percent:
        scores_changed.send(
            db.session.get_one(Enrolment, attempt.enrolment_id),
            now=now,
            exam=attempt.exam_key,
            regrade_key=None,
            changes=[ScoreChange(last.percent, score.percent)],
        )
    return score


def _found(
    attempt: Attempt, exam: Assessment, events: list[AttemptEvent], last: Score | None
) -> dict[str, Any]:
    """Return what its score is to say."""
    items = queries.paper(attempt)
    outcome = scored(
        exam=exam,
        attempt=attempt,
        items=items,
        keys=queries.keys([item.item_version_id for item in items], explained=False),
        events=events,
        graded=graded_points([attempt.id])[attempt.id] if has_handwork(items) else {},
    )
    return {
        "attempt_id": attempt.id,
        "number": 1 if last is None else last.number + 1,
        "log_number": events[-1].number,
        **outcome.columns(),
    }


def _pass_counts(attempt: Attempt, exam: Assessment) -> bool:
    """Tell whether this attempt's pass is a pass of its enrolment: of the best any is."""
    if exam.counting is Counting.BEST:
        return True
    attempts, scores = queries.sittings_of(attempt.enrolment_id, attempt.assessment_id)
    counted = counted_attempt(exam.counting, attempts, scores)
    return counted is not None and counted.id == attempt.id


def _announce(attempt: Attempt, exam: Assessment, score: Score, head: str, now: datetime) -> None:
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
        **exam_named(attempt.exam_key),
    )
    if not score.passed or not _pass_counts(attempt, exam):
        return
    enrolment, activity = _passed_part(attempt)
    complete_activity(
        enrolment=enrolment,
        activity=activity,
        now=now,
        basis=completion_basis(attempt, score.percent),
    )


def _passed_part(attempt: Attempt) -> tuple[Enrolment, Activity]:
    row = execute(_passing(), {"id": attempt.id}).one()
    place, course, part, version, _ = parts_of(row, Enrolment, Course, Activity, CourseVersion)
    enrolment = loaded(Enrolment, place, course=loaded(Course, course))
    return enrolment, loaded(Activity, part, version=loaded(CourseVersion, version))
