"""The seal of a receipt, and its check: genuine, altered (and where), or not ours.

The seal is a JWS over a list of digests, one for each part of the receipt in the canonical form of
RFC 8785: white space and the order of names don't matter, and a part that was altered is named.
Everything here works without the database.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import rfc8785

from lms.assessment.examining.receipts.content import FORMAT
from lms.core.signing import BadSignature, DistrustedKey, KeyRing, UnknownKey, verified

PURPOSE = "exam-receipt+jws"
FILE_LIMIT = 2 * 2**20  # bytes


class Outcome(Enum):
    """What the check of a file found."""

    GENUINE = "genuine"
    ALTERED = "altered"
    FOREIGN = "foreign"  # no receipt, or signed by someone else
    DISTRUSTED = "distrusted"  # signed with a key that someone else may have used


@dataclass(frozen=True)
class Verdict:
    """The outcome; ``places`` name the parts that were altered, ``seal`` for the seal itself."""

    outcome: Outcome
    places: tuple[str, ...] = ()
    content: Mapping[str, Any] | None = None  # of a genuine receipt


def seal(content: Mapping[str, Any], *, ring: KeyRing, now: datetime) -> str:
    """Return the seal of a receipt."""
    manifest = {"format": FORMAT, "id": content["id"], "parts": digests(content)}
    return ring.sign(rfc8785.dumps(manifest), purpose=PURPOSE, now=now)


def file_of(content: Mapping[str, Any], seal_: str) -> str:
    """Return the file that the candidate keeps."""
    return json.dumps({"receipt": content, "seal": seal_}, ensure_ascii=False, indent=2) + "\n"


def digests(content: Mapping[str, Any]) -> dict[str, str]:
    """Return the digest of each part; each question is a part of its own."""
    # A name with a slash, which no receipt has, can't pass for a question.
    parts: dict[str, Any] = {
        name.replace("/", "~"): part for name, part in content.items() if name != "questions"
    }
    if len(parts) + ("questions" in content) != len(content):
        raise ValueError("two parts of one name")
    questions = content.get("questions")
    if isinstance(questions, list):
        parts["questions"] = len(questions)
        parts |= {f"questions/{n}": question for n, question in enumerate(questions, start=1)}
    elif "questions" in content:
        parts["questions"] = questions
    return {
        name: hashlib.sha256(rfc8785.dumps(part)).hexdigest()  # type: ignore[arg-type]
        for name, part in parts.items()
    }


def check(raw: bytes, keys: Mapping[str, Mapping[str, Any]]) -> Verdict:
    """Tell whether a file is a receipt signed with one of ``keys`` and unaltered."""
    document = _read(raw)
    if document is None:
        return Verdict(Outcome.FOREIGN)
    content, token = document
    try:
        manifest = json.loads(verified(token, purpose=PURPOSE, keys=keys))
    except UnknownKey:
        return Verdict(Outcome.FOREIGN)
    except DistrustedKey:
        return Verdict(Outcome.DISTRUSTED)
    except BadSignature:
        return Verdict(Outcome.ALTERED, ("seal",))
    try:
        found = digests(content)
    except (rfc8785.CanonicalizationError, RecursionError, ValueError):
        return Verdict(Outcome.ALTERED, ("form",))
    expected: dict[str, str] = manifest["parts"]
    places = tuple(
        name
        for name in sorted({*expected, *found}, key=_by_place)
        if expected.get(name) != found.get(name)
    )
    if places:
        return Verdict(Outcome.ALTERED, places)
    return Verdict(Outcome.GENUINE, content=content)


def _by_place(name: str) -> tuple[str, int]:
    part, _, number = name.partition("/")
    return part, int(number) if number.isdecimal() and len(number) < 7 else 0


def _read(raw: bytes) -> tuple[dict[str, Any], str] | None:
    """Return receipt and seal of a file; None for what can't be one."""
    if len(raw) > FILE_LIMIT:
        return None
    try:
        document = json.loads(
            raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or set(document) != {"receipt", "seal"}:
        return None
    content, token = document["receipt"], document["seal"]
    if not isinstance(content, dict) or not isinstance(token, str):
        return None
    return content, token


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands twice: readers would disagree on which one counts."""
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name stands twice")
    return names


def _no_constant(name: str) -> None:
    raise ValueError(name)
