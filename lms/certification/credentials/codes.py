"""The signed statement in a certificate's QR code.

A compact JWS (Ed25519) in the fragment of the verification address: browsers don't send it, so no
log holds it. It says id (``i``), initials (``n``), course (``c``), first and last day (``s``,
``u``); the header names the key by the beginning of its id. Short names and a bounded title keep
the code coarse enough for print. Works without the database.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from lms.certification import numbers, snapshots
from lms.certification.models import Certificate
from lms.core.signing import BadSignature, DistrustedKey, KeyRing, UnknownKey, verified

PURPOSE = "crt+jws"
COURSE_LENGTH = 32  # characters of the title; a longer one is cut
KEY_HINT = 8  # characters of the key id: enough to find the key, few enough for print
TEXT_LIMIT = 8000  # characters of what someone hands in


class Outcome(Enum):
    """What the check of a code found."""

    GENUINE = "genuine"  # as it was issued
    ALTERED = "altered"
    UNKNOWN_KEY = "unknown_key"  # not ours, or signed after these keys were kept
    DISTRUSTED = "distrusted"  # signed with a key that someone else may have used
    MALFORMED = "malformed"  # no signed code at all


@dataclass(frozen=True)
class Code:
    """What a genuine code says."""

    number: str
    name: str  # initials
    course: str
    issued_on: date
    valid_until_on: date | None


@dataclass(frozen=True)
class Verdict:
    """The outcome, and what a genuine code says."""

    outcome: Outcome
    code: Code | None = None


def signed(certificate: Certificate, language: str, *, ring: KeyRing, now: datetime) -> str:
    """Return the statement for the code on a certificate printed in ``language``."""
    snapshot, until = certificate.snapshot, certificate.valid_until_on
    course = snapshots.in_language(snapshot["course"], language)
    stated = {
        "i": certificate.number,
        "n": snapshots.masked_name(snapshot).replace("…", "."),
        "c": course if len(course) <= COURSE_LENGTH else course[: COURSE_LENGTH - 1] + "…",
        "s": certificate.issued_on.isoformat(),
    }
    if until is not None:
        stated["u"] = until.isoformat()
    payload = json.dumps(stated, ensure_ascii=False, separators=(",", ":")).encode()
    return ring.sign(payload, purpose=PURPOSE, now=now, key_hint=KEY_HINT)


def statement_in(text: str) -> str:
    """Return the statement in a scanned address, or the text itself."""
    return text[:TEXT_LIMIT].strip().rpartition("#")[2].strip()


def check(text: str, keys: Mapping[str, Mapping[str, Any]]) -> Verdict:
    """Tell whether a scanned text carries a code signed with one of ``keys``, and what it says."""
    keys = {kid[:KEY_HINT]: key for kid, key in keys.items()}
    statement = statement_in(text)
    if statement.count(".") != 2 or not statement.isascii():
        return Verdict(Outcome.MALFORMED)
    try:
        return Verdict(Outcome.GENUINE, _code(verified(statement, purpose=PURPOSE, keys=keys)))
    except UnknownKey:
        return Verdict(Outcome.UNKNOWN_KEY)
    except DistrustedKey:
        return Verdict(Outcome.DISTRUSTED)
    except BadSignature:
        return Verdict(Outcome.ALTERED)


def _code(payload: bytes) -> Code:
    stated = json.loads(payload)
    until = stated.get("u")
    return Code(
        number=numbers.parse(stated["i"]) or "",
        name=stated["n"],
        course=stated["c"],
        issued_on=date.fromisoformat(stated["s"]),
        valid_until_on=date.fromisoformat(until) if until else None,
    )
