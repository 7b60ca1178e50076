"""Entering certificates into the register, sealing them with checkpoints, destroying salts."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.audit import services as audit
from lms.certification.models import Certificate
from lms.certification.register import checkpoints, records
from lms.certification.register.merkle import Frontier, leaf_hash
from lms.certification.register.models import RegisterCheckpoint, RegisterEntry
from lms.core.database import db
from lms.core.settings import Settings
from lms.core.signing import (
    BadSignature,
    DistrustedKey,
    KeyUse,
    UnknownKey,
    checked_keys,
    key_ring,
)
from lms.people.models import Person

BATCH = 1000  # entries a checkpoint takes in at most
FORGOTTEN = "certification.salts_destroyed"
_LOCK = 0x6D65726B6C65  # PostgreSQL advisory lock: one transaction at a time grows the tree


def without_entry() -> sa.Select[Any]:
    """Return the statement that finds certificates that have no entry: written past the models."""
    return (
        sa.select(Certificate.id)
        .outerjoin(RegisterEntry, RegisterEntry.certificate_id == Certificate.id)
        .where(RegisterEntry.id.is_(None))
    )


def enter_missing() -> int:
    """Let certificates without an entry wait for the next checkpoint; return how many."""
    missing = without_entry().order_by(Certificate.id)
    done = db.session.execute(sa.insert(RegisterEntry).from_select(["certificate_id"], missing))
    return int(done.rowcount)  # type: ignore[attr-defined]


def newest_checkpoint() -> RegisterCheckpoint | None:
    """Return the newest checkpoint; None while nothing was ever sealed."""
    statement = sa.select(RegisterCheckpoint).order_by(RegisterCheckpoint.size.desc()).limit(1)
    return db.session.scalars(statement).one_or_none()


def seal(*, now: datetime, settings: Settings) -> int:
    """Take in up to ``BATCH`` waiting entries and sign a checkpoint; return how many it took.

    The first call ever signs the checkpoint of the empty register. The newest checkpoint is signed
    anew when its key counts as compromised.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    newest = newest_checkpoint()
    rows = db.session.execute(_waiting()).all()
    if newest is not None and not rows:
        _sign_again_if_distrusted(newest, now, settings)
        return 0
    size = newest.size if newest else 0
    frontier = Frontier(size, map(bytes.fromhex, newest.peaks if newest else ()))
    taken_in = [_taken_in(row, size + place) for place, row in enumerate(rows)]
    for entry in taken_in:
        frontier.append(leaf_hash(entry["commitment"]))
    if taken_in:
        db.session.execute(sa.update(RegisterEntry), taken_in)
    _sign(frontier, now, settings)
    return len(taken_in)


def _waiting() -> sa.Select[Any]:
    return (
        records.selected()
        .join(RegisterEntry, RegisterEntry.certificate_id == Certificate.id)
        .add_columns(RegisterEntry.id.label("entry_id"))
        .where(RegisterEntry.position.is_(None))
        .order_by(RegisterEntry.id)
        .limit(BATCH)
    )


def _taken_in(row: sa.Row[Any], position: int) -> dict[str, Any]:
    salt = records.new_salt()
    return {
        "id": row.entry_id,
        "position": position,
        "salt": salt,
        "commitment": records.commitment(records.of_row(row), salt),
    }


def _sign(frontier: Frontier, now: datetime, settings: Settings) -> None:
    root = frontier.root()
    db.session.add(
        RegisterCheckpoint(
            size=frontier.size,
            made_at=now,
            root=root.hex(),
            peaks=[peak.hex() for peak in frontier.peaks],
            statement=_statement(frontier.size, root, now, settings),
        )
    )
    db.session.flush()


def _statement(size: int, root: bytes, now: datetime, settings: Settings) -> str:
    ring = key_ring(settings, KeyUse.REGISTER)
    origin = settings.public_address
    return checkpoints.signed(origin=origin, size=size, root=root, ring=ring, now=now)


def _sign_again_if_distrusted(
    newest: RegisterCheckpoint, now: datetime, settings: Settings
) -> None:
    known = checked_keys(key_ring(settings, KeyUse.REGISTER).public_keys())
    try:
        checkpoints.read(newest.statement, known)
    except DistrustedKey:
        newest.statement = _statement(newest.size, bytes.fromhex(newest.root), now, settings)
        newest.made_at = now
        db.session.flush()
    except (BadSignature, UnknownKey):
        pass  # ``checking`` tells of it; what was altered isn't signed


def forget(*, holder: Person, actor: Person | None, reason: str, now: datetime) -> list[int]:
    """Destroy the salts of a person's entries; return the entries' positions.

    The roots stay; nobody can tell any more what the leaves committed to. The audit log keeps the
    positions, so that a salt that vanished otherwise is found by ``checking``. An entry that still
    waits stays: seal first.
    """
    entries = db.session.scalars(
        sa.select(RegisterEntry)
        .join(Certificate, Certificate.id == RegisterEntry.certificate_id)
        .where(Certificate.holder_id == holder.id, RegisterEntry.salt.is_not(None))
        .order_by(RegisterEntry.position)
    ).all()
    positions = [entry.position for entry in entries if entry.position is not None]
    for entry in entries:
        entry.salt = None
    if positions:
        audit.record(
            now=now,
            actor_key=actor.public_id if actor else None,
            action="certification.salts_destroyed",
            subject_kind="register",
            subject_key="register",
            person_key=holder.public_id,
            reason=reason,
            positions=positions,
        )
    return positions


def file_of(checkpoint: RegisterCheckpoint) -> str:
    """Return a checkpoint as the file to be kept outside."""
    return checkpoints.file_of(
        size=checkpoint.size,
        root=checkpoint.root,
        made_at=checkpoint.made_at,
        statement=checkpoint.statement,
    )
