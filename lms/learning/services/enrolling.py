"""Enrolling people, due dates, withdrawal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from lms.audit.services import record, record_many
from lms.catalog.models import Course, CourseVersion
from lms.catalog.queries import published_version
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.unit_of_work import insert_for
from lms.learning.errors import ChangedMeanwhile, EnrolmentEnded, NothingPublished
from lms.learning.models import Enrolment
from lms.learning.telling.dates import ask_to_tell
from lms.people.models import Person

CHUNK = 1000  # rows in one statement


@dataclass(frozen=True)
class EnrolmentWish:
    """One person to enrol: their row and public id, and the date they should be done by."""

    learner_id: int
    learner_key: str
    due_on: date | None


def enrol(
    *, learner: Person, course: Course, due_on: date | None, actor: Person | None, now: datetime
) -> Enrolment:
    """Give ``learner`` a place in the course's newest published version.

    Someone with an open enrolment in the course keeps it as it is, its due date too. Raises
    NothingPublished.
    """
    wish = EnrolmentWish(learner.id, learner.public_id, due_on)
    enrol_many(wishes=[wish], course=course, actor=actor, now=now)
    statement = sa.select(Enrolment).where(
        Enrolment.learner_id == learner.id,
        Enrolment.course_id == course.id,
        Enrolment.completed_at.is_(None),
        Enrolment.withdrawn_at.is_(None),
    )
    return db.session.scalars(statement).one()


def enrol_many(
    *,
    wishes: Sequence[EnrolmentWish],
    course: Course,
    actor: Person | None,
    now: datetime,
    reason: str = "",
) -> int:
    """Enrol everyone in ``wishes`` who has no open enrolment in the course; return how many.

    ``reason`` goes to the audit log. Costs a few statements for each thousand. Raises
    NothingPublished.
    """
    version = published_version(course)
    if version is None or course.retired_at is not None:
        raise NothingPublished
    made = 0
    for chunk in _chunks(wishes):
        rows = [_row(wish, course, version, actor, now) for wish in chunk]
        keys = {row["public_id"]: (wish, row) for wish, row in zip(chunk, rows, strict=True)}
        db.session.execute(insert_for(Enrolment).on_conflict_do_nothing(), rows)
        kept = _existing(keys)
        made += len(kept)
        record_many(
            now=now,
            actor_key=actor.public_id if actor else None,
            action="learning.enrolled",
            subject_kind="enrolment",
            subjects=[
                (key, wish.learner_key, _details(course, version, wish))
                for key, (wish, _) in keys.items()
                if key in kept
            ],
            reason=reason,
        )
    return made


def _chunks(wishes: Sequence[EnrolmentWish]) -> Iterator[list[EnrolmentWish]]:
    # A person named twice is one wish: the first.
    unique = iter({wish.learner_id: wish for wish in reversed(wishes)}.values())
    while chunk := list(islice(unique, CHUNK)):
        yield chunk


def _row(
    wish: EnrolmentWish,
    course: Course,
    version: CourseVersion,
    actor: Person | None,
    now: datetime,
) -> dict[str, Any]:
    return {
        "public_id": public_id(),
        "row_version": 1,
        "learner_id": wish.learner_id,
        "course_id": course.id,
        "version_id": version.id,
        "enrolled_at": now,
        "enrolled_by_id": actor.id if actor else None,
        "due_on": wish.due_on,
    }


def _existing(keys: dict[str, Any]) -> set[str]:
    statement = sa.select(Enrolment.public_id).where(Enrolment.public_id.in_(keys))
    return set(db.session.scalars(statement))


def _details(course: Course, version: CourseVersion, wish: EnrolmentWish) -> dict[str, Any]:
    due = wish.due_on.isoformat() if wish.due_on else None
    return {"course": course.slug, "version": version.number, "due_on": due}


def set_due(
    *,
    enrolment: Enrolment,
    due_on: date | None,
    row_version: int,
    actor: Person | None,
    now: datetime,
) -> None:
    """Change the date an open enrolment should be completed by; None: no date.

    Where a person does it, the learner is told.
    ``row_version`` is the one the form was opened with. Raises ChangedMeanwhile, EnrolmentEnded.
    """
    _check_open(enrolment, row_version)
    if enrolment.due_on == due_on:
        return
    previous, enrolment.due_on = enrolment.due_on, due_on
    db.session.flush()
    _record(
        enrolment,
        actor,
        now,
        action="learning.due_set",
        due_on=due_on.isoformat() if due_on else None,
        previous=previous.isoformat() if previous else None,
    )
    if actor is not None:  # what a rule does is told by whoever owns the rule
        ask_to_tell([(enrolment.id, previous, due_on)], actor=actor, now=now)


def withdraw(
    *,
    enrolment: Enrolment,
    reason: str,
    row_version: int,
    actor: Person | None,
    now: datetime,
    **details: str,
) -> None:
    """End an open enrolment without completion; what was learnt stays on record.

    ``details`` go to the audit log: why a rule (an actor of None) did it. Raises ChangedMeanwhile,
    EnrolmentEnded.
    """
    _check_open(enrolment, row_version)
    enrolment.withdrawn_at = now
    db.session.flush()
    _record(enrolment, actor, now, action="learning.withdrawn", reason=reason, **details)


def _check_open(enrolment: Enrolment, row_version: int) -> None:
    if enrolment.completed_at is not None or enrolment.withdrawn_at is not None:
        raise EnrolmentEnded
    if enrolment.row_version != row_version:
        raise ChangedMeanwhile


def _record(
    enrolment: Enrolment,
    actor: Person | None,
    now: datetime,
    *,
    action: str,
    reason: str = "",
    **details: Any,
) -> None:
    record(
        now=now,
        actor_key=actor.public_id if actor else None,
        action=action,
        subject_kind="enrolment",
        subject_key=enrolment.public_id,
        person_key=enrolment.learner.public_id,
        reason=reason,
        course=enrolment.course.slug,
        **details,
    )
