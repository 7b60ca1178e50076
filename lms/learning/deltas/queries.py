"""Reads of delta trainings. Scope of lists: ``touched.seen_by``; a learner's own by person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from lms.catalog.facts.models import Fact, FactVersion
from lms.catalog.facts.queries import facts_in
from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.core.jobs import Job, JobState
from lms.learning.deltas.models import DeltaAnswer, DeltaAssignment, DeltaOrder, DeltaTraining
from lms.learning.deltas.services import JOB
from lms.learning.deltas.touched import seen_by
from lms.people.identity import Viewer
from lms.people.models import Employment, OrganisationUnit, Person

WITH_FACT = joinedload(DeltaTraining.fact_version).options(
    joinedload(FactVersion.fact).selectinload(Fact.versions)
)


def training_on(version: FactVersion) -> DeltaTraining | None:
    """Return the training on the change that led to a fact's version."""
    statement = (
        sa.select(DeltaTraining)
        .where(DeltaTraining.fact_version_id == version.id)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def trainings_on(fact: Fact) -> Sequence[DeltaTraining]:
    """Return the trainings on a fact's changes, the newest first."""
    statement = (
        sa.select(DeltaTraining)
        .join(DeltaTraining.fact_version)
        .where(FactVersion.fact_id == fact.id)
        .order_by(FactVersion.number.desc())
        .options(contains_eager(DeltaTraining.fact_version))
    )
    return db.session.scalars(statement).all()


def published_training(public_id: str) -> DeltaTraining | None:
    """Return a published training with its fact and the fact's history."""
    statement = (
        sa.select(DeltaTraining)
        .where(DeltaTraining.public_id == public_id, DeltaTraining.published_at.is_not(None))
        .options(WITH_FACT)
    )
    return db.session.scalars(statement).one_or_none()


def is_on_its_way(orders: Sequence[DeltaOrder]) -> bool:
    """Tell whether one of the ``orders`` is still being carried out."""
    statement = sa.select(Job.id).where(
        Job.name == JOB,
        Job.unique_key.in_([order.public_id for order in orders]),
        Job.state.in_((JobState.WAITING, JobState.RUNNING)),
    )
    return db.session.scalar(sa.select(statement.exists())) or False


def _has_newer() -> sa.ColumnElement[bool]:
    """Return the condition on ``FactVersion`` 'the fact was changed again since'."""
    newer = aliased(FactVersion)
    return (
        sa.select(newer.id)
        .where(newer.fact_id == FactVersion.fact_id, newer.number > FactVersion.number)
        .correlate(FactVersion)
        .exists()
    )


@dataclass(frozen=True)
class Standing:
    """A published training with how far the people in the viewer's scope are."""

    public_id: str
    statement: dict[str, Any]
    value: dict[str, Any]
    published_at: datetime
    is_outdated: bool
    assigned: int
    done: int
    overdue: int

    @property
    def percent(self) -> int:
        """The share that is done."""
        return round(100 * self.done / self.assigned) if self.assigned else 0


_DONE = sa.and_(DeltaAnswer.assignment_id == DeltaAssignment.id, DeltaAnswer.is_right)


def standings(viewer: Viewer, *, today: date, public_id: str | None = None) -> list[Standing]:
    """Return the published trainings, the newest first; one of them by ``public_id``.

    One statement. Trainings that nobody in scope has come with zeros.
    """
    seen = (
        sa.select(
            DeltaAssignment.training_id,
            sa.func.count().label("assigned"),
            sa.func.count(DeltaAnswer.id).label("done"),
            sa.func.sum(
                sa.case(
                    (DeltaAnswer.id.is_(None) & (DeltaAssignment.due_on < today), 1),
                    else_=0,
                )
            ).label("overdue"),
        )
        .join(Person, Person.id == DeltaAssignment.person_id)
        .outerjoin(DeltaAnswer, _DONE)
        .where(seen_by(viewer))
        .group_by(DeltaAssignment.training_id)
        .subquery("seen")
    )
    statement = (
        sa.select(
            DeltaTraining.public_id,
            FactVersion.statement,
            FactVersion.value,
            DeltaTraining.published_at,
            _has_newer(),
            *(sa.func.coalesce(seen.c[name], 0) for name in ("assigned", "done", "overdue")),
        )
        .join(FactVersion, FactVersion.id == DeltaTraining.fact_version_id)
        .outerjoin(seen, seen.c.training_id == DeltaTraining.id)
        .where(DeltaTraining.published_at.is_not(None))
        .order_by(DeltaTraining.published_at.desc(), DeltaTraining.id.desc())
    )
    if public_id is not None:
        statement = statement.where(DeltaTraining.public_id == public_id)
    return [Standing(*row) for row in db.session.execute(statement)]


class State(Enum):
    """Where one person's training stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"


def people_with(
    viewer: Viewer, training: DeltaTraining, state: State | None, today: date
) -> sa.Select[Any]:
    """Return the statement of who has a training: Person, unit's names, due date, when done."""
    columns: tuple[Any, ...] = (
        Person,
        OrganisationUnit.name_ru,
        OrganisationUnit.name_en,
        DeltaAssignment.due_on,
        DeltaAnswer.answered_at.label("done_at"),
    )
    statement = (
        sa.select(*columns)
        .join(DeltaAssignment, DeltaAssignment.person_id == Person.id)
        .outerjoin(DeltaAnswer, _DONE)
        .outerjoin(
            Employment, sa.and_(Employment.person_id == Person.id, Employment.ended_on.is_(None))
        )
        .outerjoin(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(DeltaAssignment.training_id == training.id, seen_by(viewer))
    )
    match state:
        case State.DONE:
            return statement.where(DeltaAnswer.id.is_not(None))
        case State.OPEN:
            return statement.where(DeltaAnswer.id.is_(None))
        case State.OVERDUE:
            return statement.where(DeltaAnswer.id.is_(None), DeltaAssignment.due_on < today)
        case None:
            return statement


@dataclass(frozen=True)
class Due:
    """A training that its person still has to do."""

    public_id: str
    statement: dict[str, Any]
    due_on: date


def _open_statement() -> sa.Select[Any]:
    return (
        sa.select(DeltaAssignment.public_id, FactVersion.statement, DeltaAssignment.due_on)
        .join(DeltaTraining, DeltaTraining.id == DeltaAssignment.training_id)
        .join(FactVersion, FactVersion.id == DeltaTraining.fact_version_id)
        .outerjoin(DeltaAnswer, _DONE)
        .where(DeltaAssignment.person_id == sa.bindparam("person"), DeltaAnswer.id.is_(None))
        .where(~_has_newer())
        .order_by(DeltaAssignment.due_on, DeltaAssignment.id)
    )


OPEN = _open_statement()  # built once: everybody opens the home page


def open_for(person_id: int) -> list[Due]:
    """Return what a person has to do, the first due first. One statement."""
    return [Due(*row) for row in db.session.execute(OPEN, {"person": person_id})]


def assignment_for(person: Person, public_id: str) -> DeltaAssignment | None:
    """Return a person's own assignment with its training, fact and person."""
    statement = (
        sa.select(DeltaAssignment)
        .where(DeltaAssignment.public_id == public_id, DeltaAssignment.person_id == person.id)
        .options(
            joinedload(DeltaAssignment.person),
            joinedload(DeltaAssignment.training).options(WITH_FACT),
        )
    )
    return db.session.scalars(statement).one_or_none()


@dataclass(frozen=True)
class Recorded:
    """A training in a person's record."""

    training_key: str
    statement: dict[str, Any]
    value: dict[str, Any]
    assigned_at: datetime
    due_on: date
    done_at: datetime | None
    is_outdated: bool


def record_of(person: Person) -> list[Recorded]:
    """Return all trainings a person was sent, the newest first. One statement."""
    statement = (
        sa.select(
            DeltaTraining.public_id,
            FactVersion.statement,
            FactVersion.value,
            DeltaAssignment.assigned_at,
            DeltaAssignment.due_on,
            DeltaAnswer.answered_at,
            _has_newer(),
        )
        .select_from(DeltaAssignment)
        .join(DeltaTraining, DeltaTraining.id == DeltaAssignment.training_id)
        .join(FactVersion, FactVersion.id == DeltaTraining.fact_version_id)
        .outerjoin(DeltaAnswer, _DONE)
        .where(DeltaAssignment.person_id == person.id)
        .order_by(DeltaAssignment.assigned_at.desc(), DeltaAssignment.id.desc())
    )
    return [Recorded(*row) for row in db.session.execute(statement)]


@dataclass(frozen=True)
class Confirmation:
    """A change after which a person showed that they know what holds now."""

    statement: dict[str, Any]
    value: dict[str, Any]
    changed_at: datetime
    confirmed_at: datetime


def confirmations(person_id: int, version: CourseVersion) -> list[Confirmation]:
    """Return what a person confirmed of the facts that a published version taught before."""
    statement = (
        sa.select(
            Fact.key,
            FactVersion.statement,
            FactVersion.value,
            FactVersion.recorded_at,
            DeltaAnswer.answered_at,
        )
        .select_from(DeltaAnswer)
        .join(DeltaAssignment, DeltaAssignment.id == DeltaAnswer.assignment_id)
        .join(DeltaTraining, DeltaTraining.id == DeltaAssignment.training_id)
        .join(FactVersion, FactVersion.id == DeltaTraining.fact_version_id)
        .join(Fact, Fact.id == FactVersion.fact_id)
        .where(DeltaAssignment.person_id == person_id, DeltaAnswer.is_right)
        .where(FactVersion.recorded_at > version.published_at)
        .order_by(DeltaAnswer.answered_at, DeltaAnswer.id)
    )
    rows = db.session.execute(statement).all()
    taught = facts_in(version) if rows else set()
    return [Confirmation(*row[1:]) for row in rows if row.key in taught]
