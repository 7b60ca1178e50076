"""Ordering that people move to a newer version, and moving one enrolment."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.core.jobs import enqueue
from lms.learning.models import ActivityProgress, Enrolment, SelfCheckAnswer
from lms.learning.moving.lessons import compare_lessons, other_parts
from lms.learning.moving.models import EnrolmentMove, MoveOrder
from lms.learning.moving.queries import must_stay
from lms.learning.services.enrolling import insert_for
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
    kept = _carry_progress(enrolment, earlier_id, to.id)
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
    enrolment.version_id = to.id
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


def _carry_progress(enrolment: Enrolment, earlier_id: int, later_id: int) -> int:
    """Give the same lessons their progress and answers; return how many read ones were kept."""
    lessons = compare_lessons(earlier_id, later_id).same
    same = {**lessons, **other_parts(earlier_id, later_id)}
    rows = db.session.scalars(
        sa.select(ActivityProgress).where(
            ActivityProgress.enrolment_id == enrolment.id,
            ActivityProgress.activity_id.in_(same),
        )
    ).all()
    progress = [
        {
            "enrolment_id": enrolment.id,
            "activity_id": same[row.activity_id],
            "furthest": row.furthest,
            "place": row.place,
            "placed_at": row.placed_at,
            "opened_at": row.opened_at,
            "completed_at": row.completed_at,
        }
        for row in rows
    ]
    if progress:
        db.session.execute(insert_for(ActivityProgress).on_conflict_do_nothing(), progress)
    _carry_answers(enrolment, lessons)
    return sum(row.completed_at is not None for row in rows if row.activity_id in lessons)


def _carry_answers(enrolment: Enrolment, same: dict[int, int]) -> None:
    """The self-check is the same, so its answers hold; they keep their instants."""
    answers = db.session.scalars(
        sa.select(SelfCheckAnswer)
        .where(SelfCheckAnswer.enrolment_id == enrolment.id, SelfCheckAnswer.activity_id.in_(same))
        .order_by(SelfCheckAnswer.id)
    ).all()
    latest = {(answer.activity_id, answer.check_key): answer for answer in answers}
    db.session.add_all(
        SelfCheckAnswer(
            enrolment_id=enrolment.id,
            activity_id=same[answer.activity_id],
            check_key=answer.check_key,
            chosen=answer.chosen,
            right=answer.right,
            answered_at=answer.answered_at,
        )
        for answer in latest.values()
    )


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
