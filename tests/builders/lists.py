"""Builders of saved lists."""

from lms.core.database import db
from lms.reporting.saved.models import SavedList
from tests.builders.people import NOW


def make_saved_list(owner_id: int, **overrides: object) -> SavedList:
    """The registry narrowed to what expires soon."""
    values = {"kind": "registry", "name": "Expiring", "values": {"status": "expiring"}}
    row = SavedList(owner_id=owner_id, saved_at=NOW, **{**values, **overrides})
    db.session.add(row)
    db.session.flush()
    return row
