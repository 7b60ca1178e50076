"""Named reads of the audit log."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.audit.jobs import CHECKS
from lms.audit.models import AuditEntry
from lms.core.database import db

# The order of lists of entries. It is the chain's as long as the clock isn't put back.
ORDER = (AuditEntry.recorded_at, AuditEntry.id)
READERS = (datetime.fromisoformat, int)


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
        statement = statement.where(_is_of(domain))
    if concerns is not None:
        statement = statement.where(concerns)
    if since is not None:
        statement = statement.where(AuditEntry.recorded_at >= since)
    if before is not None:
        statement = statement.where(AuditEntry.recorded_at < before)
    return statement


def latest_check() -> AuditEntry | None:
    """Return the entry that says what came of the last check of the whole log."""
    statement = (
        sa.select(AuditEntry)
        .where(AuditEntry.subject_kind == "audit_log", AuditEntry.subject_key == CHECKS)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).first()


def place(entry: AuditEntry) -> tuple[datetime, int]:
    """Return the values of an entry that ``ORDER`` goes by."""
    return entry.recorded_at, entry.id


def _is_of(domain: str) -> sa.ColumnElement[bool]:
    """As the index has it (migrations 0081, 0082): entries of some domains are far apart."""
    before_dot = "substr(audit_entry.action, 1, instr(audit_entry.action, '.') - 1)"
    if db.session.get_bind().dialect.name == "postgresql":
        before_dot = "split_part(audit_entry.action, '.', 1)"
    return sa.literal_column(before_dot, sa.String) == domain
