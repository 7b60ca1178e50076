"""Reads of saved lists: the owner's alone."""

import sqlalchemy as sa

from lms.core.database import db
from lms.people.identity import Viewer
from lms.reporting.saved.models import SavedList


def saved_lists(viewer: Viewer, kind: str | None = None) -> list[SavedList]:
    """Return the viewer's lists by name; of one kind when it is given."""
    statement = sa.select(SavedList).where(SavedList.owner_id == viewer.person.id)
    if kind is not None:
        statement = statement.where(SavedList.kind == kind)
    return list(db.session.scalars(statement.order_by(SavedList.name, SavedList.id)))


def saved_list(viewer: Viewer, public_id: str) -> SavedList | None:
    """Return one of the viewer's lists."""
    statement = sa.select(SavedList).where(
        SavedList.owner_id == viewer.person.id, SavedList.public_id == public_id
    )
    return db.session.scalars(statement).one_or_none()
