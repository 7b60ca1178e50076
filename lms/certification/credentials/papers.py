"""Telling of a file whether it is a certificate of ours as it was issued."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import rfc8785

from lms.certification import numbers
from lms.certification.credentials import verifying
from lms.certification.sealing.findings import Finding, Inspection
from lms.core.signing import BadSignature, DistrustedKey, UnknownKey, verified

RECORD_PURPOSE = "certificate-record+jws"


class Answer(Enum):
    """What a file is."""

    OURS = "ours"  # and not a byte was changed
    ALTERED = "altered"  # ours once, and changed since
    DISTRUSTED = "distrusted"  # the key of its signature counts as compromised: it proves nothing
    FOREIGN = "foreign"


@dataclass(frozen=True)
class Paper:
    """What a file is, and the number of the certificate that it is or was made from."""

    answer: Answer
    number: str | None = None
    is_badge: bool = False


def judge(
    inspection: Inspection,
    keys: Mapping[str, Mapping[str, Any]],
    distrusted: frozenset[str] = frozenset(),
) -> Paper:
    """Tell what an examined file is; ``keys`` check the record that it carries.

    ``distrusted``: serials of the certificates whose keys count as compromised. A file without our
    signature that carries a record signed by us was ours once. A whole file's record needs no
    signature of its own: the file's covers it.
    """
    signed = inspection.finding is Finding.GENUINE
    whole = signed and inspection.signer not in distrusted
    stated = {_number(text, None if whole else keys) for text in inspection.records} - {None}
    number = stated.pop() if len(stated) == 1 else None
    if whole:
        return Paper(Answer.OURS, number)
    if signed:
        return Paper(Answer.DISTRUSTED, number)
    if inspection.finding is Finding.ALTERED or number is not None or stated:
        return Paper(Answer.ALTERED, number)
    return Paper(Answer.FOREIGN)


BADGES = {
    verifying.Outcome.MALFORMED: Answer.FOREIGN,
    verifying.Outcome.UNKNOWN_KEY: Answer.FOREIGN,
    verifying.Outcome.DISTRUSTED: Answer.DISTRUSTED,
    verifying.Outcome.ALTERED: Answer.ALTERED,
    verifying.Outcome.REVOKED: Answer.OURS,
    verifying.Outcome.EXPIRED: Answer.OURS,
    verifying.Outcome.UNTOLD: Answer.OURS,
    verifying.Outcome.GENUINE: Answer.OURS,
}


def judge_badge(text: str, keys: Mapping[str, Mapping[str, Any]], now: datetime) -> Paper:
    """Tell what a digital badge is; what became of its certificate the register tells."""
    verdict = verifying.check(text, keys, now=now, status_list=lambda _: None)
    stated = str((verdict.content or {}).get("id")).rpartition("/")[2]
    return Paper(BADGES[verdict.outcome], numbers.parse(stated), is_badge=True)


def _number(text: str, keys: Mapping[str, Mapping[str, Any]] | None) -> str | None:
    """Return the number in an embedded record; with ``keys``: None unless one of them signed it."""
    try:
        content = json.loads(text)
        record = content["record"]
        if keys is not None:
            signed = verified(content["signature"], purpose=RECORD_PURPOSE, keys=keys)
            if signed != rfc8785.dumps(record):
                return None
        return numbers.parse(record["number"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    except (BadSignature, UnknownKey, DistrustedKey):
        return None
