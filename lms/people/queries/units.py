"""Reads of the organisation tree and of job roles."""

from enum import Enum

import sqlalchemy as sa

from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import OrganisationUnit
from lms.people.queries.persons import within


def units_within(viewer: Viewer, permission: Enum) -> list[OrganisationUnit]:
    """Return the open units in the viewer's scope, each after the one above it."""
    statement = (
        sa.select(OrganisationUnit)
        .where(within(viewer.scope(permission)), OrganisationUnit.closed_on.is_(None))
        .order_by(OrganisationUnit.path)
    )
    return list(db.session.scalars(statement))


def unit_for(viewer: Viewer, permission: Enum, public_id: str) -> OrganisationUnit | None:
    """Return the unit with ``public_id`` if it lies in the viewer's scope."""
    statement = sa.select(OrganisationUnit).where(
        OrganisationUnit.public_id == public_id, within(viewer.scope(permission))
    )
    return db.session.scalars(statement).one_or_none()


def unit_coded(code: str) -> OrganisationUnit | None:
    """Return the unit with this code."""
    statement = sa.select(OrganisationUnit).where(OrganisationUnit.code == code)
    return db.session.scalars(statement).one_or_none()
