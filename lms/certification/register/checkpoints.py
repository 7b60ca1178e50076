"""Checkpoints: the signed statement 'the register had so many entries and this root'.

A checkpoint is a compact JWS over a small JSON object; the file that is kept outside is the JSON
object with the statement beside it. Everything here works without the database.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785

from lms.core.signing import (
    BadSignature,
    DistrustedKey,
    KeyRing,
    UnknownKey,
    checked_keys,
    verified,
)

FORMAT = "lms-register-checkpoint/1"
PURPOSE = "register-checkpoint+jws"
FILE_LIMIT = 64 * 1024  # bytes


class NoCheckpoint(ValueError):
    """The text holds no checkpoint."""


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint states."""

    origin: str  # address of the site whose register it is
    size: int
    root: bytes
    made_at: str


def signed(*, origin: str, size: int, root: bytes, ring: KeyRing, now: datetime) -> str:
    """Return the signed statement."""
    stated: dict[str, Any] = {
        "format": FORMAT,
        "origin": origin,
        "size": size,
        "root": root.hex(),
        "made_at": now.isoformat(timespec="seconds"),
    }
    return ring.sign(rfc8785.dumps(stated), purpose=PURPOSE, now=now)


def is_signed_by(ring: KeyRing, statement: str) -> bool:
    """Tell whether a key of ``ring`` signed a statement; whether it holds is for the check."""
    try:
        verified(statement, purpose=PURPOSE, keys=checked_keys(ring.public_keys()))
    except UnknownKey:
        return False
    except (BadSignature, DistrustedKey):
        pass
    return True


def file_of(*, size: int, root: str, made_at: datetime, statement: str) -> str:
    """Return the file to be kept outside; what counts in it is the statement."""
    content = {
        "format": FORMAT,
        "size": size,
        "root": root,
        "made_at": made_at.isoformat(timespec="seconds"),
        "statement": statement,
    }
    return json.dumps(content, indent=2) + "\n"


def read(text: str, keys: Mapping[str, Mapping[str, Any]]) -> Checkpoint:
    """Return what a checkpoint states, given as its file or as the bare statement.

    Raises NoCheckpoint, or what ``signing.verified`` raises. The file's other fields must say what
    the statement says: nobody should keep a root that isn't the signed one.
    """
    beside = _fields(text) if text.lstrip().startswith("{") else {}
    statement = statement_in(text)
    if statement.count(".") != 2:
        raise NoCheckpoint("no signed statement")
    stated = _fields(verified(statement, purpose=PURPOSE, keys=keys).decode())
    size, root, origin = stated.get("size"), stated.get("root"), stated.get("origin")
    if stated.get("format") != FORMAT or not isinstance(size, int):
        raise NoCheckpoint("another format")
    for name in ("size", "root"):
        if name in beside and beside[name] != stated[name]:
            raise BadSignature(f"{name} is not the signed one")
    return Checkpoint(str(origin), size, bytes.fromhex(str(root)), str(stated.get("made_at")))


def statement_in(text: str) -> str:
    """Return the bare statement of a checkpoint; NoCheckpoint for JSON that is no object."""
    text = text.strip()
    return str(_fields(text).get("statement", "")) if text.startswith("{") else text


def _fields(text: str) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoCheckpoint("not JSON") from error
    if not isinstance(fields, dict):
        raise NoCheckpoint("no object")
    return fields
