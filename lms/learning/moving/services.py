"""Ordering that people move to a newer version, and moving one enrolment."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.catalog.models import Activity, ActivityKind, CourseVersion
from lms.core.database import db
from lms.core.jobs import enqueue
from lms.learning.models import ActivityProgress, Enrolment
from lms.learning.moving.carrying import carry_over
from lms.learning.moving.models import EnrolmentMove, MoveOrder
from lms.learning.moving.parts import compare_parts
from lms.learning.moving.queries import must_stay
from lms.learning.services.progress import complete_when_done
from lms.people.models import Person

JOB = "learning.move_enrolments"


def order_move(version: CourseVersion, *, actor: Person, now: datetime) -> MoveOrder:
    """Ask that everyone on an earlier version goes on with ``version``, in a job."""
    order = MoveOrder(to_version_id=version.id, asked_by_id=actor.id, asked_at=now)
    db.session.add(order)
    db.session.flush()
    record(
        now=now,
        actor_key=actor.public_id,
        action="learning.move_ordered",
        subject_kind="course_version",
        subject_key=version.public_id,
        number=version.number,
    )
    enqueue(JOB, key=order.public_id, now=now, order=order.public_id)
    return order


def move_enrolment(enrolment_id: int, order: MoveOrder, *, now: datetime) -> bool:
    """Move one enrolment; tell whether it was moved. Doing it again changes nothing.

    Only an open enrolment on an earlier version of the same course moves, and not while its exam
    is under way.
    """
    statement = sa.select(Enrolment).where(Enrolment.id == enrolment_id)
    enrolment = db.session.scalars(
        statement.with_for_update(of=Enrolment)
        .options(joinedload(Enrolment.learner, innerjoin=True))
        .execution_options(populate_existing=True)
    ).one_or_none()
    to = db.session.get_one(CourseVersion, order.to_version_id)
    if enrolment is None or not _goes(enrolment, to):
        return False
    earlier_id = enrolment.version_id
    enrolment.version_id = to.id
    db.session.flush()
    carry_over(enrolment, compare_parts(earlier_id, to.id), now)
    kept = _lessons_kept(enrolment)
    db.session.add(
        EnrolmentMove(
            order_id=order.id,
            enrolment_id=enrolment.id,
            from_version_id=earlier_id,
            to_version_id=to.id,
            moved_at=now,
            kept_lessons=kept,
        )
    )
    db.session.flush()
    _record(enrolment, order, to, kept, now)
    complete_when_done(enrolment, now)
    return True


def _goes(enrolment: Enrolment, to: CourseVersion) -> bool:
    if enrolment.completed_at is not None or enrolment.withdrawn_at is not None:
        return False
    present = db.session.get_one(CourseVersion, enrolment.version_id)
    is_earlier = present.course_id == to.course_id and present.number < to.number
    return is_earlier and not must_stay(enrolment.id)


def _lessons_kept(enrolment: Enrolment) -> int:
    """Return how many lessons of the enrolment's version are read."""
    statement = (
        sa.select(sa.func.count())
        .select_from(ActivityProgress)
        .join(Activity, Activity.id == ActivityProgress.activity_id)
        .where(
            ActivityProgress.enrolment_id == enrolment.id,
            ActivityProgress.completed_at.is_not(None),
            Activity.version_id == enrolment.version_id,
            Activity.kind == ActivityKind.LESSON,
        )
    )
    return db.session.scalar(statement) or 0


def _record(
    enrolment: Enrolment, order: MoveOrder, to: CourseVersion, kept: int, now: datetime
) -> None:
    actor = db.session.get_one(Person, order.asked_by_id)
    record(
        now=now,
        actor_key=actor.public_id,
        action="learning.moved",
        subject_kind="enrolment",
        subject_key=enrolment.public_id,
        person_key=enrolment.learner.public_id,
        version=to.number,
        kept=kept,
    )
