"""Checking a digital credential by the public keys alone, and its status by a signed list."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from lms.certification.credentials import badges, proofs, statuses
from lms.certification.credentials.proofs import NoProof
from lms.certification.credentials.sites import CREDENTIALS_V2, OPEN_BADGES_3
from lms.certification.credentials.statuses import NoStatusList
from lms.core.signing import BadSignature, DistrustedKey, UnknownKey, verified

TEXT_LIMIT = 256 * 1024  # characters of what someone hands in
TYPES = {"VerifiableCredential", "OpenBadgeCredential"}
ENVELOPE = "data:application/vc+jwt,"
Keys = Mapping[str, Mapping[str, Any]]
# Given the reference in a credential, the signed list it points to; None when it can't be had.
StatusList = Callable[[Mapping[str, Any]], str | None]


class Outcome(Enum):
    """What the check of a credential found; by first match."""

    MALFORMED = "malformed"  # no credential at all
    UNKNOWN_KEY = "unknown_key"
    DISTRUSTED = "distrusted"  # its key counts as compromised
    ALTERED = "altered"
    REVOKED = "revoked"
    EXPIRED = "expired"
    UNTOLD = "untold"  # genuine; whether it was revoked isn't known
    GENUINE = "genuine"


@dataclass(frozen=True)
class Verdict:
    """The outcome, and what a credential says whose signature holds."""

    outcome: Outcome
    content: Mapping[str, Any] | None = None


def token_in(text: str) -> str | None:
    """Return the VC-JWT in a text: itself, or enveloped in a JSON document; None for neither."""
    text = text.strip()
    if len(text) > TEXT_LIMIT:
        return None
    if text.startswith("{"):
        try:
            text = json.loads(text)["id"].removeprefix(ENVELOPE)
        except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
            return None
    return text if text.count(".") == 2 and text.isascii() else None


def is_badge(token: str) -> bool:
    """Tell whether a token claims to be a credential."""
    try:
        return jws.extract_compact(token.encode()).headers().get("typ") == badges.PURPOSE
    except (JoseError, ValueError, TypeError, RecursionError):
        return False


def is_document(text: str) -> bool:
    """Tell whether a text claims to be a credential in either form."""
    token = token_in(text)
    return text.lstrip().startswith("{") or (token is not None and is_badge(token))


def check(text: str, keys: Keys, *, now: datetime, status_list: StatusList) -> Verdict:
    """Tell whether a credential was signed with one of ``keys``, stands today, and what it says."""
    try:
        token = token_in(text)
        content = _proven(text, keys) if token is None else _signed(token, keys)
    except NoProof:
        return Verdict(Outcome.MALFORMED)
    except UnknownKey:
        return Verdict(Outcome.UNKNOWN_KEY)
    except DistrustedKey:
        return Verdict(Outcome.DISTRUSTED)
    except (BadSignature, ValueError, RecursionError):
        return Verdict(Outcome.ALTERED)
    return Verdict(_standing(content, keys, now, status_list), content)


def _signed(token: str, keys: Keys) -> dict[str, Any]:
    """Return what a VC-JWT says."""
    content = json.loads(verified(token, purpose=badges.PURPOSE, keys=keys))
    if not _is_credential(content) or not _repeats(content):
        raise BadSignature
    return dict(content)


def _proven(text: str, keys: Keys) -> dict[str, Any]:
    """Return what a credential says that carries its proof."""
    if len(text) > TEXT_LIMIT:
        raise NoProof("too long")
    content, controller = proofs.checked(proofs.read(text), keys)
    if not _is_credential(content) or controller != content["issuer"]["id"]:
        raise BadSignature
    return content


def _is_credential(content: Any) -> bool:
    """Tell whether what was signed is a credential as this platform makes them."""
    try:
        statuses.moment(content["validFrom"])
        if "validUntil" in content:
            statuses.moment(content["validUntil"])
        return bool(
            content["@context"][:2] == [CREDENTIALS_V2, OPEN_BADGES_3]
            and set(content["type"]) >= TYPES
            and content["issuer"]["id"]
            and content["id"]
            and content["credentialSubject"]["id"]
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _repeats(content: Mapping[str, Any]) -> bool:
    """Tell whether the registered claims repeat what the credential says, as they must."""
    try:
        return content == badges.claims(content) and ("exp" in content) == ("validUntil" in content)
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _standing(
    content: Mapping[str, Any], keys: Keys, now: datetime, status_list: StatusList
) -> Outcome:
    told = status_list(content["credentialStatus"]) if "credentialStatus" in content else None
    revoked: bool | None = None
    if told is not None:
        try:
            revoked = statuses.tells_revoked(told, content["credentialStatus"], keys)
        except (NoStatusList, UnknownKey, DistrustedKey, BadSignature):
            revoked = None
    if revoked:
        return Outcome.REVOKED
    if "validUntil" in content and statuses.moment(content["validUntil"]) < now:
        return Outcome.EXPIRED
    return Outcome.UNTOLD if revoked is None else Outcome.GENUINE
