"""What a programme would do, before it is saved; and one person's dates in it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import current_app

from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.programmes.definitions import ProgrammeDefinition, StepDefinition
from lms.learning.programmes.models import Programme, ProgrammeAssignment, ProgrammeStep
from lms.learning.programmes.policies import Decision, Outcome, decide, due_on
from lms.learning.programmes.queries import courses_named
from lms.learning.programmes.rule.members import (
    Member,
    People,
    Reach,
    Records,
    at_post,
    members,
    records,
    taught,
)


@dataclass(frozen=True)
class Proposed:
    """A step as it would be: what it gives, since when, and the stored one that it continues."""

    courses: tuple[int, ...]
    slugs: tuple[str, ...]
    days: int
    since_on: date
    step_id: int | None


@dataclass(frozen=True)
class Consequence:
    """What saving would mean today."""

    people: int  # whom the programme concerns
    enrolments: int  # that it makes at once
    counted: int  # steps that are fulfilled already: completed and still valid
    joined: int  # steps whose course the person is on already
    choices: int  # that wait for the person
    late: int  # of the new enrolments, those whose term is over on day one
    waiting: int  # steps of which nothing is published


@dataclass(frozen=True)
class DatedStep:
    """One step of one person: its courses, its last day, and what would happen."""

    slugs: tuple[str, ...]
    due_on: date
    outcome: Outcome
    chosen: str | None = None  # the course that counts


def proposed_steps(
    definition: ProgrammeDefinition, programme: Programme | None, *, today: date
) -> list[Proposed]:
    """Return the steps of a definition as saving it over ``programme`` would make them.

    A step is the same one as long as it offers the same courses.
    """
    courses = courses_named(definition.slugs)
    known = {
        frozenset(one.course_id for one in step.choices): step
        for step in (programme.steps if programme else ())
    }
    first = definition.in_force_on or today
    found = []
    for step in definition.steps:
        ids = tuple(courses[slug].id for slug in step.courses)
        kept = known.get(frozenset(ids))
        since = _since(step, kept, programme, first, today)
        found.append(Proposed(ids, step.courses, step.days, since, kept.id if kept else None))
    return found


def _since(
    step: StepDefinition,
    kept: ProgrammeStep | None,
    programme: Programme | None,
    first: date,
    today: date,
) -> date:
    """Since when a step's term counts: one that comes in later counts from that day."""
    if step.since_on is not None:
        return step.since_on
    if kept is not None and programme is not None:
        return first if kept.since_on == programme.in_force_on else kept.since_on
    return first if programme is None else max(first, today)


def consequence(
    definition: ProgrammeDefinition, programme: Programme | None, *, today: date
) -> Consequence:
    """Return what saving ``definition`` (over ``programme``) would mean. Writes nothing."""
    steps = proposed_steps(definition, programme, today=today)
    reach = Reach(definition.post, definition.coverage, definition.in_force_on or today)
    concerned = members(reach, today)
    offered = taught({course for step in steps for course in step.courses})
    counts: Counter[Outcome] = Counter()
    late = 0
    known = _records(at_post(reach, today), steps, today)
    for member in concerned:
        for step, decision in _decisions(member, steps, offered, known):
            counts[decision.outcome] += 1
            if decision.outcome is Outcome.ENROL:
                late += due_on(member.begins_on, step.since_on, step.days) < today
    return Consequence(
        people=len(concerned),
        enrolments=counts[Outcome.ENROL],
        counted=counts[Outcome.COUNT],
        joined=counts[Outcome.JOIN],
        choices=counts[Outcome.CHOOSE],
        late=late,
        waiting=counts[Outcome.WAIT],
    )


def _records(people: People, steps: Sequence[Proposed], today: date) -> Records:
    return records(
        people,
        {course for step in steps for course in step.courses},
        [step.step_id for step in steps if step.step_id is not None],
        today=today,
        time_zone=current_app.config["SETTINGS"].time_zone,
    )


def _decisions(
    member: Member, steps: Sequence[Proposed], offered: set[int], known: Records
) -> list[tuple[Proposed, Decision]]:
    return [(step, decide(step.courses, offered, known.of(member, step.step_id))) for step in steps]


def dates_of(
    definition: ProgrammeDefinition,
    programme: Programme | None,
    *,
    begins_on: date,
    person_id: int | None,
    today: date,
) -> list[DatedStep]:
    """Return the steps with their dates for someone whose post begins on ``begins_on``.

    With a person what they have done already counts.
    """
    steps = proposed_steps(definition, programme, today=today)
    member = Member(person_id or 0, "", begins_on)
    known = _records([member.person_id], steps, today)
    offered = taught({course for step in steps for course in step.courses})
    stands = _given_courses(member, steps)
    return [
        DatedStep(
            step.slugs,
            due_on(begins_on, step.since_on, step.days),
            decision.outcome,
            _slug(step, decision.course_id or stands.get(step.step_id or 0)),
        )
        for step, decision in _decisions(member, steps, offered, known)
    ]


def _slug(step: Proposed, course_id: int | None) -> str | None:
    named: Mapping[int, str] = dict(zip(step.courses, step.slugs, strict=True))
    return named.get(course_id) if course_id else None


def _given_courses(member: Member, steps: Sequence[Proposed]) -> dict[int, int]:
    """The course of what each step gave a member before, by the step's id."""
    from_steps = [step.step_id for step in steps if step.step_id is not None]
    statement = (
        sa.select(ProgrammeAssignment.step_id, Enrolment.course_id)
        .join(Enrolment, Enrolment.id == ProgrammeAssignment.enrolment_id)
        .where(
            ProgrammeAssignment.person_id == member.person_id,
            ProgrammeAssignment.begins_on == member.begins_on,
            ProgrammeAssignment.step_id.in_(from_steps),
        )
        .order_by(ProgrammeAssignment.id)
    )
    return dict(db.session.execute(statement).all())
