"""A proof for one certificate: record, salt, path and signed checkpoint, to be checked anywhere."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from lms.certification.models import Certificate
from lms.certification.register import checkpoints, records
from lms.certification.register.checkpoints import NoCheckpoint
from lms.certification.register.merkle import inclusion_proof, leaf_hash, proves_inclusion
from lms.certification.register.models import RegisterEntry
from lms.certification.register.services import newest_checkpoint
from lms.core.database import db
from lms.core.signing import BadSignature, DistrustedKey, UnknownKey

FORMAT = "lms-register-proof/1"
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
    commitments = db.session.scalars(
        sa.select(RegisterEntry.commitment)
        .where(RegisterEntry.position < newest.size)
        .order_by(RegisterEntry.position)
    )
    leaves = [leaf_hash(commitment) for commitment in commitments if commitment is not None]
    return {
        "format": FORMAT,
        "record": records.of_row(row),
        "salt": row.salt.hex(),
        "position": row.position,
        "path": [part.hex() for part in inclusion_proof(row.position, leaves)],
        "checkpoint": newest.statement,
    }


def holds(raw: bytes, keys: Mapping[str, Mapping[str, Any]]) -> bool:
    """Tell whether a proof holds against its checkpoint, signed with one of ``keys``."""
    if len(raw) > FILE_LIMIT:
        return False
    try:
        proof = json.loads(raw)
        stated = checkpoints.read(proof["checkpoint"], keys)
        commitment = records.commitment(proof["record"], bytes.fromhex(proof["salt"]))
        path = [bytes.fromhex(part) for part in proof["path"]]
        place = int(proof["position"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    except (NoCheckpoint, BadSignature, UnknownKey, DistrustedKey):
        return False
    return proves_inclusion(leaf_hash(commitment), place, stated.size, path, stated.root)
