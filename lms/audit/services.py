"""Appending to the audit log."""

import hashlib
import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.audit.models import AuditEntry
from lms.core.database import db

GENESIS = "0" * 64


def _hash(entry: AuditEntry) -> str:
    fields = [
        entry.previous_hash,
        entry.recorded_at.isoformat(),
        entry.actor_key,
        entry.action,
        entry.subject_kind,
        entry.subject_key,
        entry.person_key,
        entry.reason,
        entry.details,
    ]
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def record(
    *,
    now: datetime,
    actor_key: str | None,
    action: str,
    subject_kind: str,
    subject_key: str,
    person_key: str | None = None,
    reason: str = "",
    **details: Any,
) -> AuditEntry:
    """Append one entry to the chain, in the caller's transaction.

    Writers queue up on the chain's end: SQLite's write lock does it there, an advisory lock held to
    the end of the transaction does it on PostgreSQL.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.text("SELECT pg_advisory_xact_lock(7461001)"))
    last = db.session.scalar(sa.select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1))
    entry = AuditEntry(
        recorded_at=now,
        actor_key=actor_key,
        action=action,
        subject_kind=subject_kind,
        subject_key=subject_key,
        person_key=person_key,
        reason=reason,
        details=details,
        previous_hash=last or GENESIS,
    )
    entry.hash = _hash(entry)
    db.session.add(entry)
    db.session.flush()
    return entry


def first_broken() -> int | None:
    """Return the id of the first entry whose chain does not hold; None when all of it does."""
    previous = GENESIS
    for entry in db.session.scalars(
        sa.select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    ):
        if entry.previous_hash != previous or entry.hash != _hash(entry):
            return entry.id
        previous = entry.hash
    return None
