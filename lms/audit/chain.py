"""The chain of the audit log: each entry's hash covers its content and the hash before it.

Altering, removing or inserting an entry breaks the chain there. Removing the newest ones does not:
whoever wants to notice that keeps the last hash elsewhere and asks ``check_chain`` for it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.audit.models import AuditEntry
from lms.core.database import db

GENESIS = "0" * 64


@dataclass(frozen=True)
class ChainReport:
    """What a check of the whole log found."""

    entries: int
    last_hash: str
    # The first entry whose content or predecessor is not what was recorded; None: all hold.
    first_broken_id: int | None
    has_anchor: bool  # the hash asked for is in the log (True when none was asked for)

    @property
    def holds(self) -> bool:
        """True when nothing is amiss."""
        return self.first_broken_id is None and self.has_anchor


# What an entry's hash covers, in this order.
COVERED = (
    "previous_hash",
    "recorded_at",
    "actor_key",
    "action",
    "subject_kind",
    "subject_key",
    "person_key",
    "reason",
    "details",
)


def content_of(entry: Any) -> dict[str, Any]:
    """Return the entry as plain data: the day and time in UTC, as ISO 8601 writes them."""
    return written({name: getattr(entry, name) for name in COVERED})


def written(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry's columns as plain data."""
    return {**values, "recorded_at": values["recorded_at"].isoformat()}


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hexadecimal, of an entry's content.

    Of the JSON array of the values that ``COVERED`` names: UTF-8, no spaces, no escapes but those
    that JSON demands, keys of objects in order. Whoever has an exported file recomputes it so.
    """
    fields = [content[name] for name in COVERED]
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def digest(entry: Any) -> str:
    """Return the hash that the entry's content and its predecessor's hash give."""
    return digest_of(content_of(entry))


def check_chain(anchor: str | None = None) -> ChainReport:
    """Recompute the whole chain; look for the hash ``anchor`` on the way."""
    previous, count, found = GENESIS, 0, anchor in (None, GENESIS)
    columns = (AuditEntry.id, AuditEntry.hash, *(getattr(AuditEntry, name) for name in COVERED))
    statement = sa.select(*columns).order_by(AuditEntry.id)
    with db.session.execute(statement.execution_options(yield_per=1000)) as result:
        for entry in result:
            if entry.previous_hash != previous or entry.hash != digest(entry):
                return ChainReport(count, previous, entry.id, found)
            previous, count, found = entry.hash, count + 1, found or entry.hash == anchor
    return ChainReport(count, previous, None, found)


def broken_among(entries: Iterable[AuditEntry]) -> set[int]:
    """Return the ids of those entries whose content or predecessor is not what was recorded."""
    rows = {entry.id: entry for entry in entries}
    before = aliased(AuditEntry)
    predecessor = (
        sa.select(before.hash)
        .where(before.id < AuditEntry.id)
        .order_by(before.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    links = db.session.execute(sa.select(AuditEntry.id, predecessor).where(AuditEntry.id.in_(rows)))
    return {
        identifier
        for identifier, recorded in links
        if rows[identifier].previous_hash != (recorded or GENESIS)
        or rows[identifier].hash != digest(rows[identifier])
    }
