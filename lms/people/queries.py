"""Named reads of people and units. List scope: ``visible_to``."""

from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import Employment, OrganisationUnit, Person


def within(paths: frozenset[str], column: Any = OrganisationUnit.path) -> sa.ColumnElement[bool]:
    """Return the condition 'the unit lies in one of ``paths``'; no path: nothing does."""
    return sa.or_(sa.false(), *(column.startswith(path, autoescape=True) for path in sorted(paths)))


def visible_to(viewer: Viewer, permission: Enum) -> sa.ColumnElement[bool]:
    """Return the condition on ``Person`` 'in the viewer's scope for ``permission``'.

    People who left the network have no unit and are seen with a scope over all of it only. Twin of
    ``policies.may_see_person``.
    """
    scope = viewer.scope(permission)
    if "/network/" in scope:
        return sa.true()
    return (
        sa.select(Employment.id)
        .join(Employment.unit)
        .where(Employment.person_id == Person.id, Employment.ended_on.is_(None), within(scope))
        .exists()
    )


def person_for(viewer: Viewer, permission: Enum, public_id: str) -> Person | None:
    """Return the person with ``public_id`` with the present post, if the viewer may see them."""
    statement = (
        sa.select(Person)
        .where(Person.public_id == public_id, visible_to(viewer, permission))
        .options(
            joinedload(Person.employment).options(
                joinedload(Employment.unit), joinedload(Employment.job_role)
            )
        )
    )
    return db.session.scalars(statement).one_or_none()
