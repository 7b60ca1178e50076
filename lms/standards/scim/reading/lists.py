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
FAR = 2**31  # users: behind all of them
FEW = 1000  # users


def total(desk: Desk, condition: Clause | None) -> int:
    """Return how many users satisfy a condition, or how many there are."""
    if condition is not None:
        found = _keys(desk, condition, ())
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
    desk: Desk, condition: Clause | None, order: Sequence[Any], offset: int, count: int
) -> tuple[int, list[Any]]:
    """Return how many users satisfy a condition, and the rows of a page of them in order.

    The rows are of ``users.selection``. Few are counted as they are found; many apart, so that
    not all of them are sorted for a page.
    """
    few = max(count, FEW)
    keys = _keys(desk, condition, order).order_by(*order).offset(min(offset, FAR)).limit(few)
    ids = list(db.session.scalars(keys)) if count else []
    is_end = len(ids) < few and (ids or not offset)
    number = offset + len(ids) if count and is_end else total(desk, condition)
    ids = ids[:count]
    if not ids:
        return number, []
    rows = db.session.execute(users.selection(desk).where(PersonRow.id.in_(ids)))
    by_id = {row[0].id: row for row in rows}
    return number, [by_id[key] for key in ids]


def _keys(desk: Desk, condition: Clause | None, order: Sequence[Any]) -> sa.Select[Any]:
    """Return the statement of the ids of users, with their posts where these are asked about."""
    asked = [*order] if condition is None else [condition, *order]
    of_posts = any(map(_asks_of_posts, asked))
    if of_posts:
        selection = users.selection(desk, posts.works_or_left() if order else None)
        keys = selection.with_only_columns(PersonRow.id)
    else:
        keys = _everybody(desk)
    return keys if condition is None else keys.where(condition)


def _everybody(desk: Desk) -> sa.Select[Any]:
    """Return the statement of all users' ids, without their posts."""
    return (
        sa.select(PersonRow.id)
        .outerjoin(Account, Account.person_id == PersonRow.id)
        .outerjoin(ScimIdentity, ScimIdentity.person_id == PersonRow.id)
        .where(visible_to(desk.viewer, MANAGE), posts.works_or_left())
    )


def _asks_of_posts(clause: Any) -> bool:
    parts = visitors.iterate(coercions.expect(roles.ColumnArgumentRole, clause))
    return any(getattr(getattr(part, "table", None), "name", None) in OF_POSTS for part in parts)
