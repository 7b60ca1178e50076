"""Reads of planned posts. List scope: ``plans``."""

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Employment, Person
from lms.people.permissions import Permission
from lms.people.planned.models import PlannedPost, PlanOutcome
from lms.people.queries import visible_to, within

KEEP = Permission.KEEP_PEOPLE
OPEN = PlannedPost.ended_at.is_(None)


def plans(viewer: Viewer) -> sa.Select[PlannedPost]:
    """Return open and failed plans of whom the viewer keeps, and of newcomers to their centres."""
    has_post = sa.exists().where(
        Employment.person_id == PlannedPost.person_id, Employment.ended_on.is_(None)
    )
    return (
        sa.select(PlannedPost)
        .join(PlannedPost.unit)
        .join(PlannedPost.person)
        .where(
            sa.or_(OPEN, PlannedPost.outcome == PlanOutcome.FAILED),
            Person.erased_at.is_(None),
            sa.or_(
                visible_to(viewer, KEEP, PlannedPost.person_id),
                sa.and_(~has_post, within(viewer.scope(KEEP))),
            ),
        )
        .options(
            contains_eager(PlannedPost.unit),
            joinedload(PlannedPost.job_role),
            contains_eager(PlannedPost.person)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
        )
    )


def plan_for(viewer: Viewer, public_id: str) -> PlannedPost | None:
    """Return an open plan of the viewer's scope."""
    statement = plans(viewer).where(PlannedPost.public_id == public_id, OPEN)
    return db.session.scalars(statement).one_or_none()


def open_plans(person_ids: Collection[int]) -> dict[int, PlannedPost]:
    """Return what is planned for these people, with the unit and the job role."""
    statement = (
        sa.select(PlannedPost)
        .where(PlannedPost.person_id.in_(person_ids), OPEN)
        .options(joinedload(PlannedPost.unit), joinedload(PlannedPost.job_role))
        .execution_options(populate_existing=True)
    )
    return {plan.person_id: plan for plan in db.session.scalars(statement)}


def due_plans(today: date) -> list[int]:
    """Return the ids of plans whose day has come, the earliest first."""
    statement = sa.select(PlannedPost.id).where(OPEN, PlannedPost.starts_on <= today)
    return list(db.session.scalars(statement.order_by(PlannedPost.starts_on, PlannedPost.id)))
