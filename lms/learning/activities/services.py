"""Commands on what people do in a course beside reading. Facts are appended, the latest holds."""

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.audit.services import record
from lms.catalog.models import Activity
from lms.core.database import db
from lms.learning.activities.models import (
    AttendanceMark,
    ChecklistTick,
    MentorNaming,
    Presence,
)
from lms.learning.errors import EnrolmentEnded, NotYourOwnMentor
from lms.learning.models import ActivityProgress, Enrolment
from lms.learning.services.progress import complete_activity
from lms.people.models import Person


def mark_attendance(
    *,
    enrolment: Enrolment,
    activity: Activity,
    presence: Presence,
    held_on: date,
    actor: Person,
    now: datetime,
) -> bool:
    """Append whether someone was there; the same again changes nothing. Return whether it did.

    Being there, late too, completes the part. A mark that takes it back reopens the part unless the
    course is completed: what was certified stays, and the registry is where that is corrected.
    """
    latest = latest_mark(enrolment.id, activity.id)
    if latest is not None and (latest.presence, latest.held_on) == (presence, held_on):
        return False
    db.session.add(
        AttendanceMark(
            enrolment_id=enrolment.id,
            activity_id=activity.id,
            presence=presence,
            held_on=held_on,
            marked_at=now,
            marked_by_id=actor.id,
        )
    )
    db.session.flush()
    record(
        now=now,
        actor_key=actor.public_id,
        action="learning.attendance_marked",
        subject_kind="enrolment",
        subject_key=enrolment.public_id,
        activity=activity.key,
        presence=presence.value,
        held_on=held_on.isoformat(),
    )
    _follow(enrolment, activity, is_complete=presence.counts, now=now)
    return True


def latest_mark(enrolment_id: int, activity_id: int) -> AttendanceMark | None:
    """Return the mark that holds."""
    statement = (
        sa.select(AttendanceMark)
        .where(
            AttendanceMark.enrolment_id == enrolment_id, AttendanceMark.activity_id == activity_id
        )
        .order_by(AttendanceMark.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def tick_steps(
    *,
    enrolment: Enrolment,
    activity: Activity,
    steps: Mapping[str, date | None],
    all_steps: Mapping[str, object],
    actor: Person,
    now: datetime,
) -> int:
    """Append what changed among ``steps`` (the day it was done; None: not done); return how many.

    ``all_steps`` are the checklist's by key: it is complete once each of them is ticked.
    """
    standing = ticks_of(enrolment.id, activity.id)
    done = {key: tick.done_on for key, tick in standing.items() if tick.is_done}
    changed = {key: day for key, day in steps.items() if key in all_steps and done.get(key) != day}
    for key, day in changed.items():
        db.session.add(
            ChecklistTick(
                enrolment_id=enrolment.id,
                activity_id=activity.id,
                step_key=key,
                is_done=day is not None,
                done_on=day,
                ticked_at=now,
                ticked_by_id=actor.id,
            )
        )
    db.session.flush()
    if changed:
        record(
            now=now,
            actor_key=actor.public_id,
            action="learning.steps_ticked",
            subject_kind="enrolment",
            subject_key=enrolment.public_id,
            activity=activity.key,
            steps=len(changed),
        )
        ticked = {key for key, tick in ticks_of(enrolment.id, activity.id).items() if tick.is_done}
        _follow(enrolment, activity, is_complete=set(all_steps) <= ticked, now=now)
    return len(changed)


def ticks_of(enrolment_id: int, activity_id: int) -> dict[str, ChecklistTick]:
    """Return the tick that holds for each step that was ever ticked, with who gave it."""
    statement = (
        sa.select(ChecklistTick)
        .where(ChecklistTick.enrolment_id == enrolment_id, ChecklistTick.activity_id == activity_id)
        .order_by(ChecklistTick.id)
        .options(joinedload(ChecklistTick.ticked_by))
    )
    return {tick.step_key: tick for tick in db.session.scalars(statement)}


def name_mentor(
    *, enrolment: Enrolment, mentor: Person | None, actor: Person, now: datetime
) -> None:
    """Say who ticks the enrolment's checklists from now on. Raises NotYourOwnMentor."""
    if mentor is not None and mentor.id == enrolment.learner_id:
        raise NotYourOwnMentor
    db.session.add(
        MentorNaming(
            enrolment_id=enrolment.id,
            mentor_id=mentor.id if mentor else None,
            named_at=now,
            named_by_id=actor.id,
        )
    )
    db.session.flush()
    record(
        now=now,
        actor_key=actor.public_id,
        action="learning.mentor_named",
        subject_kind="enrolment",
        subject_key=enrolment.public_id,
        person_key=mentor.public_id if mentor else None,
    )


def open_document(*, enrolment: Enrolment, activity: Activity, now: datetime) -> None:
    """Count a document as opened; again changes nothing."""
    complete_activity(enrolment=enrolment, activity=activity, now=now)


def _follow(enrolment: Enrolment, activity: Activity, *, is_complete: bool, now: datetime) -> None:
    """Bring the kept state to what the facts give."""
    if enrolment.withdrawn_at is not None:
        raise EnrolmentEnded
    if is_complete:
        complete_activity(enrolment=enrolment, activity=activity, now=now)
    elif enrolment.completed_at is None:
        db.session.execute(
            sa.update(ActivityProgress)
            .where(
                ActivityProgress.enrolment_id == enrolment.id,
                ActivityProgress.activity_id == activity.id,
            )
            .values(completed_at=None)
        )
