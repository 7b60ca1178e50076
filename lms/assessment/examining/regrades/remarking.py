"""A remark: one answer that people judge is judged anew. What is its own; the rest is a regrade."""

from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.assessment.examining.errors import PreviewDiffers
from lms.assessment.examining.models import Regrade
from lms.assessment.grading.models import Grading, GradingTask
from lms.assessment.models import Attempt
from lms.audit.services import record
from lms.core.database import db
from lms.people.models import Person


def grading_of(regrade: Regrade) -> Grading | None:
    """Return what a remark gives, with its task; None once the answer was erased."""
    statement = (
        sa.select(Grading)
        .where(Grading.regrade_id == regrade.id)
        .options(joinedload(Grading.task).joinedload(GradingTask.attempt))
    )
    return db.session.scalars(statement).one_or_none()


def foreseen(regrade: Regrade) -> dict[int, dict[int, Fraction]]:
    """Return the points that a remark would give: attempt → position → points."""
    grading = grading_of(regrade)
    if grading is None:
        return {}
    return {grading.task.attempt_id: {grading.task.position: Fraction(grading.points)}}


def attempt_of(regrade: Regrade) -> sa.ColumnElement[bool]:
    """Return the condition 'the attempt is the one whose answer is judged anew'."""
    return Attempt.id.in_(
        sa.select(GradingTask.attempt_id)
        .join(Grading, Grading.task_id == GradingTask.id)
        .where(Grading.regrade_id == regrade.id)
    )


def put_in_force(regrade: Regrade, *, actor: Person, now: datetime) -> None:
    """Let the answer be worth what the remark gives. Raises PreviewDiffers when it was erased."""
    grading = grading_of(regrade)
    if grading is None:
        raise PreviewDiffers
    before, grading.task.points = grading.task.points, float(grading.points)
    db.session.flush()
    record(
        now=now,
        actor_key=actor.public_id,
        action="assessment.answer_remarked",
        subject_kind="grading_task",
        subject_key=grading.task.public_id,
        person_key=db.session.get_one(Person, grading.task.attempt.candidate_id).public_id,
        reason=regrade.reason,
        regrade=regrade.public_id,
        preview=regrade.digest,
        points=grading.points,
        previous=before,
    )


def forget(regrade: Regrade) -> None:
    """Delete what a remark that is given up would have given."""
    db.session.execute(sa.delete(Grading).where(Grading.regrade_id == regrade.id))
