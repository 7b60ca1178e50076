"""One person's path: each step with its state and its last day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.policies import Urgency, urgency_of
from lms.learning.programmes.models import (
    Coverage,
    Programme,
    ProgrammeAssignment,
    ProgrammeStep,
    ProgrammeStepCourse,
)
from lms.learning.programmes.policies import (
    SETTLED,
    PathState,
    StepState,
    due_on,
    path_state,
    step_state,
)
from lms.learning.programmes.rule.members import Reach, members
from lms.learning.queries.enrolments import STANDING_COLUMNS, Standing
from lms.people.models import Employment, JobRole, Person


@dataclass(frozen=True)
class Option:
    """A course of a step, as one may choose it."""

    key: str  # public id
    slug: str
    title: dict[str, Any]
    summary: dict[str, Any]
    is_taught: bool


@dataclass(frozen=True)
class PathStep:
    """One step as it stands for the person."""

    key: str  # public id
    number: int
    options: tuple[Option, ...]
    state: StepState
    due_on: date
    days_left: int
    urgency: Urgency
    standing: Standing | None  # the enrolment that stands for it

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in SETTLED

    @property
    def is_choice(self) -> bool:
        """Whether there are several courses."""
        return len(self.options) > 1


@dataclass(frozen=True)
class Path:
    """A person's programme."""

    programme: Programme
    begins_on: date
    steps: tuple[PathStep, ...]
    state: PathState

    @property
    def done(self) -> int:
        """How many steps are done or were excused."""
        return sum(step.is_settled for step in self.steps)

    @property
    def percent(self) -> int:
        """The share of them."""
        return self.done * 100 // len(self.steps) if self.steps else 100

    @property
    def next_step(self) -> PathStep | None:
        """The step to go on with: the first that isn't settled."""
        return next((step for step in self.steps if not step.is_settled), None)


def has_programme(person_id: Any) -> sa.Exists:
    """Return the condition 'there is a programme for the person's present post'.

    One for newcomers leaves those out whose post began before it: ``path_of``, which also knows the
    posts before the present one, need not be asked of them.
    """
    return sa.exists().where(
        Employment.person_id == person_id,
        Employment.ended_on.is_(None),
        JobRole.id == Employment.job_role_id,
        Programme.post == JobRole.code,
        Programme.retired_at.is_(None),
        sa.or_(
            Programme.coverage == Coverage.EVERYONE,
            Employment.started_on >= Programme.in_force_on,
        ),
    )


def path_of(person: Person, today: date) -> Path | None:
    """Return the path of a person in their present post; three statements, one for none."""
    rows = list(db.session.execute(STEPS, {"person": person.id}).all())
    if not rows:
        return None
    programme: Programme = rows[0].Programme
    found = members(Reach.of(programme), today, [person.id])
    if not found:
        return None
    begins_on = found[0].begins_on
    given = _given(person, begins_on, {row.ProgrammeStep.id for row in rows})
    steps = _path_steps(rows, given, begins_on, today)
    state = path_state(((step.state, step.due_on) for step in steps), today)
    return Path(programme, begins_on, steps, state)


def _steps_statement() -> sa.Select[Any]:
    newest = aliased(CourseVersion)
    number = (
        sa.select(sa.func.max(newest.number))
        .where(newest.course_id == Course.id, newest.status == VersionStatus.PUBLISHED)
        .correlate(Course)
        .scalar_subquery()
    )
    return (
        sa.select(Programme, ProgrammeStep, Course, CourseVersion.title, CourseVersion.summary)
        .join(ProgrammeStep, ProgrammeStep.programme_id == Programme.id)
        .join(ProgrammeStepCourse, ProgrammeStepCourse.step_id == ProgrammeStep.id)
        .join(Course, Course.id == ProgrammeStepCourse.course_id)
        .join(JobRole, JobRole.code == Programme.post)
        .join(Employment, Employment.job_role_id == JobRole.id)
        .outerjoin(
            CourseVersion,
            sa.and_(CourseVersion.course_id == Course.id, CourseVersion.number == number),
        )
        .where(
            Employment.person_id == sa.bindparam("person"),
            Employment.ended_on.is_(None),
            Programme.retired_at.is_(None),
            ProgrammeStep.removed_at.is_(None),
        )
        .order_by(ProgrammeStep.position, ProgrammeStepCourse.position)
    )


# Built once: the home page asks it of everybody.
STEPS = _steps_statement()


def _given_statement() -> sa.Select[Any]:
    row = ProgrammeAssignment
    return (
        sa.select(*STANDING_COLUMNS, row.step_id)
        .select_from(row)
        .join(Enrolment, Enrolment.id == row.enrolment_id)
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(
            row.person_id == sa.bindparam("person"),
            row.begins_on == sa.bindparam("begins_on"),
            row.step_id.in_(sa.bindparam("steps", expanding=True)),
        )
        .order_by(row.id)
    )


GIVEN = _given_statement()


def _given(person: Person, begins_on: date, step_ids: Collection[int]) -> Mapping[int, Standing]:
    """The enrolment that stands for each step: the last one given."""
    values = {"person": person.id, "begins_on": begins_on, "steps": list(step_ids)}
    return {found.step_id: Standing.of(found) for found in db.session.execute(GIVEN, values)}


def _path_steps(
    rows: list[Any], given: Mapping[int, Standing], begins_on: date, today: date
) -> tuple[PathStep, ...]:
    steps: dict[int, ProgrammeStep] = {}
    options: dict[int, list[Option]] = {}
    for row in rows:
        step, course = row.ProgrammeStep, row.Course
        steps[step.id] = step
        is_taught = row.title is not None and course.retired_at is None
        options.setdefault(step.id, []).append(
            Option(
                course.public_id,
                course.slug,
                row.title or {"ru": course.slug},
                row.summary or {},
                is_taught,
            )
        )
    return tuple(
        _path_step(number, step, tuple(options[step.id]), given.get(step.id), begins_on, today)
        for number, step in enumerate(steps.values(), start=1)
    )


def _path_step(
    number: int,
    step: ProgrammeStep,
    options: tuple[Option, ...],
    standing: Standing | None,
    begins_on: date,
    today: date,
) -> PathStep:
    state = step_state(
        is_given=standing is not None,
        is_choice=len(options) > 1,
        started_at=standing.started_at if standing else None,
        completed_at=standing.completed_at if standing else None,
        withdrawn_at=standing.withdrawn_at if standing else None,
    )
    due = due_on(begins_on, step.since_on, step.days)
    if standing is not None and standing.is_open and standing.due_on is not None:
        due = standing.due_on  # what HR agreed with the person, or had asked for before
    return PathStep(
        step.public_id,
        number,
        options,
        state,
        due,
        (due - today).days,
        urgency_of(due, today),
        standing,
    )
