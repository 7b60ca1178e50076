"""Appending to the audit log."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from lms.audit.acting import with_token
from lms.audit.chain import GENESIS, digest_of, written
from lms.audit.events import recording
from lms.audit.models import AuditEntry
from lms.core.database import db, execute
from lms.core.unit_of_work import refuse_while_reading

# Made once: nearly every change asks for them.
NEWEST = sa.select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
APPEND = sa.insert(AuditEntry.__table__)
LOCK = sa.text("SELECT pg_advisory_xact_lock(7461001)")
END = "audit.end_of_chain"  # in the session: the hash that this transaction appended last


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
) -> None:
    """Append one entry to the chain, in the caller's transaction.

    Writers queue up on the chain's end: SQLite's write lock does it there, an advisory lock held to
    the end of the transaction does it on PostgreSQL.
    """
    refuse_while_reading(f"the audit entry {action}")
    record_many(
        now=now,
        actor_key=actor_key,
        action=action,
        subject_kind=subject_kind,
        subjects=[(subject_key, person_key, details)],
        reason=reason,
    )


def record_many(
    *,
    now: datetime,
    actor_key: str | None,
    action: str,
    subject_kind: str,
    subjects: Iterable[tuple[str, str | None, dict[str, Any]]],
    reason: str = "",
) -> None:
    """Append one entry for each (subject key, person key, details), all in one statement."""
    append(
        {
            "recorded_at": now,
            "actor_key": actor_key,
            "action": action,
            "subject_kind": subject_kind,
            "subject_key": subject_key,
            "person_key": person_key,
            "reason": reason,
            "details": details,
        }
        for subject_key, person_key, details in subjects
    )


def append(facts: Iterable[dict[str, Any]]) -> None:
    """Append entries given by all their columns but the hashes, in their order, at one price."""
    facts = list(facts)
    recording.send(facts)
    last, rows = _end_of_chain(), []
    for fact in facts:
        row = {
            **fact,
            "details": with_token(fact["details"]),
            "recorded_at": fact["recorded_at"].astimezone(UTC),
            "previous_hash": last,
        }
        row["hash"] = last = digest_of(written(row))
        rows.append(row)
    if rows:
        execute(APPEND, rows)
        db.session.info[END] = last


def _end_of_chain() -> str:
    """Return the newest entry's hash; on PostgreSQL, hold the chain's end until commit.

    A transaction that appended already holds the end, and so knows it.
    """
    known: str | None = db.session.info.get(END)
    if known is not None:
        return known
    if db.session.get_bind().dialect.name == "postgresql":
        execute(LOCK)
    return execute(NEWEST).scalar() or GENESIS


@event.listens_for(Session, "after_transaction_end")
def _let_go(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(END, None)


@event.listens_for(Session, "after_soft_rollback")
def _forget_undone(session: Session, _undone: SessionTransaction) -> None:
    session.info.pop(END, None)  # also where only a savepoint's entries are gone
