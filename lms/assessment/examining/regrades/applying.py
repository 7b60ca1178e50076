"""Applying a correction to scores given before it, a portion of attempts in each transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.assessment import queries
from lms.assessment.examining.events import (
    ScoreChange,
    enrolment_regraded,
    result_corrected,
    scores_changed,
)
from lms.assessment.examining.models import Regrade, RegradeResult, RegradeState
from lms.assessment.examining.regrades.counting import Counted, counted
from lms.assessment.models import Assessment, Attempt, Counting, Score
from lms.assessment.rules.counting import completion_basis, counted_attempt
from lms.audit.services import record, record_many
from lms.catalog.models import Activity
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.services import complete_activity
from lms.people.models import Person

Exam = tuple[int, int]  # ids of an enrolment and of an exam that it sits

APPLIED_AT_ONCE = 25  # a pass brings its certificate along: short transactions keep exams going


def apply_portion(*, regrade: Regrade, now: datetime) -> bool:
    """Score the next attempts anew; tell whether some are left. ``regrade`` is locked.

    An attempt that is worth something else gets a new score; again changes nothing.
    """
    pending = (
        sa.select(RegradeResult)
        .join(RegradeResult.attempt)
        .where(RegradeResult.regrade_id == regrade.id, RegradeResult.applied_at.is_(None))
        .order_by(Attempt.enrolment_id, Attempt.id)
    )
    first = list(
        db.session.scalars(pending.with_only_columns(Attempt.enrolment_id).limit(APPLIED_AT_ONCE))
    )
    # All attempts of one enrolment together: only then is it known whether it is passed.
    rows = db.session.scalars(pending.where(Attempt.enrolment_id.in_(set(first))))
    results = {row.attempt_id: row for row in rows}
    if results:
        _hold(list(results))
        _append(regrade, results, counted(list(results)), now)
    if len(first) == APPLIED_AT_ONCE:
        return True
    _finish(regrade, now)
    return False


def _hold(attempt_ids: list[int]) -> None:
    """Lock the attempts: one that is being settled at this moment comes first."""
    statement = sa.select(Attempt.id).where(Attempt.id.in_(attempt_ids)).order_by(Attempt.id)
    db.session.execute(statement.with_for_update())


def _append(
    regrade: Regrade, results: dict[int, RegradeResult], found: Sequence[Counted], now: datetime
) -> None:
    changed = [one for one in found if one.changes]
    passed_before = _passed_exams(changed)
    for result in results.values():  # those whose paper was erased meanwhile too
        result.applied_at = now
    scores = []
    for one in changed:
        score = Score(
            attempt_id=one.attempt.id,
            number=one.score.number + 1,
            scored_at=now,
            log_number=one.score.log_number,
            **one.worth,
        )
        scores.append((one, score))
        results[one.attempt.id].score_number = score.number
    db.session.add_all(score for _, score in scores)
    db.session.flush()
    _record(regrade, changed, now)
    _turn(regrade, changed, passed_before, now)
    _tell_changes(regrade, changed, now)
    for one, score in scores:
        if (one.score.percent, one.score.passed) != (score.percent, score.passed):
            result_corrected.send(one.attempt, now=now, before=one.score, score=score)


def _record(regrade: Regrade, changed: Sequence[Counted], now: datetime) -> None:
    ids = {one.attempt.candidate_id for one in changed}
    people = sa.select(Person.id, Person.public_id).where(Person.id.in_(ids))
    keys = {row.id: row.public_id for row in db.session.execute(people)}
    record_many(
        now=now,
        actor_key=None,
        action="assessment.regraded",
        subject_kind="attempt",
        subjects=[
            (
                one.attempt.public_id,
                keys[one.attempt.candidate_id],
                {
                    "regrade": regrade.public_id,
                    "score_number": one.score.number + 1,
                    "passed": one.worth["passed"],
                    "percent": one.worth["percent"],
                    "previous": one.score.percent,
                    "log_entries": one.score.log_number,
                    "log_head": one.log_head,
                },
            )
            for one in changed
        ],
    )


def _exam(one: Counted) -> Exam:
    return one.attempt.enrolment_id, one.attempt.assessment_id


def _passed_exams(changed: Sequence[Counted]) -> set[Exam]:
    """Return which exams are passed now, of those with an attempt that changes its outcome."""
    exams = {_exam(one) for one in changed if one.score.passed != one.worth["passed"]}
    return {exam for exam in exams if _is_passed(*exam)}


def _is_passed(enrolment_id: int, assessment_id: int) -> bool:
    exam = db.session.get_one(Assessment, assessment_id)
    attempts, scores = queries.sittings_of(enrolment_id, assessment_id)
    if exam.counting is Counting.BEST:
        return any(score.passed for score in scores.values())
    that = counted_attempt(exam.counting, attempts, scores)
    return that is not None and scores[that.id].passed


def _turn(
    regrade: Regrade, changed: Sequence[Counted], passed_before: set[Exam], now: datetime
) -> None:
    """Announce each exam of an enrolment that is passed now and wasn't before, or the other way."""
    turned = [one for one in changed if one.score.passed != one.worth["passed"]]
    passed_after = _passed_exams(turned)
    for one in turned:
        passed = _exam(one) in passed_after
        if passed == (_exam(one) in passed_before):
            continue
        enrolment = db.session.get_one(Enrolment, one.attempt.enrolment_id)
        if passed:
            _complete(enrolment, one, now)
        enrolment_regraded.send(
            enrolment,
            now=now,
            exam=one.attempt.exam_key,
            regrade_key=regrade.public_id,
            passed=passed,
            percent_before=one.score.percent,
            percent_after=one.worth["percent"],
        )


def _tell_changes(regrade: Regrade, changed: Sequence[Counted], now: datetime) -> None:
    """Announce each exam of an enrolment of which an attempt has another percentage now."""
    changes: dict[tuple[int, str], list[ScoreChange]] = defaultdict(list)
    for one in changed:
        change = ScoreChange(one.score.percent, one.worth["percent"])
        if change.before != change.after:
            changes[one.attempt.enrolment_id, one.attempt.exam_key].append(change)
    for (enrolment_id, exam), those in changes.items():
        scores_changed.send(
            db.session.get_one(Enrolment, enrolment_id),
            now=now,
            exam=exam,
            regrade_key=regrade.public_id,
            changes=those,
        )


def _complete(enrolment: Enrolment, one: Counted, now: datetime) -> None:
    activity = db.session.scalars(
        sa.select(Activity)
        .join(Assessment, Assessment.activity_id == Activity.id)
        .where(Assessment.id == one.attempt.assessment_id)
        .options(joinedload(Activity.version))
    ).one()
    complete_activity(
        enrolment=enrolment,
        activity=activity,
        now=now,
        basis=completion_basis(one.attempt, one.worth["percent"]),
    )


def _finish(regrade: Regrade, now: datetime) -> None:
    regrade.state, regrade.done_at = RegradeState.DONE, now
    db.session.flush()
    appended = sa.select(sa.func.count()).where(
        RegradeResult.regrade_id == regrade.id, RegradeResult.score_number.is_not(None)
    )
    record(
        now=now,
        actor_key=None,
        action="assessment.regrade_done",
        subject_kind="regrade",
        subject_key=regrade.public_id,
        rows=db.session.scalar(appended) or 0,
    )
