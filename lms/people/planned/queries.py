"""Reads of planned posts. List scope: ``plans``."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Employment, Person
from lms.people.permissions import Permission
from lms.people.planned.models import AHEAD, PlannedPost, PlanOutcome
from lms.people.queries import visible_to, within

KEEP = Permission.KEEP_PEOPLE
OPEN = PlannedPost.ended_at.is_(None)
POST = PlannedPost.unit_id.is_not(None)  # else an end of work
POST_PARTS = joinedload(Employment.unit), joinedload(Employment.job_role)


def plans(viewer: Viewer, permission: Permission = KEEP) -> sa.Select[PlannedPost]:
    """Return open and failed plans of whom the viewer keeps, and of newcomers to their centres.

    Or of whom they see, by another ``permission``. Twin of ``policies.may_call_off``.
    """
    return (
        sa.select(PlannedPost)
        .outerjoin(PlannedPost.unit)
        .join(PlannedPost.person)
        .where(
            sa.or_(OPEN, is_unmended()),
            Person.erased_at.is_(None),
            sa.or_(
                visible_to(viewer, permission, PlannedPost.person_id),
                sa.and_(~_has_post(), within(viewer.scope(permission))),
            ),
        )
        .options(
            contains_eager(PlannedPost.unit),
            joinedload(PlannedPost.job_role),
            contains_eager(PlannedPost.person).joinedload(Person.employment).options(*POST_PARTS),
        )
    )


def plan_for(viewer: Viewer, public_id: str) -> PlannedPost | None:
    """Return an open plan of the viewer's scope."""
    statement = plans(viewer).where(PlannedPost.public_id == public_id, OPEN)
    return db.session.scalars(statement).one_or_none()


def open_plans(person_ids: Collection[int]) -> dict[int, PlannedPost]:
    """Return the posts that are planned for these people, with the unit and the job role."""
    statement = (
        sa.select(PlannedPost)
        .where(PlannedPost.person_id.in_(person_ids), OPEN, POST)
        .options(joinedload(PlannedPost.unit), joinedload(PlannedPost.job_role))
        .execution_options(populate_existing=True)
    )
    return {plan.person_id: plan for plan in db.session.scalars(statement)}


def open_ends(person_ids: Collection[int]) -> dict[int, PlannedPost]:
    """Return the ends of work that are planned for these people."""
    statement = (
        sa.select(PlannedPost)
        .where(PlannedPost.person_id.in_(person_ids), OPEN, ~POST)
        .execution_options(populate_existing=True)
    )
    return {plan.person_id: plan for plan in db.session.scalars(statement)}


def last_days() -> dict[int, date]:
    """Return the planned last day at work of everybody who has one, by person."""
    statement = sa.select(PlannedPost.person_id, PlannedPost.starts_on).where(OPEN, ~POST)
    return {person: on - timedelta(days=1) for person, on in db.session.execute(statement)}


def ends_undone(since: datetime) -> dict[int, tuple[datetime, date]]:
    """Return whose planned end of work came to nothing since a moment, though they stay.

    With when the first of such plans was made, and the earliest last day that one of them named.
    """
    undone = (PlanOutcome.CALLED_OFF, PlanOutcome.REPLACED, PlanOutcome.FAILED)
    lately = sa.select(PlannedPost.person_id).where(
        ~POST, PlannedPost.outcome.in_(undone), PlannedPost.ended_at >= since
    )
    statement = (
        sa.select(
            PlannedPost.person_id,
            sa.func.min(PlannedPost.planned_at, type_=PlannedPost.planned_at.type),
            sa.func.min(PlannedPost.starts_on, type_=PlannedPost.starts_on.type),
        )
        .where(
            ~POST,
            PlannedPost.outcome.in_(undone),
            PlannedPost.ended_at >= since - AHEAD,
            PlannedPost.person_id.in_(lately),
        )
        .group_by(PlannedPost.person_id)
    )
    return {
        person: (planned_at, starts_on - timedelta(days=1))
        for person, planned_at, starts_on in db.session.execute(statement)
    }


def is_unmended() -> sa.ColumnElement[bool]:
    """Return the condition 'couldn't be done, and nothing of its kind was done since'.

    Mended is a post by another plan, or by a post from that day on; an end of work by a post that
    ended; both by whatever was planned later.
    """
    later, post = aliased(PlannedPost), aliased(Employment)
    same_kind = later.unit_id.is_(None) == PlannedPost.unit_id.is_(None)
    planned_since = sa.exists().where(
        later.person_id == PlannedPost.person_id, later.id > PlannedPost.id, same_kind
    )
    works_since = sa.exists().where(
        post.person_id == PlannedPost.person_id, post.started_on >= PlannedPost.starts_on
    )
    works = sa.exists().where(post.person_id == PlannedPost.person_id, post.ended_on.is_(None))
    return sa.and_(
        PlannedPost.outcome == PlanOutcome.FAILED,
        ~planned_since,
        sa.case((POST, ~works_since), else_=works),
    )


def plans_by_key(keys: Collection[str]) -> dict[str, PlannedPost]:
    """Return plans with their people, units and job roles by public id, whoever asks."""
    statement = (
        sa.select(PlannedPost)
        .where(PlannedPost.public_id.in_(keys))
        .options(
            joinedload(PlannedPost.person),
            joinedload(PlannedPost.unit),
            joinedload(PlannedPost.job_role),
        )
    )
    return {plan.public_id: plan for plan in db.session.scalars(statement)}


def newcomer_for(viewer: Viewer, permission: Enum, public_id: str) -> Person | None:
    """Return somebody without a post for whom one is planned where the viewer has ``permission``.

    Twin of ``policies.may_see_newcomer``.
    """
    statement = (
        sa.select(Person)
        .where(
            Person.public_id == public_id,
            Person.merged_into_id.is_(None),
            Person.erased_at.is_(None),
            Person.id.in_(newcomers(viewer, permission)),
        )
        .options(joinedload(Person.employment).options(*POST_PARTS))
    )
    return db.session.scalars(statement).one_or_none()


def newcomers(viewer: Viewer, permission: Enum) -> sa.Select[Any]:
    """Return the ids of those without a post who begin where the viewer has ``permission``."""
    return (
        sa.select(PlannedPost.person_id)
        .join(PlannedPost.unit)
        .where(OPEN, POST, ~_has_post(), within(viewer.scope(permission)))
    )


def _has_post() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Employment.person_id == PlannedPost.person_id, Employment.ended_on.is_(None)
    )


def unmended(person_id: int) -> list[PlannedPost]:
    """Return what couldn't be done on its day for a person and still waits for somebody."""
    statement = (
        sa.select(PlannedPost)
        .where(PlannedPost.person_id == person_id, is_unmended())
        .options(joinedload(PlannedPost.unit), joinedload(PlannedPost.job_role))
        .order_by(PlannedPost.id)
    )
    return list(db.session.scalars(statement))


def due_plans(today: date) -> list[int]:
    """Return the ids of plans whose day has come, the earliest first."""
    statement = sa.select(PlannedPost.id).where(OPEN, PlannedPost.starts_on <= today)
    return list(db.session.scalars(statement.order_by(PlannedPost.starts_on, PlannedPost.id)))
