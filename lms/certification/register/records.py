"""What a leaf commits to: the canonical record of a certificate, and the salted commitment."""

import hashlib
import hmac
import json
import secrets
from typing import Any

import rfc8785
import sqlalchemy as sa

from lms.catalog.models import Course
from lms.certification.models import Certificate
from lms.people.models import Person

FORMAT = "lms-certificate-record/1"
SALT_BYTES = 32
_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def new_salt() -> bytes:
    """Return a salt that makes a commitment say nothing to whoever doesn't have it."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(record: dict[str, Any], salt: bytes) -> bytes:
    """Return what the leaf holds: HMAC-SHA-256 of the record in the form of RFC 8785."""
    return hmac.digest(salt, rfc8785.dumps(record), hashlib.sha256)


def commits(committed: bytes, record: dict[str, Any], salt: bytes) -> bool:
    """Tell whether a leaf holds this very record.

    Python's own writer mostly writes what RFC 8785 asks for, at a tenth of the price; of a register
    with a million records that is most of a check. Where it doesn't, the library's is compared:
    each text says but one record, so that whichever matches proves the same.
    """
    snapshot = record["snapshot"]
    percent = snapshot.get("percent") if isinstance(snapshot, dict) else None
    if isinstance(percent, float) and percent.is_integer():  # numbers have no empty fraction there
        snapshot = {**snapshot, "percent": int(percent)}
    text = _WRITER.encode({**record, "snapshot": snapshot}).encode(errors="surrogatepass")
    if hmac.digest(salt, text, hashlib.sha256) == committed:
        return True
    return commitment(record, salt) == committed


def selected() -> sa.Select[Any]:
    """Return the statement that reads what ``of_row`` needs; callers add their conditions."""
    replaced = sa.orm.aliased(Certificate)
    return (
        sa.select(
            Certificate.id.label("certificate_id"),
            Certificate.number,
            Certificate.issued_at,
            Certificate.issued_on,
            Certificate.valid_until_on,
            Certificate.snapshot,
            Course.slug.label("course"),
            sa.func.coalesce(Certificate.issued_to_key, Person.public_id).label("holder"),
            replaced.number.label("replaces"),
        )
        .join(Course, Course.id == Certificate.course_id)
        .join(Person, Person.id == Certificate.holder_id)
        .outerjoin(replaced, replaced.id == Certificate.replaces_id)
    )


def of_row(row: sa.Row[Any]) -> dict[str, Any]:
    """Return the record that one row of ``selected`` holds, in plain JSON values."""
    until = row.valid_until_on
    return {
        "format": FORMAT,
        "number": row.number,
        "issued_at": row.issued_at.isoformat(),
        "issued_on": row.issued_on.isoformat(),
        "valid_until_on": until.isoformat() if until else None,
        "course": row.course,
        "holder": row.holder,
        "replaces": row.replaces,
        "snapshot": row.snapshot,
    }
