"""Status lists: one bit for each credential, set when it no longer counts.

Bitstring Status List v1.0 (W3C). A list is a credential itself, signed when it is asked for. The
one purpose is revocation. ``suspension`` would say nothing: what can be suspended is a
certification under a scheme, of which no credential is made; a certificate tells that a course was
completed, and that is only ever revoked for good, or replaced, which is a revocation for verifiers.
Works without the database.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lms.certification.credentials import proofs
from lms.certification.credentials.sites import CREDENTIALS_V2, Site
from lms.core.signing import BadSignature, KeyRing, verified

PURPOSE = "vc+jwt"
ENTRIES = 131_072  # of a list: so many that one index says nothing about its holder
REVOCATION = "revocation"
FRESH = timedelta(minutes=5)  # how long a copy is good
LASTS = timedelta(days=1)  # after that nobody should take it for the present state
LARGEST = 8 * 2**20  # bytes of a list that someone hands in, unpacked


class NoStatusList(ValueError):
    """The text holds no status list that could tell."""


def encoded(positions: Iterable[int]) -> str:
    """Return a list in which these bits are set; bit 0 is the leftmost."""
    bits = bytearray(ENTRIES // 8)
    for position in positions:
        bits[position >> 3] |= 0x80 >> (position & 7)
    packed = base64.urlsafe_b64encode(gzip.compress(bytes(bits), mtime=0))
    return "u" + packed.rstrip(b"=").decode()


def is_set(encoded_list: str, index: int) -> bool:
    """Tell whether bit ``index`` of a list is set; NoStatusList for what is none."""
    if not encoded_list.startswith("u"):
        raise NoStatusList("not in base64url")
    try:
        text = encoded_list[1:]
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        bits = zlib.decompressobj(wbits=31).decompress(packed, LARGEST)
    except (ValueError, zlib.error) as error:
        raise NoStatusList("can't be unpacked") from error
    if not 0 <= index < len(bits) * 8 or len(bits) * 8 < ENTRIES:
        raise NoStatusList("too short")
    return bool(bits[index >> 3] & 0x80 >> (index & 7))


def listed(number: int, revoked: Iterable[int], *, site: Site, now: datetime) -> dict[str, Any]:
    """Return list ``number`` as a credential, unsigned."""
    address = site.status_list(number)
    return {
        "@context": [CREDENTIALS_V2],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": site.issuer,
        "validFrom": instant(now),
        "validUntil": instant(now + LASTS),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": REVOCATION,
            "encodedList": encoded(revoked),
            "ttl": int(FRESH.total_seconds() * 1000),
        },
    }


def signed(content: Mapping[str, Any], *, site: Site, ring: KeyRing, now: datetime) -> str:
    """Return a list as VC-JWT."""
    payload = json.dumps(content, separators=(",", ":")).encode()
    return ring.sign_for_others(payload, purpose=PURPOSE, now=now, keys_at=site.keys)


def entry(number: int, index: int, site: Site) -> dict[str, str]:
    """Return the reference to a place in a list, as it stands in a credential."""
    address = site.status_list(number)
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": REVOCATION,
        "statusListIndex": str(index),
        "statusListCredential": address,
    }


def tells_revoked(
    text: str, stated: Mapping[str, Any], keys: Mapping[str, Mapping[str, Any]]
) -> bool:
    """Tell what a signed list, in either form, says of the place ``stated`` in a credential.

    Raises NoStatusList for another list, or what ``signing.verified`` raises.
    """
    try:
        content = _proven(text, keys) if text.lstrip().startswith("{") else _told(text, keys)
        subject = content["credentialSubject"]
        fits = (content["id"], subject["type"], subject["statusPurpose"]) == (
            stated["statusListCredential"],
            "BitstringStatusList",
            stated["statusPurpose"],
        )
        index, bits = int(stated["statusListIndex"]), str(subject["encodedList"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise NoStatusList("no status list") from error
    if not fits:
        raise NoStatusList("another list")
    return is_set(bits, index)


def _told(token: str, keys: Mapping[str, Mapping[str, Any]]) -> Any:
    return json.loads(verified(token.strip(), purpose=PURPOSE, keys=keys))


def _proven(text: str, keys: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    content, controller = proofs.checked(proofs.read(text), keys)
    if controller != content.get("issuer"):
        raise BadSignature
    return content


def instant(moment: datetime) -> str:
    """Return an aware UTC moment as credentials write it, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> datetime:
    """Return the moment that ``instant`` wrote; ValueError for what it can't have written."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
