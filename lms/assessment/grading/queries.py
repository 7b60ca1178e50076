"""Reads of what is to be graded. Scope: candidates within the viewer's GRADE_ANSWERS."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lms.assessment.examining.models import Regrade
from lms.assessment.examining.queries import title_column
from lms.assessment.grading.models import Grading, GradingTask
from lms.assessment.models import (
    Assessment,
    AssessmentSection,
    Attempt,
    Item,
    ItemBank,
    ItemKey,
    ItemVersion,
    PoolEntry,
)
from lms.assessment.scoring import GRADED_BY_HAND
from lms.catalog.models import Activity, Course, CourseVersion
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to

CLAIM_LASTS = timedelta(minutes=60)
OFFERED = 5  # tasks that are tried one after another: another examiner may claim one first
LATEST = 10  # scores shown to whoever gave them
# A grading that judges anew counts once its regrade is applied.
IN_FORCE = sa.or_(
    Grading.regrade_id.is_(None), Grading.regrade.has(Regrade.applied_at.is_not(None))
)
_KIND = sa.type_coerce(ItemVersion.kind, sa.String)
# Of an ``Assessment`` around it: whether its sections may draw what a person has to judge. The pool
# alone doesn't tell: it is the course's whole bank.
MAY_DRAW_HANDWORK = sa.exists().where(
    PoolEntry.assessment_id == Assessment.id,
    ItemVersion.id == PoolEntry.item_version_id,
    ItemVersion.kind.in_(GRADED_BY_HAND),
    AssessmentSection.assessment_id == Assessment.id,
    AssessmentSection.topic == ItemVersion.topic,
    sa.func.coalesce(AssessmentSection.level, ItemVersion.level) == ItemVersion.level,
    sa.func.coalesce(AssessmentSection.kind, _KIND) == _KIND,
)


@dataclass(frozen=True)
class Waiting:
    """How many answers to one item wait for this viewer."""

    question: str  # public id of the item version
    course: dict[str, Any]
    prompt: dict[str, Any]
    count: int
    since: datetime


def _open_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return what the viewer may grade: within scope, not their own, not graded by them yet."""
    graded = sa.exists().where(
        Grading.task_id == GradingTask.id, Grading.examiner_id == viewer.person.id
    )
    return sa.and_(GradingTask.done_at.is_(None), within_reach(viewer), ~graded)


def within_reach(viewer: Viewer) -> sa.ColumnElement[bool]:
    """Return whose answers the viewer judges: within scope, not their own."""
    return sa.and_(
        Attempt.candidate_id != viewer.person.id, visible_to(viewer, Permission.GRADE_ANSWERS)
    )


def unclaimed(viewer: Viewer, now: datetime) -> sa.ColumnElement[bool]:
    """Return what nobody else is reading."""
    return sa.or_(
        GradingTask.claimed_by_id.is_(None),
        GradingTask.claimed_by_id == viewer.person.id,
        GradingTask.claimed_at < now - CLAIM_LASTS,
    )


def waiting_count(viewer: Viewer) -> int:
    """Return how many answers wait for this viewer."""
    statement = (
        sa.select(sa.func.count())
        .select_from(GradingTask)
        .join(Attempt, Attempt.id == GradingTask.attempt_id)
        .join(Person, Person.id == Attempt.candidate_id)
        .where(_open_to(viewer))
    )
    return db.session.scalar(statement) or 0


def waiting(viewer: Viewer) -> list[Waiting]:
    """Return what waits, by item, the longest first."""
    since = sa.func.min(GradingTask.waiting_since)
    counted = (
        sa.select(
            GradingTask.item_version_id, CourseVersion.course_id, sa.func.count().label("count"),
            since.label("since"),
        )
        .join(Attempt, Attempt.id == GradingTask.attempt_id)
        .join(Person, Person.id == Attempt.candidate_id)
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .join(Activity, Activity.id == Assessment.activity_id)
        .join(CourseVersion, CourseVersion.id == Activity.version_id)
        .where(_open_to(viewer))
        .group_by(GradingTask.item_version_id, CourseVersion.course_id)
        .subquery("counted")
    )  # fmt: skip
    statement = (
        sa.select(
            ItemVersion.public_id, title_column(counted.c.course_id),
            ItemVersion.content["prompt"], counted.c.count, counted.c.since,
        )
        .join(ItemVersion, ItemVersion.id == counted.c.item_version_id)
        .join(Course, Course.id == counted.c.course_id)
        .order_by(counted.c.since, ItemVersion.id)
    )  # fmt: skip
    return [Waiting(*row) for row in db.session.execute(statement)]


