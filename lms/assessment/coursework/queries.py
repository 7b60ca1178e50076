"""Reads of runs through practices, each in the scope of the learner's own enrolment."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lms.assessment.coursework.models import PracticeRun, RunAnswer, RunQuestion
from lms.assessment.models import Assessment, Item, ItemVersion, PoolEntry
from lms.assessment.practice.met import PRACTISED
from lms.assessment.practice.models import PracticeItem
from lms.catalog.kinds.practice import PracticeDetails
from lms.catalog.models import Activity, final_exam
from lms.core.database import db
from lms.learning.models import Enrolment


def pool(version_id: int, details: PracticeDetails) -> list[int]:
    """Return the ids of the item versions that a practice may ask, as they were published.

    Only of items that are open for practice: the rest of the exam's pool stays unseen.
    """
    statement = (
        sa.select(ItemVersion.id)
        .join(PoolEntry, PoolEntry.item_version_id == ItemVersion.id)
        .join(Assessment, Assessment.id == PoolEntry.assessment_id)
        .join(Activity, Activity.id == Assessment.activity_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(PracticeItem, PracticeItem.item_id == Item.id)
        .where(
            Activity.version_id == version_id,
            final_exam(),  # the pools of one version's exams are the same: the bank of that day
            ItemVersion.topic.in_(details.topics),
            ItemVersion.kind.in_(PRACTISED),
            Item.retired_at.is_(None),
        )
        .order_by(ItemVersion.id)
    )
    if details.level is not None:
        statement = statement.where(ItemVersion.level == details.level)
    return list(db.session.scalars(statement))


def asked_before(enrolment_id: int, activity_id: int) -> dict[int, int]:
    """Return how often each item version was asked in the runs so far."""
    statement = (
        sa.select(RunQuestion.item_version_id, sa.func.count())
        .join(PracticeRun, PracticeRun.id == RunQuestion.run_id)
        .where(PracticeRun.enrolment_id == enrolment_id, PracticeRun.activity_id == activity_id)
        .group_by(RunQuestion.item_version_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def runs_of(enrolment_id: int, activity_id: int) -> Sequence[PracticeRun]:
    """Return the runs so far, the newest first, with their answers."""
    statement = (
        sa.select(PracticeRun)
        .where(PracticeRun.enrolment_id == enrolment_id, PracticeRun.activity_id == activity_id)
        .order_by(PracticeRun.number.desc())
        .options(selectinload(PracticeRun.questions).joinedload(RunQuestion.answer))
    )
    return db.session.scalars(statement).all()


def run_for(learner_id: int, run_key: str, *, lock: bool = False) -> PracticeRun | None:
    """Return the learner's own run with its questions; ``lock``: held until the request's end."""
    statement = (
        sa.select(PracticeRun)
        .join(Enrolment, Enrolment.id == PracticeRun.enrolment_id)
        .where(
            PracticeRun.public_id == run_key,
            Enrolment.learner_id == learner_id,
            Enrolment.withdrawn_at.is_(None),
        )
        .options(
            joinedload(PracticeRun.activity),
            joinedload(PracticeRun.enrolment).joinedload(Enrolment.version),
            selectinload(PracticeRun.questions).options(
                joinedload(RunQuestion.answer), joinedload(RunQuestion.item_version)
            ),
        )
        .execution_options(populate_existing=True)
    )
    if lock:
        statement = statement.with_for_update(of=PracticeRun)
    return db.session.scalars(statement).one_or_none()


def share_of(run: PracticeRun) -> int:
    """Return the percent of a run that was right, rounded down."""
    credits_ = [one.answer.credit for one in run.questions if one.answer is not None]
    return int(100 * sum(credits_) / len(run.questions) + 1e-9) if run.questions else 0


__all__ = ["RunAnswer", "asked_before", "pool", "run_for", "runs_of", "share_of"]
