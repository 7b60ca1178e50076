"""Proofs to be checked anywhere: that a certificate is in the register, that it only grew.

The first holds record, salt, path and signed checkpoint, the other two checkpoints and the path
between them (RFC 6962, 2.1.1 and 2.1.2).
"""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from lms.certification.models import Certificate
from lms.certification.register import checkpoints, records
from lms.certification.register.checkpoints import Checkpoint, NoCheckpoint
from lms.certification.register.merkle import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    proves_consistency,
    proves_inclusion,
)
from lms.certification.register.models import RegisterEntry
from lms.certification.register.services import newest_checkpoint
from lms.core.database import db
from lms.core.signing import BadSignature, DistrustedKey, UnknownKey

FORMAT = "lms-register-proof/1"
GROWTH = "lms-register-growth/1"
FILE_LIMIT = 2**20  # bytes


def inclusion(number: str) -> dict[str, Any] | None:
    """Return the proof that a certificate is in the register, against the newest checkpoint.

    None without an entry, or when its salt is destroyed. Reads all commitments: for commands.
    """
    row = db.session.execute(
        records.selected()
        .join(RegisterEntry, RegisterEntry.certificate_id == Certificate.id)
        .add_columns(RegisterEntry.position, RegisterEntry.salt)
        .where(Certificate.number == number)
    ).one_or_none()
    newest = newest_checkpoint()
    if row is None or row.salt is None or newest is None or row.position >= newest.size:
        return None
    leaves = _leaves(newest.size)
    return {
        "format": FORMAT,
        "record": records.of_row(row),
        "salt": row.salt.hex(),
        "position": row.position,
        "path": [part.hex() for part in inclusion_proof(row.position, leaves)],
        "checkpoint": newest.statement,
    }


def growth(earlier: str, stated: Checkpoint) -> dict[str, Any] | None:
    """Return the proof that the register has only grown since ``earlier``, which states ``stated``.

    None when there is no checkpoint as large. What was altered since gives a proof that fails.
    Reads all commitments: for commands.
    """
    newest = newest_checkpoint()
    if newest is None or newest.size < stated.size:
        return None
    leaves = _leaves(newest.size)
    if len(leaves) < stated.size:
        return None
    path = consistency_proof(stated.size, leaves) if stated.size else []
    return {
        "format": GROWTH,
        "earlier": earlier,
        "path": [part.hex() for part in path],
        "checkpoint": newest.statement,
    }


def _leaves(size: int) -> list[bytes]:
    commitments = db.session.scalars(
        sa.select(RegisterEntry.commitment)
        .where(RegisterEntry.position < size)
        .order_by(RegisterEntry.position)
    )
    return [leaf_hash(commitment) for commitment in commitments if commitment is not None]


def holds(raw: bytes, keys: Mapping[str, Mapping[str, Any]]) -> bool:
    """Tell whether a proof of either kind holds for its checkpoints, signed with ``keys``."""
    if len(raw) > FILE_LIMIT:
        return False
    try:
        proof = json.loads(raw)
        if proof.get("format") == GROWTH:
            return _grew(proof, keys)
        stated = checkpoints.read(proof["checkpoint"], keys)
        commitment = records.commitment(proof["record"], bytes.fromhex(proof["salt"]))
        path = [bytes.fromhex(part) for part in proof["path"]]
        place = int(proof["position"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    except (NoCheckpoint, BadSignature, UnknownKey, DistrustedKey):
        return False
    return proves_inclusion(leaf_hash(commitment), place, stated.size, path, stated.root)


def _grew(proof: Mapping[str, Any], keys: Mapping[str, Mapping[str, Any]]) -> bool:
    earlier = checkpoints.read(proof["earlier"], keys)
    later = checkpoints.read(proof["checkpoint"], keys)
    path = [bytes.fromhex(part) for part in proof["path"]]
    is_one_site = earlier.origin == later.origin
    return is_one_site and proves_consistency(
        earlier.size, earlier.root, later.size, later.root, path
    )