def next_tasks(viewer: Viewer, now: datetime, question: str = "") -> list[int]:
    """Return the ids of tasks that the viewer may take, their own and the longest waiting first.

    Answers to ``question`` (public id of an item version) stand before all others: whoever reads
    them in one go judges them alike.
    """
    asked = sa.case((ItemVersion.public_id == question, 0), else_=1)
    mine = sa.case((GradingTask.claimed_by_id == viewer.person.id, 0), else_=1)
    statement = (
        sa.select(GradingTask.id)
        .join(Attempt, Attempt.id == GradingTask.attempt_id)
        .join(Person, Person.id == Attempt.candidate_id)
        .join(ItemVersion, ItemVersion.id == GradingTask.item_version_id)
        .where(_open_to(viewer), unclaimed(viewer, now))
        .order_by(asked, mine, GradingTask.waiting_since, GradingTask.id)
        .limit(OFFERED)
    )
    return list(db.session.scalars(statement))


def task_for(viewer: Viewer, public_id: str) -> GradingTask | None:
    """Return a task with its item, if the viewer may grade it; None for any other."""
    statement = (
        sa.select(GradingTask)
        .join(GradingTask.attempt)
        .join(Person, Person.id == Attempt.candidate_id)
        .where(GradingTask.public_id == public_id, _open_to(viewer))
        .options(
            joinedload(GradingTask.item_version),
            joinedload(GradingTask.attempt)
            .joinedload(Attempt.assessment)
            .joinedload(Assessment.activity),
        )
    )
    return db.session.scalars(statement).one_or_none()


def judged_for(viewer: Viewer, public_id: str) -> GradingTask | None:
    """Return a graded task with its item and gradings, if the viewer may judge it anew.

    That is anyone who may grade within the candidate's part of the network, but not the candidate.
    """
    statement = (
        sa.select(GradingTask)
        .join(GradingTask.attempt)
        .join(Person, Person.id == Attempt.candidate_id)
        .where(
            GradingTask.public_id == public_id,
            GradingTask.done_at.is_not(None),
            within_reach(viewer),
        )
        .options(
            joinedload(GradingTask.item_version)
            .joinedload(ItemVersion.item)
            .joinedload(Item.bank)
            .joinedload(ItemBank.course),
            joinedload(GradingTask.attempt)
            .joinedload(Attempt.assessment)
            .joinedload(Assessment.activity),
            selectinload(GradingTask.gradings.and_(IN_FORCE)),
        )
    )
    return db.session.scalars(statement).one_or_none()


def readable_for(viewer: Viewer, public_id: str) -> GradingTask | None:
    """Return a task whose answer the viewer may read: one to grade, or one to judge anew."""
    return task_for(viewer, public_id) or judged_for(viewer, public_id)


def latest_by(viewer: Viewer) -> list[Grading]:
    """Return what the viewer gave last, the newest first, with task and item."""
    statement = (
        sa.select(Grading)
        .where(Grading.examiner_id == viewer.person.id, Grading.regrade_id.is_(None))
        .order_by(Grading.graded_at.desc(), Grading.id.desc())
        .limit(LATEST)
        .options(joinedload(Grading.task).joinedload(GradingTask.item_version))
    )
    return list(db.session.scalars(statement))


def rubric_of(version_id: int) -> list[dict[str, Any]]:
    """Return the criteria of an item version, as its scoring key states them."""
    answer = db.session.scalars(
        sa.select(ItemKey.answer).where(ItemKey.item_version_id == version_id)
    ).one()
    rubric: list[dict[str, Any]] = answer["rubric"]
    return rubric


def graded_points(attempt_ids: Collection[int]) -> dict[int, dict[int, Fraction]]:
    """Return the points of answers that are graded: attempt → position → points."""
    statement = sa.select(GradingTask.attempt_id, GradingTask.position, GradingTask.points).where(
        GradingTask.attempt_id.in_(attempt_ids), GradingTask.done_at.is_not(None)
    )
    found: dict[int, dict[int, Fraction]] = defaultdict(dict)
    for row in db.session.execute(statement):
        # Points are whole, or the mean of two.
        found[row.attempt_id][row.position] = Fraction(row.points or 0).limit_denominator(2)
    return found


def gradings_of(attempt_id: int) -> dict[int, GradingTask]:
    """Return the attempt's graded answers with what was given for them, by position."""
    statement = (
        sa.select(GradingTask)
        .where(GradingTask.attempt_id == attempt_id, GradingTask.done_at.is_not(None))
        .options(selectinload(GradingTask.gradings.and_(IN_FORCE)))
    )
    return {task.position: task for task in db.session.scalars(statement)}
