"""Progress in lessons and the completion of courses."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from lms.audit.services import record
from lms.catalog.models import Activity, ActivityKind, Course
from lms.catalog.rendering import Check
from lms.core.database import UTCDateTime, db, execute
from lms.core.unit_of_work import dialect_name, insert_for
from lms.learning import events, policies
from lms.learning.errors import ChecksUnanswered, TimeNotSpent, UnknownChoice
from lms.learning.models import ActivityProgress, BlockResponse, Enrolment, SelfCheckAnswer
from lms.learning.services.reading_time import minutes_missing, note_beat
from lms.people.models import Person

END = 1000  # permille: the whole lesson was seen


# Made once: each part that is completed asks both.
_ENROLMENT = sa.bindparam("enrolment", type_=sa.Integer)
PARTS = (
    sa.select(
        ActivityProgress.completed_at.is_not(None).label("is_done"),
        Activity.key,
        Activity.is_optional,
        Activity.kind,
        Activity.after,
        Activity.after_modules,
    )
    .select_from(Activity)
    .outerjoin(
        ActivityProgress,
        sa.and_(
            ActivityProgress.activity_id == Activity.id,
            ActivityProgress.enrolment_id == _ENROLMENT,
        ),
    )
    .where(Activity.version_id == sa.bindparam("version", type_=sa.Integer))
    .order_by(Activity.position, Activity.id)
)
PASSED = (
    sa.select(Activity.key)
    .join(ActivityProgress, ActivityProgress.activity_id == Activity.id)
    .where(
        ActivityProgress.enrolment_id == _ENROLMENT,
        ActivityProgress.completed_at.is_not(None),
        Activity.kind == ActivityKind.EXAM,
    )
)


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
    language: str | None = None,
) -> Reading:
    """Record where the reader is and how far the lesson has been seen, both in permille.

    ``furthest`` never goes back, and of two places the one with the later ``placed_at`` stays: the
    order in which records arrive changes nothing. A ``placed_at`` in the future counts as ``now``.
    The lesson is complete once what its author asks for is met: seen to its end, each of
    ``checks`` answered, the least time spent. ``language`` is that of the text which was read.
    """
    reading = _upsert(
        enrolment,
        activity,
        place=min(max(place, 0), END),
        furthest=min(max(furthest, 0), END),
        placed_at=min(placed_at, now),
        now=now,
        language=language,
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
    language: str | None = None,
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
    reading = _upsert(
        enrolment, activity, place=0, furthest=0, placed_at=None, now=now, language=language
    )
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


def touch_activity(
    *,
    enrolment: Enrolment,
    activity: Activity,
    questions: Collection[str] | None,
    now: datetime,
    language: str | None = None,
) -> None:
    """Record that the learner worked in the lesson, and complete it if that was what it lacked.

    ``questions`` are the keys that need an answer; None: nothing was answered.
    """
    reading = _upsert(
        enrolment, activity, place=0, furthest=0, placed_at=None, now=now, language=language
    )
    if questions is not None:
        _complete_when_read(enrolment, activity, reading, questions, now)


def mark_read(
    *,
    enrolment: Enrolment,
    activity: Activity,
    checks: Collection[str],
    now: datetime,
    language: str | None = None,
) -> None:
    """Complete a lesson because its reader says so.

    Raises ChecksUnanswered, with the keys in the lesson's order, while a self-check has no answer,
    and TimeNotSpent while the lesson's least time isn't spent.
    """
    missing = policies.open_checks(checks, _answered(enrolment, activity))
    if missing and activity.needs_checks:
        raise ChecksUnanswered(missing)
    minutes = minutes_missing(enrolment, activity)
    if minutes:
        raise TimeNotSpent(minutes)
    reading = _upsert(
        enrolment, activity, place=END, furthest=END, placed_at=now, now=now, language=language
    )
    _complete_when_read(enrolment, activity, reading, checks, now)


def complete_activity(
    *,
    enrolment: Enrolment,
    activity: Activity,
    now: datetime,
    basis: Mapping[str, Any] | None = None,
) -> None:
    """Record that an activity is complete, and the course when that meets its completion rule.

    Of an exam: that it is passed. Doing it again changes nothing. ``basis`` are plain facts on what
    was shown (the attempt's public id, its percent); they go with the event of the course's
    completion.
    """
    reading = _upsert(enrolment, activity, place=END, furthest=END, placed_at=now, now=now)
    if not reading.completed:
        _set_completed(enrolment, activity, now)
        if activity.kind is ActivityKind.EXAM:
            events.exam_passed.send(enrolment, exam=activity.key, now=now)
    elif activity.kind is ActivityKind.EXAM:
        events.exam_passed_again.send(
            enrolment, exam=activity.key, basis=dict(basis or {}), now=now
        )
    _complete_enrolment_when_done(enrolment, now, dict(basis or {}))


def _upsert(
    enrolment: Enrolment,
    activity: Activity,
    *,
    place: int,
    furthest: int,
    placed_at: datetime | None,
    now: datetime,
    language: str | None = None,
) -> Reading:
    """Write progress so that the result doesn't depend on the order of arrival.

    Without ``placed_at`` the place stays where it is. The language stays once a lesson is complete.
    """
    statement = _upserting(dialect_name(), moves=placed_at is not None)
    row = execute(
        statement,
        {
            "enrolment_id": enrolment.id,
            "activity_id": activity.id,
            "place": place,
            "furthest": furthest,
            "placed_at": placed_at or now,
            "opened_at": now,
            "language": language,
        },
    ).one()
    _start(enrolment, now)
    return Reading(row.furthest, row.place, row.completed_at is not None)


@cache
def _upserting(_dialect: str, *, moves: bool) -> Any:
    """Return the statement of ``_upsert``, made once: readers ask it every few seconds."""
    table = ActivityProgress.__table__
    insert = insert_for(table)
    new, old = insert.excluded, table.c
    changes = {"furthest": sa.case((new.furthest > old.furthest, new.furthest), else_=old.furthest)}
    read_on = sa.and_(old.completed_at.is_(None), new.language.is_not(None))
    changes["language"] = sa.case((read_on, new.language), else_=old.language)
    if moves:
        later = new.placed_at > old.placed_at
        changes["place"] = sa.case((later, new.place), else_=old.place)
        changes["placed_at"] = sa.case((later, new.placed_at), else_=old.placed_at)
    return insert.on_conflict_do_update(
        index_elements=["enrolment_id", "activity_id"], set_=changes
    ).returning(old.furthest, old.place, old.completed_at)


COMPLETE = (
    sa.update(ActivityProgress.__table__)
    .where(
        ActivityProgress.enrolment_id == _ENROLMENT,
        ActivityProgress.activity_id == sa.bindparam("activity", type_=sa.Integer),
        ActivityProgress.completed_at.is_(None),
    )
    .values(completed_at=sa.bindparam("now", type_=UTCDateTime()))
)
FINISH = (
    sa.update(Enrolment.__table__)
    .where(
        Enrolment.id == _ENROLMENT,
        Enrolment.completed_at.is_(None),
        Enrolment.withdrawn_at.is_(None),
    )
    .values(
        completed_at=sa.bindparam("now", type_=UTCDateTime()),
        row_version=Enrolment.row_version + 1,
    )
    .returning(Enrolment.row_version, Enrolment.started_at)
)
# Not an edit by a person: the row version stays, so no open form is turned away by it.
START = (
    sa.update(Enrolment.__table__)
    .where(Enrolment.id == _ENROLMENT, Enrolment.started_at.is_(None))
    .values(started_at=sa.bindparam("now", type_=UTCDateTime()))
)


def _start(enrolment: Enrolment, now: datetime) -> None:
    if enrolment.started_at is None:
        execute(START, {"enrolment": enrolment.id, "now": now})
        set_committed_value(enrolment, "started_at", now)


def _complete_when_read(
    enrolment: Enrolment,
    activity: Activity,
    reading: Reading,
    checks: Collection[str],
    now: datetime,
) -> Reading:
    if reading.completed:
        return reading
    if activity.least_minutes:
        note_beat(enrolment, activity, now)
    if activity.needs_end and reading.furthest < END:
        return reading
    asked = checks if activity.needs_checks else ()
    if asked and policies.open_checks(asked, _answered(enrolment, activity)):
        return reading
    if minutes_missing(enrolment, activity):
        return reading
    _set_completed(enrolment, activity, now)
    _complete_enrolment_when_done(enrolment, now, {})
    return Reading(reading.furthest, reading.place, completed=True)


def _answered(enrolment: Enrolment, activity: Activity) -> set[str]:
    checks = sa.select(SelfCheckAnswer.check_key).where(
        SelfCheckAnswer.enrolment_id == enrolment.id,
        SelfCheckAnswer.activity_id == activity.id,
    )
    exercises = sa.select(BlockResponse.block_key).where(
        BlockResponse.enrolment_id == enrolment.id,
        BlockResponse.activity_id == activity.id,
    )
    return set(db.session.scalars(checks.union(exercises)))


def _set_completed(enrolment: Enrolment, activity: Activity, now: datetime) -> None:
    names = {"enrolment": enrolment.id, "activity": activity.id, "now": now}
    execute(COMPLETE, names)


def complete_when_done(enrolment: Enrolment, now: datetime) -> None:
    """Complete an enrolment whose version changed, if it meets the completion rule now."""
    _complete_enrolment_when_done(enrolment, now, {})


def _complete_enrolment_when_done(
    enrolment: Enrolment, now: datetime, basis: dict[str, Any]
) -> None:
    if not _is_done(enrolment):
        return
    # Of two requests that meet the rule at once, one changes the row and tells the domains above.
    db.session.flush()
    finished = execute(FINISH, {"enrolment": enrolment.id, "now": now}).one_or_none()
    if finished is None:
        return
    _note_finished(enrolment, completed_at=now, **finished._asdict())
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


def _note_finished(enrolment: Enrolment, **values: Any) -> None:
    """Let the session know what was written, with the learner and the course."""
    values["learner"] = db.session.get_one(Person, enrolment.learner_id)
    values["course"] = db.session.get_one(Course, enrolment.course_id)
    for name, value in values.items():
        set_committed_value(enrolment, name, value)


def _is_done(enrolment: Enrolment) -> bool:
    """Tell whether the completion rule is met.

    An exam passed in a version that the enrolment was at before it was moved counts: an answer may
    be graded, or a key corrected, after the move.
    """
    passed = _passed_exams(enrolment)
    parts = [
        policies.PartState(
            bool(row.is_done) or (row.kind is ActivityKind.EXAM and row.key in passed),
            row.is_optional,
            covers=row.kind is ActivityKind.EXAM and not row.after and not row.after_modules,
            is_exam=row.kind is ActivityKind.EXAM,
        )
        for row in execute(PARTS, {"version": enrolment.version_id, "enrolment": enrolment.id})
    ]
    return policies.is_complete(parts)


def _passed_exams(enrolment: Enrolment) -> set[str]:
    """Return the keys of the exams that were passed, in whichever version."""
    return set(execute(PASSED, {"enrolment": enrolment.id}).scalars())
