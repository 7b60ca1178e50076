"""Making, changing and retiring a programme. What it gives people follows in a job."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.exc import StaleDataError

from lms.audit.services import record
from lms.core.database import db
from lms.core.jobs import enqueue
from lms.core.unit_of_work import insert
from lms.learning.programmes.definitions import ProgrammeDefinition
from lms.learning.programmes.errors import PostTaken, ProgrammeChanged, ProgrammeKeyTaken
from lms.learning.programmes.models import Programme, ProgrammeStep, ProgrammeStepCourse
from lms.learning.programmes.queries import whole_programme
from lms.learning.programmes.rule.consequences import proposed_steps
from lms.learning.programmes.rule.terms import Move, move_due_dates
from lms.people.models import Person

JOB = "learning.apply_programme"


def define(
    definition: ProgrammeDefinition, *, now: datetime, today: date, actor: Person | None
) -> Programme:
    """Make a programme; its people get what it says in a job.

    Raises ProgrammeKeyTaken and PostTaken. All its courses are known.
    """
    _check_post(definition, None)
    if db.session.scalar(sa.select(Programme.id).where(Programme.key == definition.key)):
        raise ProgrammeKeyTaken
    programme = Programme(
        key=definition.key,
        created_at=now,
        created_by_id=actor.id if actor else None,
        in_force_on=definition.in_force_on or today,
    )
    _say(programme, definition, now)
    insert(programme, PostTaken())
    _set_steps(programme, definition, None, now=now, today=today)
    _note("learning.programme_defined", programme, definition, now, actor)
    _ask(programme, now)
    return whole_programme(programme.id)


def change(
    programme: Programme,
    definition: ProgrammeDefinition,
    *,
    row_version: int,
    now: datetime,
    today: date,
    actor: Person | None,
    moved: Sequence[Move] = (),
) -> Programme:
    """Let a programme say something else; what people were given stays theirs.

    ``moved`` are those of ``terms.moves_of`` that get their new date all the same. ``row_version``
    is the one the form was opened with. Raises ProgrammeChanged and PostTaken.
    """
    if programme.row_version != row_version:
        raise ProgrammeChanged
    _check_post(definition, programme)
    before = whole_programme(programme.id)
    _set_steps(programme, definition, before, now=now, today=today)
    _say(programme, definition, now)
    programme.in_force_on = definition.in_force_on or programme.in_force_on
    programme.changed_here = True
    # The steps are rows of their own: the number tells others that the whole has changed.
    sa.orm.attributes.flag_modified(programme, "title")
    try:
        db.session.flush()
    except StaleDataError as error:
        raise ProgrammeChanged from error
    move_due_dates(moved, programme, actor=actor, now=now)
    _note("learning.programme_changed", programme, definition, now, actor, moved=len(moved))
    _ask(programme, now)
    return whole_programme(programme.id)


def retire(programme: Programme, *, row_version: int, now: datetime, actor: Person) -> None:
    """Take a programme out of use: it gives nobody anything more. Raises ProgrammeChanged.

    Enrolments that it made stay.
    """
    if programme.row_version != row_version or programme.retired_at is not None:
        raise ProgrammeChanged
    programme.retired_at = now
    programme.changed_here = True
    db.session.flush()
    record(
        now=now,
        actor_key=actor.public_id,
        action="learning.programme_retired",
        subject_kind="programme",
        subject_key=programme.public_id,
        key=programme.key,
    )


def _check_post(definition: ProgrammeDefinition, programme: Programme | None) -> None:
    statement = sa.select(Programme.id).where(
        Programme.post == definition.post, Programme.retired_at.is_(None)
    )
    if programme is not None:
        statement = statement.where(Programme.id != programme.id)
    if not definition.is_retired and db.session.scalar(statement) is not None:
        raise PostTaken


def _say(programme: Programme, definition: ProgrammeDefinition, now: datetime) -> None:
    programme.title, programme.summary = definition.title, definition.summary
    programme.post, programme.coverage = definition.post, definition.coverage
    if definition.is_retired:
        programme.retired_at = programme.retired_at or now
    else:
        programme.retired_at = None


def _set_steps(
    programme: Programme,
    definition: ProgrammeDefinition,
    before: Programme | None,
    *,
    now: datetime,
    today: date,
) -> None:
    """Keep the steps that offer the same courses, add the new ones, and take out the others."""
    known = {step.id: step for step in (before.steps if before else ())}
    for position, proposed in enumerate(proposed_steps(definition, before, today=today), start=1):
        step = known.pop(proposed.step_id, None) if proposed.step_id else None
        if step is None:
            step = ProgrammeStep(programme_id=programme.id)
            db.session.add(step)
        step.position, step.days, step.since_on = position, proposed.days, proposed.since_on
        db.session.flush()
        _set_courses(step, proposed.courses)
    for step in known.values():
        step.removed_at = now
    db.session.flush()


def _set_courses(step: ProgrammeStep, courses: tuple[int, ...]) -> None:
    statement = sa.select(ProgrammeStepCourse).where(ProgrammeStepCourse.step_id == step.id)
    known = {row.course_id: row for row in db.session.scalars(statement)}
    for position, course_id in enumerate(courses, start=1):
        row = known.get(course_id)
        if row is None:
            row = ProgrammeStepCourse(step_id=step.id, course_id=course_id)
            db.session.add(row)
        row.position = position
    db.session.flush()


def _note(
    action: str,
    programme: Programme,
    definition: ProgrammeDefinition,
    now: datetime,
    actor: Person | None,
    **details: Any,
) -> None:
    record(
        now=now,
        actor_key=actor.public_id if actor else None,
        action=action,
        subject_kind="programme",
        subject_key=programme.public_id,
        key=programme.key,
        post=programme.post,
        steps=[[list(step.courses), step.days] for step in definition.steps],
        **details,
    )


def _ask(programme: Programme, now: datetime) -> None:
    key = f"{programme.public_id}:{programme.row_version}"
    enqueue(JOB, key=key, now=now, programme=programme.public_id)
