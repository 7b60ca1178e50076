"""One person's path: each step with its state and its last day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.core.database import execute
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
    """A person's programme, named in each language."""

    title: dict[str, Any]
    summary: dict[str, Any]
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
    rows = execute(STEPS, {"person": person.id}).all()
    if not rows:
        return None
    programme = rows[0]
    reach = Reach(programme.post, programme.coverage, programme.in_force_on)
    found = members(reach, today, [person.id])
    if not found:
        return None
    begins_on = found[0].begins_on
    given = _given(person, begins_on, programme.programme_id)
    steps = _path_steps(rows, given, begins_on, today)
    state = path_state(((step.state, step.due_on) for step in steps), today)
    return Path(programme.title, programme.summary, begins_on, steps, state)


def _steps_statement() -> sa.Select[Any]:
    newest = aliased(CourseVersion)
    number = (
        sa.select(sa.func.max(newest.number))
        .where(newest.course_id == Course.id, newest.status == VersionStatus.PUBLISHED)
        .correlate(Course)
        .scalar_subquery()
    )
    return (
        sa.select(
            Programme.id.label("programme_id"),
            Programme.title,
            Programme.summary,
            Programme.post,
            Programme.coverage,
            Programme.in_force_on,
            ProgrammeStep.id.label("step_id"),
            ProgrammeStep.public_id.label("step_key"),
            ProgrammeStep.since_on,
            ProgrammeStep.days,
            Course.public_id.label("course_key"),
            Course.slug,
            Course.retired_at,
            CourseVersion.title.label("course_title"),
            CourseVersion.summary.label("course_summary"),
        )
        .select_from(Programme)
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
        .join(ProgrammeStep, ProgrammeStep.id == row.step_id)
        .where(
            row.person_id == sa.bindparam("person"),
            row.begins_on == sa.bindparam("begins_on"),
            ProgrammeStep.programme_id == sa.bindparam("programme"),
        )
        .order_by(row.id)
    )


GIVEN = _given_statement()


def _given(person: Person, begins_on: date, programme_id: int) -> Mapping[int, Standing]:
    """The enrolment that stands for each step of a programme: the last one given."""
    values = {"person": person.id, "begins_on": begins_on, "programme": programme_id}
    return {found.step_id: Standing.of(found) for found in execute(GIVEN, values)}


def _path_steps(
    rows: Sequence[Any], given: Mapping[int, Standing], begins_on: date, today: date
) -> tuple[PathStep, ...]:
    steps: dict[int, Any] = {}  # a row of each
    options: dict[int, list[Option]] = {}
    for row in rows:
        steps.setdefault(row.step_id, row)
        options.setdefault(row.step_id, []).append(
            Option(
                row.course_key,
                row.slug,
                row.course_title or {"ru": row.slug},
                row.course_summary or {},
                is_taught=row.course_title is not None and row.retired_at is None,
            )
        )
    return tuple(
        _path_step(
            number, row, tuple(options[row.step_id]), given.get(row.step_id), begins_on, today
        )
        for number, row in enumerate(steps.values(), start=1)
    )


def _path_step(
    number: int,
    row: Any,
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
    due = due_on(begins_on, row.since_on, row.days)
    if standing is not None and standing.is_open and standing.due_on is not None:
        due = standing.due_on  # what HR agreed with the person, or had asked for before
    return PathStep(
        row.step_key,
        number,
        options,
        state,
        due,
        (due - today).days,
        urgency_of(due, today),
        standing,
    )
