"""Correcting a key, or judging one answer anew: preview, apply, discard."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.assessment.examining.errors import (
    PreviewDiffers,
    RegradeOpen,
    RegradesBusy,
    SameKey,
    SameMarks,
    WrongState,
)
from lms.assessment.examining.keys import KeyInForce, keys_in_force
from lms.assessment.examining.models import (
    CorrectionKind,
    Regrade,
    RegradeResult,
    RegradeState,
)
from lms.assessment.examining.regrades import remarking
from lms.assessment.examining.regrades.counting import (
    Counted,
    counted,
    digest_of,
    outdated,
    uncounted,
)
from lms.assessment.grading.agreement import marks_in_force
from lms.assessment.grading.models import Grading, GradingTask
from lms.assessment.models import Assessment, ItemVersion, PoolEntry
from lms.audit.services import record
from lms.core import jobs
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.unit_of_work import insert
from lms.people.models import Person

JOB = "assessment.regrade"
COUNTED_AT_ONCE = 200  # attempts in one transaction of the preview


def open_regrade(
    *,
    version: ItemVersion,
    kind: CorrectionKind,
    answers: list[dict[str, Any]],
    reason: str,
    actor: Person,
    now: datetime,
    explanation: Mapping[str, str] | None = None,
) -> Regrade:
    """Write a correction down, not in force yet, and begin its preview.

    ``explanation`` is told of the whole question from then on; None: what was told before.

    Raises SameKey when it corrects nothing, RegradeOpen while another one of the same item version
    isn't done.
    """
    key = keys_in_force([version.id])[version.id]
    if _is_same(key, kind, answers):
        raise SameKey
    regrade = Regrade(
        public_id=public_id(),
        item_version_id=version.id,
        kind=kind,
        old_answers=list(key.answers),
        new_answers=answers,
        explanation=None if explanation is None else dict(explanation),
        reason=reason,
        state=RegradeState.COUNTING,
        created_at=now,
        created_by_id=actor.id,
    )
    insert(regrade, RegradeOpen())
    _enqueue(regrade, now)
    return regrade


def open_remark(
    *,
    task: GradingTask,
    marks: Mapping[str, int],
    comment: str,
    reason: str,
    actor: Person,
    now: datetime,
) -> Regrade:
    """Judge a graded answer anew, not in force yet, and begin the preview of what that changes.

    ``marks``: points by line of the rubric; ``comment`` is for the candidate, ``reason`` for the
    record. Raises SameMarks when every line keeps its points, RegradeOpen while another correction
    or remark of the same item version isn't done.
    """
    before = marks_in_force(task.gradings)
    if before == marks:
        raise SameMarks
    regrade = Regrade(
        public_id=public_id(),
        item_version_id=task.item_version_id,
        kind=CorrectionKind.REMARKED,
        old_answers=[before],
        new_answers=[dict(marks)],
        reason=reason,
        state=RegradeState.COUNTING,
        created_at=now,
        created_by_id=actor.id,
    )
    insert(regrade, RegradeOpen())
    db.session.add(
        Grading(
            task_id=task.id,
            examiner_id=actor.id,
            graded_at=now,
            marks=dict(marks),
            points=sum(marks.values()),
            comment=comment,
            regrade_id=regrade.id,
        )
    )
    db.session.flush()
    _enqueue(regrade, now)
    return regrade


def _is_same(key: KeyInForce, kind: CorrectionKind, answers: list[dict[str, Any]]) -> bool:
    dropped = (CorrectionKind.FULL_POINTS, CorrectionKind.NOT_COUNTED)
    if kind in dropped or key.correction in dropped:
        return kind is key.correction
    return answers == list(key.answers)


def resume(*, regrade: Regrade, now: datetime) -> None:
    """Ask for the portions that are left, after the job has given up. ``regrade`` is locked."""
    if regrade.state not in (RegradeState.COUNTING, RegradeState.APPLYING):
        raise WrongState
    _enqueue(regrade, now, again=True)


def _enqueue(regrade: Regrade, now: datetime, *, again: bool = False) -> None:
    key = f"{regrade.public_id}-{regrade.row_version}"
    if again:
        key = f"{key}-{now.timestamp():.0f}"
    jobs.enqueue(JOB, key=key, now=now, regrade=regrade.public_id)


def locked(key: str) -> Regrade | None:
    """Return a regrade, locked until the transaction's end: its portions follow one another."""
    statement = sa.select(Regrade).where(Regrade.public_id == key).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()


