"""Reads of uploads: each is its uploader's alone."""

import sqlalchemy as sa

from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.importing.models import PeopleImport


def upload_for(viewer: Viewer, public_id: str) -> PeopleImport | None:
    """Return the viewer's own upload with this public id."""
    statement = sa.select(PeopleImport).where(
        PeopleImport.public_id == public_id, PeopleImport.account_id == viewer.account.id
    )
    return db.session.scalars(statement).one_or_none()
