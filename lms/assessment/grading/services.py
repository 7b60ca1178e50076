"""Commands: open what is to be graded, take the next one, grade it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.assessment.grading import queries
from lms.assessment.grading.agreement import agreed
from lms.assessment.grading.models import Grading, GradingTask
from lms.assessment.models import Attempt, AttemptItem
from lms.assessment.scoring import GRADED_BY_HAND
from lms.audit.services import record
from lms.core.database import db
from lms.core.errors import Conflict
from lms.people.identity import Viewer
from lms.people.models import Person


class GradedMeanwhile(Conflict):
    """Somebody else graded this answer meanwhile, or the same examiner did."""

    def __init__(self) -> None:
        super().__init__(_l("This answer was graded meanwhile."))


def open_tasks(
    *,
    attempt: Attempt,
    items: Iterable[AttemptItem],
    answers: Mapping[int, Any],
    now: datetime,
) -> None:
    """Let the answers of a settled attempt that a person has to judge wait; once."""
    known = set(
        db.session.scalars(
            sa.select(GradingTask.position).where(GradingTask.attempt_id == attempt.id)
        )
    )
    for item in items:
        by_hand = item.item_version.kind in GRADED_BY_HAND
        if by_hand and answers.get(item.position) is not None and item.position not in known:
            db.session.add(
                GradingTask(
                    attempt_id=attempt.id,
                    position=item.position,
                    item_version_id=item.item_version_id,
                    waiting_since=now,
                )
            )
    db.session.flush()


def take_next(*, viewer: Viewer, now: datetime, question: str = "") -> GradingTask | None:
    """Claim the task that has waited longest, of ``question`` (public id of an item version) first.

    None when nothing waits for this examiner.

    Of two who ask at once each gets another one: the claim is a conditional update.
    """
    for task_id in queries.next_tasks(viewer, now, question):
        claimed = db.session.execute(
            sa.update(GradingTask)
            .where(
                GradingTask.id == task_id,
                GradingTask.done_at.is_(None),
                queries.unclaimed(viewer, now),
            )
            .values(claimed_by_id=viewer.person.id, claimed_at=now)
            .returning(GradingTask.id)
        ).scalar_one_or_none()
        if claimed is not None:
            return db.session.get_one(GradingTask, claimed)
    return None


def grade(
    *,
    task: GradingTask,
    marks: Mapping[str, int],
    comment: str,
    examiner: Person,
    examiners: int,
    now: datetime,
) -> bool:
    """Append what ``examiner`` gives; tell whether the answer is graded with it.

    Raises GradedMeanwhile, writing nothing, when it was graded, or by this examiner before.
    """
    task = db.session.scalars(
        sa.select(GradingTask)
        .where(GradingTask.id == task.id)
        .with_for_update(of=GradingTask)
        .execution_options(populate_existing=True)
    ).one()
    given = db.session.execute(
        sa.select(Grading.examiner_id, Grading.points).where(Grading.task_id == task.id)
    ).all()
    if task.done_at is not None or examiner.id in {row.examiner_id for row in given}:
        raise GradedMeanwhile
    points = sum(marks.values())
    db.session.add(
        Grading(
            task_id=task.id,
            examiner_id=examiner.id,
            graded_at=now,
            marks=dict(marks),
            points=points,
            comment=comment,
        )
    )
    possible = sum(criterion["points"] for criterion in queries.rubric_of(task.item_version_id))
    together = agreed(
        [*(row.points for row in given), points], examiners=examiners, possible=possible
    )
    task.claimed_by_id = task.claimed_at = None
    if together is not None:
        task.done_at, task.points = now, float(together)
    db.session.flush()
    record(
        now=now,
        actor_key=examiner.public_id,
        action="assessment.answer_graded",
        subject_kind="grading_task",
        subject_key=task.public_id,
        points=points,
        done=together is not None,
    )
    return together is not None
