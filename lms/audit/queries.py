"""Named reads of the audit log."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.audit.models import AuditEntry


def entries(
    *,
    domain: str = "",
    concerns: sa.ColumnElement[bool] | None = None,
    since: datetime | None = None,
    before: datetime | None = None,
) -> sa.Select[Any]:
    """Return the statement of entries that match, without an order.

    ``domain`` is the part of the action before the dot; ``concerns`` is a condition on the entry's
    keys made by whoever knows the records they name.
    """
    statement = sa.select(AuditEntry)
    if domain:
        statement = statement.where(AuditEntry.action.startswith(f"{domain}.", autoescape=True))
    if concerns is not None:
        statement = statement.where(concerns)
    if since is not None:
        statement = statement.where(AuditEntry.recorded_at >= since)
    if before is not None:
        statement = statement.where(AuditEntry.recorded_at < before)
    return statement
