"""How a programme goes: everyone in it within the viewer's scope, by unit. Three statements."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.programmes.models import Programme, ProgrammeAssignment, ProgrammeStep
from lms.learning.programmes.policies import (
    SETTLED,
    PathState,
    StepState,
    due_on,
    path_state,
    step_state,
)
from lms.learning.programmes.rule.members import Member, Reach, members
from lms.people.identity import Viewer
from lms.people.models import Employment, JobRole, OrganisationUnit, Person
from lms.people.permissions import Permission
from lms.people.queries import within

PERMISSION = Permission.SEE_PEOPLE


@dataclass(frozen=True)
class Traveller:
    """One person on the programme's path; who they are is read of those who are shown."""

    person_id: int
    sort_name: str
    unit_path: str
    begins_on: date
    state: PathState
    done: int
    next_due_on: date | None  # of what isn't settled


@dataclass(frozen=True)
class Row:
    """A unit with how many are in the programme there, by state."""

    unit: OrganisationUnit
    people: int
    states: Mapping[PathState, int]

    @property
    def percent(self) -> int | None:
        """How many in a hundred are done, rounded down; None: nobody is in the programme."""
        return self.states.get(PathState.DONE, 0) * 100 // self.people if self.people else None


@dataclass(frozen=True)
class Fact:
    """The enrolment that stands for a step of one person."""

    started_at: datetime | None
    completed_at: datetime | None
    withdrawn_at: datetime | None
    due_on: date | None


def travellers(
    viewer: Viewer, programme: Programme, unit: OrganisationUnit, today: date
) -> list[Traveller]:
    """Return those in the programme whom the viewer may see at ``unit`` or beneath, by name.

    Load the programme's steps and choices.
    """
    begun = {one.person_id: one for one in members(Reach.of(programme), today)}
    facts = _facts(programme)
    return [
        _traveller(begun[row.id], row.sort_name, row.path, programme.steps, facts, today)
        for row in db.session.execute(_people(viewer, programme, unit))
        if row.id in begun
    ]


def _people(
    viewer: Viewer, programme: Programme, unit: OrganisationUnit
) -> sa.Select[int, str, str]:
    return (
        sa.select(Person.id, Person.sort_name, OrganisationUnit.path)
        .join(Employment, Employment.person_id == Person.id)
        .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .join(JobRole, JobRole.id == Employment.job_role_id)
        .where(
            Employment.ended_on.is_(None),
            JobRole.code == programme.post,
            within(viewer.scope(PERMISSION)),
            within(frozenset({unit.path})),
        )
        .order_by(Person.sort_name, Person.id)
    )


def people_of(rows: Sequence[Traveller]) -> Mapping[int, Person]:
    """Return who they are, by id, with their posts."""
    statement = (
        sa.select(Person)
        .where(Person.id.in_([one.person_id for one in rows]))
        .options(joinedload(Person.employment).joinedload(Employment.unit))
    )
    return {one.id: one for one in db.session.scalars(statement)}


def _facts(programme: Programme) -> Mapping[tuple[int, int, date], Fact]:
    """By person, step and begin: the last enrolment given."""
    row = ProgrammeAssignment
    statement = (
        sa.select(
            row.person_id,
            row.step_id,
            row.begins_on,
            Enrolment.started_at,
            Enrolment.completed_at,
            Enrolment.withdrawn_at,
            Enrolment.due_on,
        )
        .join(Enrolment, Enrolment.id == row.enrolment_id)
        .where(row.step_id.in_([step.id for step in programme.steps]))
        .order_by(row.id)
    )
    return {
        (given.person_id, given.step_id, given.begins_on): Fact(
            given.started_at, given.completed_at, given.withdrawn_at, given.due_on
        )
        for given in db.session.execute(statement)
    }


def _traveller(
    member: Member,
    sort_name: str,
    unit_path: str,
    steps: Sequence[ProgrammeStep],
    facts: Mapping[tuple[int, int, date], Fact],
    today: date,
) -> Traveller:
    stands = [
        _stand(step, member, facts.get((member.person_id, step.id, member.begins_on)))
        for step in steps
    ]
    left = [due for state, due in stands if state not in SETTLED]
    return Traveller(
        person_id=member.person_id,
        sort_name=sort_name,
        unit_path=unit_path,
        begins_on=member.begins_on,
        state=path_state(stands, today),
        done=len(stands) - len(left),
        next_due_on=min(left, default=None),
    )


def _stand(step: ProgrammeStep, member: Member, fact: Fact | None) -> tuple[StepState, date]:
    state = step_state(
        is_given=fact is not None,
        is_choice=len(step.choices) > 1,
        started_at=fact.started_at if fact else None,
        completed_at=fact.completed_at if fact else None,
        withdrawn_at=fact.withdrawn_at if fact else None,
    )
    due = due_on(member.begins_on, step.since_on, step.days)
    agreed = fact.due_on if fact and not fact.completed_at and not fact.withdrawn_at else None
    return state, agreed or due


def by_unit(
    found: Sequence[Traveller], unit: OrganisationUnit, children: Sequence[OrganisationUnit]
) -> list[Row]:
    """Return a row for each unit directly beneath with people in the programme, then ``unit``."""
    counts: dict[int, Counter[PathState]] = defaultdict(Counter)
    for one in found:
        counts[unit.id][one.state] += 1
        for child in children:
            if one.unit_path.startswith(child.path):
                counts[child.id][one.state] += 1
    rows = [_row(child, counts[child.id]) for child in children if counts[child.id]]
    return [*rows, _row(unit, counts[unit.id])]


def _row(unit: OrganisationUnit, counts: Counter[PathState]) -> Row:
    return Row(unit, counts.total(), dict(counts))


def children_of(unit: OrganisationUnit) -> list[OrganisationUnit]:
    """Return the open units directly beneath, by name."""
    statement = (
        sa.select(OrganisationUnit)
        .where(OrganisationUnit.parent_id == unit.id, OrganisationUnit.closed_on.is_(None))
        .order_by(OrganisationUnit.name_ru)
    )
    return list(db.session.scalars(statement))
