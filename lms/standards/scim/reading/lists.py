"""Which users a page shows, and how many there are: told by keys, before anything else is read."""

from collections.abc import Sequence
from itertools import chain
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
FEW = 100  # users


def total(desk: Desk, condition: Clause | None) -> int:
    """Return how many users satisfy a condition, or how many there are.

    Those who work and those who left are counted apart: 'one or the other' would be asked of each
    person anew.
    """
    left = users.selection(desk, sa.and_(Employment.ended_on.is_not(None), posts.left()))
    work = _working(desk, condition)
    if condition is not None:
        work, left = work.where(condition), left.where(condition)
    numbers = [one.with_only_columns(sa.func.count()).scalar_subquery() for one in (work, left)]
    return db.session.scalar(sa.select(numbers[0] + numbers[1])) or 0


def _working(desk: Desk, condition: Clause | None) -> sa.Select[Any]:
    """Return the statement of who has a post, with the tables that a condition asks about."""
    seen = visible_to(desk.viewer, MANAGE, Employment.person_id)
    works = sa.select(Employment.id).select_from(Employment)
    works = works.where(Employment.ended_on.is_(None), seen)
    if condition is None:
        return works
    asked, statement = _tables(condition), works.join(Employment.person)
    for own in (Employment.unit, Employment.job_role):
        if own.mapper.local_table.name in asked:
            statement = statement.join(own)
    for table in (Account, ScimIdentity):
        if table.__tablename__ in asked:
            statement = statement.outerjoin(table, table.person_id == PersonRow.id)
    return statement


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
    on_page = users.selection(desk).where(PersonRow.id.in_(ids), Employment.person_id.in_(ids))
    rows = db.session.execute(on_page)
    by_id = {row[0].id: row for row in rows}
    return number, [by_id[key] for key in ids]


def _keys(desk: Desk, condition: Clause | None, order: Sequence[Any]) -> sa.Select[Any]:
    """Return the statement of the ids of users, with their posts where these are asked about."""
    asked = [*order] if condition is None else [condition, *order]
    if OF_POSTS.isdisjoint(chain.from_iterable(map(_tables, asked))):
        keys = (
            sa.select(PersonRow.id)
            .outerjoin(Account, Account.person_id == PersonRow.id)
            .outerjoin(ScimIdentity, ScimIdentity.person_id == PersonRow.id)
            .where(visible_to(desk.viewer, MANAGE))
        )
    else:
        keys = users.selection(desk, sa.true()).with_only_columns(PersonRow.id)
    keys = posts.of_users(keys)
    return keys if condition is None else keys.where(condition)


def _tables(clause: Any) -> set[str]:
    """Return the names of the tables that a clause asks about."""
    parts = visitors.iterate(coercions.expect(roles.ColumnArgumentRole, clause))
    tables = (getattr(part, "table", None) for part in parts)
    return {table.name for table in tables if isinstance(table, sa.Table)}