def count_portion(*, regrade: Regrade) -> bool:
    """Foresee the results of the next attempts; tell whether some are left.

    ``regrade`` is locked. After the last one the preview is complete and has its digest.
    """
    ids = list(db.session.scalars(uncounted(regrade).limit(COUNTED_AT_ONCE)))
    rows = [
        {
            "regrade_id": regrade.id,
            "attempt_id": one.attempt.id,
            "before_number": one.score.number,
            "before_percent": one.score.percent,
            "before_passed": one.score.passed,
            "after_points": one.worth["points"],
            "after_possible": one.worth["points_possible"],
            "after_percent": one.worth["percent"],
            "after_passed": one.worth["passed"],
            "changes": one.changes,
        }
        for one in (_foreseen(regrade, ids) if ids else ())
    ]
    if rows:
        db.session.execute(sa.insert(RegradeResult), rows)
    if len(ids) == COUNTED_AT_ONCE:
        return True
    regrade.state, regrade.digest = RegradeState.PREVIEWED, digest_of(regrade)
    db.session.flush()
    return False


def _foreseen(regrade: Regrade, attempt_ids: list[int]) -> list[Counted]:
    if regrade.kind is CorrectionKind.REMARKED:
        return counted(attempt_ids, graded=remarking.foreseen(regrade))
    return counted(attempt_ids, {regrade.item_version_id: key_after(regrade)})


def key_after(regrade: Regrade) -> KeyInForce:
    """Return how the item version is scored once the correction is in force."""
    return KeyInForce(tuple(regrade.new_answers), {}, regrade.kind)


def recount(*, regrade: Regrade, now: datetime) -> None:
    """Make the preview anew. ``regrade`` is locked."""
    if regrade.state not in (RegradeState.COUNTING, RegradeState.PREVIEWED):
        raise WrongState
    _forget_preview(regrade)
    regrade.state, regrade.digest = RegradeState.COUNTING, None
    db.session.flush()
    _enqueue(regrade, now)


def discard(*, regrade: Regrade) -> None:
    """Give the correction up before it is in force. ``regrade`` is locked."""
    if regrade.state not in (RegradeState.COUNTING, RegradeState.PREVIEWED):
        raise WrongState
    _forget_preview(regrade)
    remarking.forget(regrade)
    regrade.state, regrade.digest = RegradeState.DISCARDED, None
    db.session.flush()


def _forget_preview(regrade: Regrade) -> None:
    db.session.execute(sa.delete(RegradeResult).where(RegradeResult.regrade_id == regrade.id))


def apply_regrade(*, regrade: Regrade, digest: str, actor: Person, now: datetime) -> None:
    """Put the correction in force: from now on everything is scored with it.

    Scores given before follow in portions. Raises PreviewDiffers, and changes nothing, unless
    ``digest`` is the preview's and nothing was scored since; RegradesBusy while another correction
    of the same exams is being applied. ``regrade`` is locked.
    """
    if regrade.state is not RegradeState.PREVIEWED:
        raise WrongState
    exams = _hold_exams(regrade)
    if _others_applying(regrade, exams):
        raise RegradesBusy
    if digest != regrade.digest or outdated(regrade):
        raise PreviewDiffers
    last = sa.select(sa.func.max(Regrade.number)).where(
        Regrade.item_version_id == regrade.item_version_id
    )
    regrade.number = (db.session.scalar(last) or 0) + 1
    regrade.applied_at, regrade.applied_by_id = now, actor.id
    regrade.state = RegradeState.APPLYING
    db.session.flush()
    if regrade.kind is CorrectionKind.REMARKED:
        remarking.put_in_force(regrade, actor=actor, now=now)
    else:
        _record(regrade, actor, now)
    _enqueue(regrade, now)


def _record(regrade: Regrade, actor: Person, now: datetime) -> None:
    record(
        now=now,
        actor_key=actor.public_id,
        action="assessment.key_corrected",
        subject_kind="item_version",
        subject_key=db.session.get_one(ItemVersion, regrade.item_version_id).public_id,
        reason=regrade.reason,
        correction=regrade.kind.value,
        regrade=regrade.public_id,
        preview=regrade.digest,
    )


def _hold_exams(regrade: Regrade) -> list[int]:
    """Wait for those who score the same exams right now, and let others wait for us."""
    statement = (
        sa.select(Assessment.id)
        .join(PoolEntry, PoolEntry.assessment_id == Assessment.id)
        .where(PoolEntry.item_version_id == regrade.item_version_id)
        .order_by(Assessment.id)
        .with_for_update(key_share=True, of=Assessment)
    )
    return list(db.session.scalars(statement))


def _others_applying(regrade: Regrade, exams: list[int]) -> bool:
    statement = (
        sa.select(Regrade.id)
        .join(PoolEntry, PoolEntry.item_version_id == Regrade.item_version_id)
        .where(
            Regrade.state == RegradeState.APPLYING,
            Regrade.id != regrade.id,
            PoolEntry.assessment_id.in_(exams),
        )
    )
    return db.session.scalar(statement.limit(1)) is not None
