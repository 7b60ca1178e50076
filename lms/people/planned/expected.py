"""Who is to work where on any date: the posts on record as far as plans let them last, and the
posts that are planned.

A plan counts while it is open, from the moment it is made: what is called off counts no more.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from lms.core.database import db
from lms.people.models import Employment
from lms.people.planned.models import PlannedPost

People = Collection[int] | sa.Select[Any] | sa.BindParameter[Any]
NO_END = date.max


class day_before(FunctionElement[date]):  # noqa: N801 - a function of SQL
    """The day before a date; each database counts days in its own words."""

    type = sa.Date()
    inherit_cache = True
    name = "day_before"


@compiles(day_before)
def _day_before(element: day_before, compiler: Any, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '-1 day')"


@compiles(day_before, "postgresql")
def _day_before_on_postgres(element: day_before, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} - 1)"


def expected_posts(
    people: People | None = None, *, known_at: datetime | None = None
) -> sa.Subquery:
    """Return the posts of these people, or of everybody, past, held and planned.

    Both ends are inclusive; ``last_on`` of a post without an end is the calendar's last day.
    ``planned_at`` is when the plan was made by which the post begins (``is_ahead``) or ends; None:
    no plan touches it. ``people`` are ids, the statement that selects them, or the parameter that
    will name them in a statement made once. ``known_at`` leaves out plans that were made later, and
    those ended by then.
    """
    move, end, plan = aliased(PlannedPost), aliased(PlannedPost), aliased(PlannedPost)
    held = (
        sa.select(
            Employment.person_id,
            Employment.unit_id,
            Employment.job_role_id,
            Employment.started_on,
            _first_of(Employment.ended_on, day_before(move.starts_on), day_before(end.starts_on)),
            sa.func.coalesce(move.planned_at, end.planned_at).label("planned_at"),
            sa.false().label("is_ahead"),
        )
        .outerjoin(move, _touches(move, Employment, move.unit_id.is_not(None), known_at))
        .outerjoin(end, _touches(end, Employment, end.unit_id.is_(None), known_at))
    )
    ahead = (
        sa.select(
            plan.person_id,
            plan.unit_id,
            plan.job_role_id,
            plan.starts_on,
            _first_of(day_before(end.starts_on)),
            plan.planned_at,
            sa.true(),
        )
        .outerjoin(end, _touches(end, plan, end.unit_id.is_(None), known_at))
        .where(plan.unit_id.is_not(None), _is_open(plan, known_at))
    )
    if people is not None:
        held = held.where(Employment.person_id.in_(people))
        ahead = ahead.where(plan.person_id.in_(people))
    return sa.union_all(held, ahead).subquery("expected_post")


def has_plan(person_id: Any, *, known_at: datetime | None = None) -> sa.ColumnElement[bool]:
    """Return the condition 'something is planned for this person', or was at an instant."""
    return sa.exists().where(PlannedPost.person_id == person_id, _is_open(PlannedPost, known_at))


def people_with_plans() -> set[int]:
    """Return the ids of those for whom something is planned."""
    statement = sa.select(PlannedPost.person_id).where(PlannedPost.ended_at.is_(None))
    return set(db.session.scalars(statement))


def _is_open(plan: Any, known_at: datetime | None) -> sa.ColumnElement[bool]:
    if known_at is None:
        return plan.ended_at.is_(None)  # type: ignore[no-any-return]
    ends_later = sa.or_(plan.ended_at.is_(None), plan.ended_at > known_at)
    return sa.and_(plan.planned_at <= known_at, ends_later)


def _touches(
    plan: Any, post: Any, kind: sa.ColumnElement[bool], known_at: datetime | None
) -> sa.ColumnElement[bool]:
    """Return 'a plan of this kind ends the post': it begins later than the post."""
    began = post.started_on if post is Employment else post.starts_on
    return sa.and_(
        plan.person_id == post.person_id, kind, _is_open(plan, known_at), plan.starts_on > began
    )


def _first_of(*days: Any) -> sa.Label[date]:
    """Return the first of these days; one that is NULL is none."""
    far = [sa.func.coalesce(day, NO_END) for day in days]
    cases = [
        (sa.and_(*(day <= other for other in far[place + 1 :])), day)
        for place, day in enumerate(far[:-1])
    ]
    first = sa.case(*cases, else_=far[-1]) if cases else far[-1]
    return sa.type_coerce(first, sa.Date()).label("last_on")
