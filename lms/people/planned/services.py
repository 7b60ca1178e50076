"""Planning posts ahead, calling them off, and letting them begin on their day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.audit.services import record, record_many
from lms.core.database import db
from lms.core.errors import Refusal
from lms.people import services
from lms.people.models import Employment, JobRole, OrganisationUnit, Person
from lms.people.planned.errors import PlanEnded
from lms.people.planned.models import PlannedPost, PlanOutcome

SUBJECT = "planned_post"


@dataclass(frozen=True)
class Ahead:
    """A post that a person is to take up."""

    person: Person
    unit: OrganisationUnit
    job_role: JobRole
    on: date


def plan_posts(*, wanted: Sequence[Ahead], actor: Person | None, now: datetime) -> None:
    """Plan posts ahead, one for each person; what was planned for them before is replaced."""
    if not wanted:
        return
    people = [one.person.id for one in wanted]
    replaced = sa.update(PlannedPost).where(
        PlannedPost.person_id.in_(people), PlannedPost.ended_at.is_(None)
    )
    db.session.execute(replaced.values(outcome=PlanOutcome.REPLACED, ended_at=now))
    plans = [
        PlannedPost(
            person_id=one.person.id,
            unit_id=one.unit.id,
            job_role_id=one.job_role.id,
            starts_on=one.on,
            planned_by_id=actor.id if actor else None,
            planned_at=now,
        )
        for one in wanted
    ]
    db.session.add_all(plans)
    db.session.flush()
    record_many(
        now=now,
        actor_key=actor.public_id if actor else None,
        action="people.post_planned",
        subject_kind=SUBJECT,
        subjects=[
            (
                plan.public_id,
                one.person.public_id,
                {
                    "unit": one.unit.code,
                    "job_role": one.job_role.code,
                    "on": one.on.isoformat(),
                },
            )
            for plan, one in zip(plans, wanted, strict=True)
        ],
    )


def call_off(*, plan: PlannedPost, actor: Person, reason: str, now: datetime) -> None:
    """Let what was planned not happen. Raises PlanEnded."""
    statement = sa.update(PlannedPost).where(
        PlannedPost.id == plan.id, PlannedPost.ended_at.is_(None)
    )
    ended = statement.values(
        outcome=PlanOutcome.CALLED_OFF, ended_at=now, called_off_by_id=actor.id, reason=reason
    )
    if db.session.execute(ended.returning(PlannedPost.id)).one_or_none() is None:
        raise PlanEnded
    record(
        now=now,
        actor_key=actor.public_id,
        action="people.planned_post_called_off",
        subject_kind=SUBJECT,
        subject_key=plan.public_id,
        person_key=plan.person.public_id,
        reason=reason,
    )


def begin(plan_id: int, *, now: datetime, today: date) -> None:
    """Let a planned post begin, if it still is planned and its day has come.

    The post's first day is the planned one, however late this is run. What can't be done any more
    ends the plan as failed.
    """
    plan = _held(plan_id)
    if plan is None or plan.ended_at is not None or plan.starts_on > today:
        return
    plan.outcome, plan.ended_at = PlanOutcome.DONE, now
    db.session.flush()
    try:
        with db.session.begin_nested():
            _take_up(plan, now, today)
    except Refusal:
        plan.outcome = PlanOutcome.FAILED
        db.session.flush()
        record(
            now=now,
            actor_key=None,
            action="people.planned_post_failed",
            subject_kind=SUBJECT,
            subject_key=plan.public_id,
            person_key=plan.person.public_id,
        )


def _held(plan_id: int) -> PlannedPost | None:
    """Return a plan; the person is held first, as an import does, so that neither waits twice."""
    owner = sa.select(PlannedPost.person_id).where(PlannedPost.id == plan_id).scalar_subquery()
    db.session.execute(sa.select(Person.id).where(Person.id == owner).with_for_update())
    statement = (
        sa.select(PlannedPost)
        .where(PlannedPost.id == plan_id)
        .options(
            joinedload(PlannedPost.unit),
            joinedload(PlannedPost.job_role),
            joinedload(PlannedPost.person)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def _take_up(plan: PlannedPost, now: datetime, today: date) -> None:
    move = services.transfer if plan.person.employment else services.take_up_post
    move(
        now=now,
        actor_key=None,
        person=plan.person,
        unit=plan.unit,
        job_role=plan.job_role,
        on=plan.starts_on,
        today=today,
    )
