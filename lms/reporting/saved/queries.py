"""Reads of saved lists. List scope: the owner's own, and those that were shared with one."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Employment, Person
from lms.reporting.saved.models import SavedList, SavedListPerson


def saved_lists(viewer: Viewer, kind: str | None = None) -> list[SavedList]:
    """Return the viewer's lists by name; of one kind when it is given."""
    statement = sa.select(SavedList).where(SavedList.owner_id == viewer.person.id)
    if kind is not None:
        statement = statement.where(SavedList.kind == kind)
    return list(db.session.scalars(statement.order_by(SavedList.name, SavedList.id)))


def saved_list(viewer: Viewer, public_id: str, *, locked: bool = False) -> SavedList | None:
    """Return one of the viewer's own lists, with its owner; ``locked`` to be changed."""
    statement = (
        sa.select(SavedList)
        .where(SavedList.owner_id == viewer.person.id, SavedList.public_id == public_id)
        .options(joinedload(SavedList.owner))
    )
    if locked:
        statement = statement.with_for_update(of=SavedList)
    return db.session.scalars(statement).one_or_none()


def open_to(viewer: Viewer, kind: str | None = None) -> sa.Select[Any]:
    """Select the viewer's lists and those that they are named for, with owners."""
    mine = sa.exists().where(
        SavedListPerson.list_id == SavedList.id, SavedListPerson.person_id == viewer.person.id
    )
    statement = (
        sa.select(SavedList)
        .where(sa.or_(SavedList.owner_id == viewer.person.id, mine))
        .options(joinedload(SavedList.owner))
    )
    return statement if kind is None else statement.where(SavedList.kind == kind)


def open_list(viewer: Viewer, public_id: str) -> SavedList | None:
    """Return one of these."""
    statement = open_to(viewer).where(SavedList.public_id == public_id)
    return db.session.scalars(statement).one_or_none()


def named_for(viewer: Viewer, kind: str | None = None) -> list[SavedListPerson]:
    """Return what colleagues named the viewer for, with lists and owners, by name."""
    statement = (
        sa.select(SavedListPerson)
        .join(SavedListPerson.saved_list)
        .where(SavedListPerson.person_id == viewer.person.id)
        .options(contains_eager(SavedListPerson.saved_list).joinedload(SavedList.owner))
        .order_by(SavedList.name, SavedList.id)
    )
    if kind is not None:
        statement = statement.where(SavedListPerson.is_shared, SavedList.kind == kind)
    return list(db.session.scalars(statement))


def colleagues_of(list_ids: Collection[int]) -> dict[int, list[SavedListPerson]]:
    """Return who is named for these lists, with their posts, by name, by the list's id."""
    statement = (
        sa.select(SavedListPerson)
        .join(SavedListPerson.person)
        .where(SavedListPerson.list_id.in_(sorted(list_ids)))
        .options(
            contains_eager(SavedListPerson.person)
            .joinedload(Person.employment)
            .joinedload(Employment.unit)
        )
        .order_by(Person.sort_name, Person.id)
    )
    found: dict[int, list[SavedListPerson]] = {}
    for one in db.session.scalars(statement):
        found.setdefault(one.list_id, []).append(one)
    return found


def named(list_key: str, person_key: str) -> SavedListPerson | None:
    """Return one who is named for a list, with both."""
    statement = (
        sa.select(SavedListPerson)
        .join(SavedListPerson.saved_list)
        .join(SavedListPerson.person)
        .where(SavedList.public_id == list_key, Person.public_id == person_key)
        .options(contains_eager(SavedListPerson.saved_list), contains_eager(SavedListPerson.person))
    )
    return db.session.scalars(statement).one_or_none()
