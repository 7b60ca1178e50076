"""Commands that give one person, or everybody who sits an exam, more than its rules say."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from lms.assessment.deadlines import deadline, ends_at
from lms.assessment.errors import AlreadyPassed, NobodySits, OwnExam
from lms.assessment.models import Attempt
from lms.assessment.rules.allowances import (
    entries_of_many,
    extensions_of,
    grants_of,
    more_time,
    one_at_a_time,
    open_attempts,
)
from lms.assessment.rules.codes import exam_named
from lms.assessment.rules.models import (
    AllowanceKind,
    ExamAllowance,
    ExamExtension,
    ExtendedAttempt,
)
from lms.audit.services import record, record_many
from lms.catalog.models import FINAL_EXAM, Course
from lms.core.database import db
from lms.core.settings import Settings
from lms.learning.models import Enrolment
from lms.people.models import Person

# The most of each that one entry may give.
MOST = {AllowanceKind.MINUTES: 480, AllowanceKind.PERCENT: 300, AllowanceKind.ATTEMPTS: 10}


def grant_allowance(
    *,
    enrolment: Enrolment,
    exam_key: str = FINAL_EXAM,
    kind: AllowanceKind,
    amount: int,
    reason: str,
    key: str,
    actor: Person,
    now: datetime,
    settings: Settings,
) -> ExamAllowance:
    """Allow the enrolment's learner more time or attempts at an exam.

    An open attempt gets the time at once.

    ``key`` is the entry's public id, made with the form: the same form sent twice is one entry.
    Raises OwnExam, and AlreadyPassed when the enrolment has ended.
    """
    one_at_a_time(enrolment)
    known = db.session.scalars(sa.select(ExamAllowance).where(ExamAllowance.public_id == key))
    if (entry := known.one_or_none()) is not None:
        return entry
    _refuse(enrolment, actor)
    entry = ExamAllowance(
        public_id=key,
        enrolment_id=enrolment.id,
        exam_key=exam_key,
        kind=kind,
        amount=amount,
        reason=reason,
        granted_at=now,
        granted_by_id=actor.id,
    )
    db.session.add(entry)
    db.session.flush()
    refresh_deadlines(open_attempts([enrolment.id]), settings)
    record(
        now=now,
        actor_key=actor.public_id,
        action="assessment.allowance_granted",
        subject_kind="enrolment",
        subject_key=enrolment.public_id,
        person_key=_learner_key(enrolment),
        reason=reason,
        kind=kind.value,
        amount=amount,
        **exam_named(exam_key),
        entry=entry.public_id,
    )
    return entry


def withdraw_allowance(
    *,
    enrolment: Enrolment,
    entry: ExamAllowance,
    reason: str,
    actor: Person,
    now: datetime,
) -> ExamAllowance:
    """Take an allowance back by a further entry; again: nothing happens.

    A running attempt keeps the time it was given.
    """
    one_at_a_time(enrolment)
    statement = sa.select(ExamAllowance).where(ExamAllowance.withdraws_id == entry.id)
    if (known := db.session.scalars(statement).one_or_none()) is not None:
        return known
    _refuse(enrolment, actor)
    withdrawal = ExamAllowance(
        enrolment_id=enrolment.id,
        exam_key=entry.exam_key,
        kind=AllowanceKind.WITHDRAWAL,
        amount=0,
        withdraws_id=entry.id,
        reason=reason,
        granted_at=now,
        granted_by_id=actor.id,
    )
    db.session.add(withdrawal)
    db.session.flush()
    record(
        now=now,
        actor_key=actor.public_id,
        action="assessment.allowance_withdrawn",
        subject_kind="enrolment",
        subject_key=enrolment.public_id,
        person_key=_learner_key(enrolment),
        reason=reason,
        entry=entry.public_id,
        **exam_named(entry.exam_key),
    )
    return withdrawal


def _refuse(enrolment: Enrolment, actor: Person) -> None:
    if enrolment.learner_id == actor.id:
        raise OwnExam
    if enrolment.completed_at is not None or enrolment.withdrawn_at is not None:
        raise AlreadyPassed


def _learner_key(enrolment: Enrolment) -> str:
    return db.session.get_one(Person, enrolment.learner_id).public_id


def extend_open_attempts(
    *,
    course: Course,
    exam_key: str = FINAL_EXAM,
    enrolment_ids: Sequence[int],
    minutes: int,
    reason: str,
    actor: Person,
    now: datetime,
    settings: Settings,
) -> list[Attempt]:
    """Give all open attempts of ``enrolment_ids`` at an exam more time after an incident.

    Return them. One's own is left out. Raises NobodySits when there is none that could still be
    answered.
    """
    grace = settings.exam_grace_seconds
    attempts = [
        attempt
        for attempt in open_attempts(enrolment_ids)
        if attempt.exam_key == exam_key
        and attempt.candidate_id != actor.id
        and now <= ends_at(attempt.deadline_at, grace)
    ]
    if not attempts:
        raise NobodySits
    extension = ExamExtension(
        course_id=course.id,
        exam_key=exam_key,
        minutes=minutes,
        reason=reason,
        granted_at=now,
        granted_by_id=actor.id,
    )
    db.session.add(extension)
    db.session.flush()
    db.session.execute(
        sa.insert(ExtendedAttempt),
        [{"attempt_id": one.id, "extension_id": extension.id} for one in attempts],
    )
    refresh_deadlines(attempts, settings)
    people = sa.select(Person.id, Person.public_id).where(
        Person.id.in_([one.candidate_id for one in attempts])
    )
    keys = {row.id: row.public_id for row in db.session.execute(people)}
    record(
        now=now,
        actor_key=actor.public_id,
        action="assessment.exam_extended",
        subject_kind="course",
        subject_key=course.public_id,
        reason=reason,
        minutes=minutes,
        attempts=len(attempts),
        **exam_named(exam_key),
    )
    record_many(
        now=now,
        actor_key=actor.public_id,
        action="assessment.attempt_extended",
        subject_kind="attempt",
        subjects=[
            (one.public_id, keys[one.candidate_id], {"minutes": minutes}) for one in attempts
        ],
    )
    return attempts


def refresh_deadlines(attempts: Sequence[Attempt], settings: Settings) -> None:
    """Write what ``deadlines.deadline`` gives for each attempt; their exams must be loaded."""
    if not attempts:
        return
    entries = entries_of_many([attempt.enrolment_id for attempt in attempts])
    extensions = extensions_of([attempt.id for attempt in attempts])
    for attempt in attempts:
        attempt.deadline_at = deadline(
            attempt.started_at,
            attempt.assessment.minutes,
            more_time(
                grants_of(entries.get((attempt.enrolment_id, attempt.exam_key), ())),
                extensions.get(attempt.id, ()),
            ),
            grace_seconds=settings.exam_grace_seconds,
            closes_at=attempt.assessment.closes_at,
        )
    db.session.flush()
