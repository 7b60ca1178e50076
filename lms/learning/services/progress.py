"""Progress in lessons and the completion of courses."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.audit.services import record
from lms.catalog.models import Activity, ActivityKind
from lms.catalog.rendering import Check
from lms.core.database import db
from lms.learning import events, policies
from lms.learning.errors import ChecksUnanswered, UnknownChoice
from lms.learning.models import ActivityProgress, Enrolment, SelfCheckAnswer
from lms.learning.services.enrolling import insert_for

END = 1000  # permille: the whole lesson was seen


@dataclass(frozen=True)
class Reading:
    """How far a lesson is read, after what was just recorded."""

    furthest: int
    place: int
    completed: bool


def open_activity(*, enrolment: Enrolment, activity: Activity, now: datetime) -> None:
    """Record that the learner has opened the activity; again changes nothing."""
    _upsert(enrolment, activity, place=0, furthest=0, placed_at=now, now=now)


def record_place(
    *,
    enrolment: Enrolment,
    activity: Activity,
    place: int,
    furthest: int,
    placed_at: datetime,
    checks: Collection[str],
    now: datetime,
) -> Reading:
    """Record where the reader is and how far the lesson has been seen, both in permille.

    ``furthest`` never goes back, and of two places the one with the later ``placed_at`` stays: the
    order in which records arrive changes nothing. A ``placed_at`` in the future counts as ``now``.
    The lesson is complete once it was seen to its end and each of ``checks`` has an answer.
    """
    reading = _upsert(
        enrolment,
        activity,
        place=min(max(place, 0), END),
        furthest=min(max(furthest, 0), END),
        placed_at=min(placed_at, now),
        now=now,
    )
    return _complete_when_read(enrolment, activity, reading, checks, now)


def answer_check(
    *,
    enrolment: Enrolment,
    activity: Activity,
    check: Check,
    chosen: Collection[str],
    checks: Collection[str],
    now: datetime,
) -> bool:
    """Append an answer to a self-check; return whether it is right.

    Any answer counts for the lesson's completion: a self-check teaches, it doesn't examine. Raises
    UnknownChoice unless at least one option is chosen and all are options of the check.
    """
    known = {option.key for option in check.options}
    picked = sorted(set(chosen))
    if not picked or not known.issuperset(picked):
        raise UnknownChoice
    right = frozenset(picked) == check.right_keys
    reading = _upsert(enrolment, activity, place=0, furthest=0, placed_at=None, now=now)
    db.session.add(
        SelfCheckAnswer(
            enrolment_id=enrolment.id,
            activity_id=activity.id,
            check_key=check.key,
            chosen=picked,
            right=right,
            answered_at=now,
        )
    )
    db.session.flush()
    _complete_when_read(enrolment, activity, reading, checks, now)
    return right


def mark_read(
    *, enrolment: Enrolment, activity: Activity, checks: Collection[str], now: datetime
) -> None:
    """Complete a lesson because its reader says so.

    Raises ChecksUnanswered, with the keys in the lesson's order, while a self-check has no answer.
    """
    missing = policies.open_checks(checks, _answered(enrolment, activity))
    if missing:
        raise ChecksUnanswered(missing)
    reading = _upsert(enrolment, activity, place=END, furthest=END, placed_at=now, now=now)
    _complete_when_read(enrolment, activity, reading, (), now)


def complete_activity(
    *,
    enrolment: Enrolment,
    activity: Activity,
    now: datetime,
    basis: Mapping[str, Any] | None = None,
) -> None:
    """Record that an activity is complete, and the course when that meets its completion rule.

    Doing it again changes nothing. ``basis`` are plain facts on what was shown (the attempt's
    public id, its percent); they go with the event of the course's completion.
    """
    reading = _upsert(enrolment, activity, place=END, furthest=END, placed_at=now, now=now)
    if not reading.completed:
        _set_completed(enrolment, activity, now)
    _complete_enrolment_when_done(enrolment, now, dict(basis or {}))


def _upsert(
    enrolment: Enrolment,
    activity: Activity,
    *,
    place: int,
    furthest: int,
    placed_at: datetime | None,
    now: datetime,
) -> Reading:
    """Write progress so that the result doesn't depend on the order of arrival.

    Without ``placed_at`` the place stays where it is.
    """
    insert = insert_for(ActivityProgress).values(
        enrolment_id=enrolment.id,
        activity_id=activity.id,
        place=place,
        furthest=furthest,
        placed_at=placed_at or now,
        opened_at=now,
    )
    new, old = insert.excluded, ActivityProgress
    changes = {"furthest": sa.case((new.furthest > old.furthest, new.furthest), else_=old.furthest)}
    if placed_at is not None:
        later = new.placed_at > old.placed_at
        changes["place"] = sa.case((later, new.place), else_=old.place)
        changes["placed_at"] = sa.case((later, new.placed_at), else_=old.placed_at)
    statement = insert.on_conflict_do_update(
        index_elements=["enrolment_id", "activity_id"], set_=changes
    ).returning(old.furthest, old.place, old.completed_at)
    row = db.session.execute(statement).one()
    _start(enrolment, now)
    return Reading(row.furthest, row.place, row.completed_at is not None)


def _start(enrolment: Enrolment, now: datetime) -> None:
    if enrolment.started_at is None:
        started = sa.update(Enrolment).where(
            Enrolment.id == enrolment.id, Enrolment.started_at.is_(None)
        )
        # Not an edit by a person: the row version stays, so no open form is turned away by it.
        db.session.execute(started.values(started_at=now))


def _complete_when_read(
    enrolment: Enrolment,
    activity: Activity,
    reading: Reading,
    checks: Collection[str],
    now: datetime,
) -> Reading:
    if reading.completed or reading.furthest < END:
        return reading
    if checks and policies.open_checks(checks, _answered(enrolment, activity)):
        return reading
    _set_completed(enrolment, activity, now)
    _complete_enrolment_when_done(enrolment, now, {})
    return Reading(reading.furthest, reading.place, completed=True)


def _answered(enrolment: Enrolment, activity: Activity) -> set[str]:
    statement = sa.select(SelfCheckAnswer.check_key).where(
        SelfCheckAnswer.enrolment_id == enrolment.id,
        SelfCheckAnswer.activity_id == activity.id,
    )
    return set(db.session.scalars(statement))


def _set_completed(enrolment: Enrolment, activity: Activity, now: datetime) -> None:
    db.session.execute(
        sa.update(ActivityProgress)
        .where(
            ActivityProgress.enrolment_id == enrolment.id,
            ActivityProgress.activity_id == activity.id,
            ActivityProgress.completed_at.is_(None),
        )
        .values(completed_at=now)
    )


def complete_when_done(enrolment: Enrolment, now: datetime) -> None:
    """Complete an enrolment whose version changed, if it meets the completion rule now."""
    _complete_enrolment_when_done(enrolment, now, {})


def _complete_enrolment_when_done(
    enrolment: Enrolment, now: datetime, basis: dict[str, Any]
) -> None:
    if not _is_done(enrolment):
        return
    # Of two requests that meet the rule at once, one changes the row and tells the domains above.
    changed = db.session.execute(
        sa.update(Enrolment)
        .where(
            Enrolment.id == enrolment.id,
            Enrolment.completed_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
        )
        .values(completed_at=now, row_version=Enrolment.row_version + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        return
    db.session.refresh(
        enrolment, ["completed_at", "row_version", "started_at", "learner", "course"]
    )
    record(
        now=now,
        actor_key=None,
        action="learning.completed",
        subject_kind="enrolment",
        subject_key=enrolment.public_id,
        person_key=enrolment.learner.public_id,
        course=enrolment.course.slug,
    )
    events.enrolment_completed.send(enrolment, now=now, basis=basis)


def _is_done(enrolment: Enrolment) -> bool:
    """Tell whether the completion rule is met.

    An exam passed in a version that the enrolment was at before it was moved counts: an answer may
    be graded, or a key corrected, after the move.
    """
    statement = (
        sa.select(Activity.kind, ActivityProgress.completed_at.is_not(None))
        .outerjoin(
            ActivityProgress,
            sa.and_(
                ActivityProgress.activity_id == Activity.id,
                ActivityProgress.enrolment_id == enrolment.id,
            ),
        )
        .where(Activity.version_id == enrolment.version_id)
    )
    rows = [(kind, bool(done)) for kind, done in db.session.execute(statement)]
    has_exam = any(kind is ActivityKind.EXAM for kind, _done in rows)
    lessons = [done for kind, done in rows if kind is ActivityKind.LESSON]
    return policies.is_complete(
        has_exam=has_exam,
        exam_passed=has_exam and _passed_an_exam(enrolment),
        lessons=len(lessons),
        lessons_read=sum(lessons),
    )


def _passed_an_exam(enrolment: Enrolment) -> bool:
    statement = (
        sa.select(ActivityProgress.id)
        .join(Activity, Activity.id == ActivityProgress.activity_id)
        .where(
            ActivityProgress.enrolment_id == enrolment.id,
            ActivityProgress.completed_at.is_not(None),
            Activity.kind == ActivityKind.EXAM,
        )
    )
    return db.session.scalar(statement.limit(1)) is not None
