"""Which users a page shows, and how many there are: told by keys, before anything else is read."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import coercions, roles, visitors

from lms.core.database import db
from lms.people.models import Account, Employment, JobRole, OrganisationUnit
from lms.people.models import Person as PersonRow
from lms.people.queries import visible_to
from lms.standards.scim import posts, users
from lms.standards.scim.models import ScimIdentity
from lms.standards.scim.users import MANAGE, Desk

OF_POSTS = {table.__tablename__ for table in (Employment, OrganisationUnit, JobRole)}
Clause = sa.ColumnElement[Any]
FEW = 1000  # users: more of them are sorted by their keys, without what is shown of each


def total(desk: Desk, condition: Clause | None) -> int:
    """Return how many users satisfy a condition, or how many there are."""
    if condition is not None:
        found = _filtered(desk, condition)
        return db.session.scalar(found.with_only_columns(sa.func.count())) or 0
    seen = visible_to(desk.viewer, MANAGE, Employment.person_id)
    work = sa.select(sa.func.count()).where(Employment.ended_on.is_(None), seen)
    left = (
        sa.select(sa.func.count())
        .select_from(PersonRow)
        .where(visible_to(desk.viewer, MANAGE), ~posts.works(), posts.left())
    )
    return db.session.scalar(sa.select(work.scalar_subquery() + left.scalar_subquery())) or 0


def page(
    desk: Desk, condition: Clause | None, order: Sequence[Any], offset: int, count: int, of: int
) -> list[Any]:
    """Return the rows (see ``users.selection``) of a page in order; ``of``: of how many."""
    if condition is not None and not offset and of <= FEW:
        # PostgreSQL seeks few rows faster without being told to find their keys first.
        few = users.selection(desk).where(condition).order_by(*order).limit(count)
        return list(db.session.execute(few))
    if condition is not None:
        keys = _filtered(desk, condition)
    elif any(map(_asks_of_posts, order)):
        keys = users.selection(desk).with_only_columns(PersonRow.id)
    else:
        keys = _everybody(desk)
    ids = db.session.scalars(keys.order_by(*order).offset(offset).limit(count)).all()
    rows = db.session.execute(users.selection(desk).where(PersonRow.id.in_(ids)))
    by_id = {row[0].id: row for row in rows}
    return [by_id[key] for key in ids]


def _filtered(desk: Desk, condition: Clause) -> sa.Select[Any]:
    return users.selection(desk).with_only_columns(PersonRow.id).where(condition)


def _everybody(desk: Desk) -> sa.Select[Any]:
    """Return the statement of all users' ids, without their posts."""
    return (
        sa.select(PersonRow.id)
        .outerjoin(Account, Account.person_id == PersonRow.id)
        .outerjoin(ScimIdentity, ScimIdentity.person_id == PersonRow.id)
        .where(visible_to(desk.viewer, MANAGE), sa.or_(posts.works(), posts.left()))
    )


def _asks_of_posts(clause: Any) -> bool:
    parts = visitors.iterate(coercions.expect(roles.ColumnArgumentRole, clause))
    return any(getattr(getattr(part, "table", None), "name", None) in OF_POSTS for part in parts)
