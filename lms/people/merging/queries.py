"""Reads of merges, and what a merged-away record leads to."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.merging.models import PersonMerge
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to
from lms.people.second_person.models import SecondPersonRequest

KEEP = Permission.KEEP_PEOPLE


def merges(viewer: Viewer) -> sa.Select[PersonMerge]:
    """Return the merges whose record that stays the viewer keeps, to be paged by id.

    As long as it waits, both must be seen.
    """
    return (
        sa.select(PersonMerge)
        .where(
            visible_to(viewer, KEEP, PersonMerge.kept_id),
            sa.or_(
                PersonMerge.closed_at.is_not(None), visible_to(viewer, KEEP, PersonMerge.ended_id)
            ),
        )
        .options(
            joinedload(PersonMerge.kept),
            joinedload(PersonMerge.ended),
            joinedload(PersonMerge.request).options(
                joinedload(SecondPersonRequest.asked_by),
                joinedload(SecondPersonRequest.answered_by),
            ),
        )
    )


def merge_for(viewer: Viewer, public_id: str) -> PersonMerge | None:
    """Return a merge of the viewer's scope."""
    statement = merges(viewer).where(PersonMerge.public_id == public_id)
    return db.session.scalars(statement).one_or_none()


def open_merge(people: Collection[Person]) -> PersonMerge | None:
    """Return the request that waits about one of these people."""
    ids = [person.id for person in people]
    statement = sa.select(PersonMerge).where(
        PersonMerge.closed_at.is_(None),
        sa.or_(PersonMerge.kept_id.in_(ids), PersonMerge.ended_id.in_(ids)),
    )
    return db.session.scalars(statement.limit(1)).one_or_none()


def successor(viewer: Viewer, permission: Permission, public_id: str) -> str | None:
    """Return the public id of the record that one leads to, if the viewer may see that person."""
    stays = aliased(Person)
    statement = (
        sa.select(stays.public_id)
        .join(Person, Person.merged_into_id == stays.id)
        .where(Person.public_id == public_id, visible_to(viewer, permission, stays.id))
    )
    return db.session.scalar(statement)
