"""Proofs that lie inside the signed document: W3C Data Integrity, cryptosuite ``eddsa-rdfc-2022``.

W3C 'Verifiable Credential Data Integrity 1.0' and 'Data Integrity EdDSA Cryptosuites v1.0', 3.2:
the suite that 1EdTech demands of Open Badges 3.0. What the document states is signed
(``canonical``); what nothing gives a meaning is refused, for then it isn't signed.
``eddsa-jcs-2022`` (3.3) signs the JSON itself: badges were made with it before, and stay good.
Works without the database.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.certification.credentials import canonical
from lms.core.signing import BadSignature, DistrustedKey, KeyRing, UnknownKey

TYPE, SUITE, PURPOSE = "DataIntegrityProof", "eddsa-rdfc-2022", "assertionMethod"
OPTIONS = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "@context"}
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # base58btc
ED25519_PUBLIC = b"\xed\x01"  # multicodec
TEXT_LIMIT = 128
METHOD = re.compile(r"(.{1,1000}?)(?:#|/keys/)(z[1-9A-Za-z]{1,100})")


def _json(part: Mapping[str, Any]) -> bytes:
    return rfc8785.dumps(dict(part))


CANONICAL: dict[str, Callable[[Mapping[str, Any]], bytes]] = {
    SUITE: canonical.statements,
    "eddsa-jcs-2022": _json,
}


class NoProof(ValueError):
    """The document has no proof of this kind."""


def multibase(content: bytes) -> str:
    """Return bytes in base58btc, marked as such (W3C Controlled Identifiers 1.0, 2.4)."""
    zeros = len(content) - len(content.lstrip(b"\0"))
    number, digits = int.from_bytes(content), ""
    while number:
        number, digit = divmod(number, 58)
        digits = ALPHABET[digit] + digits
    return "z" + ALPHABET[0] * zeros + digits


def from_multibase(text: str) -> bytes:
    """Return the bytes of a short text in base58btc; ValueError for anything else."""
    digits = text[1:]
    if not text.startswith("z") or len(text) > TEXT_LIMIT or not set(digits) <= set(ALPHABET):
        raise ValueError("not in base58btc")
    number = 0
    for digit in digits:
        number = number * 58 + ALPHABET.index(digit)
    zeros = len(digits) - len(digits.lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def multikey(key: Mapping[str, Any]) -> str:
    """Return a public key (JWK, Ed25519) as a Multikey writes it."""
    public = str(key["x"])
    decoded = base64.urlsafe_b64decode(public + "=" * (-len(public) % 4))
    return multibase(ED25519_PUBLIC + decoded)


def secured(
    document: Mapping[str, Any], *, keys_at: str, ring: KeyRing, now: datetime
) -> dict[str, Any]:
    """Return the document with a proof.

    ``keys_at``: the address, ending with a slash, beneath which a key lies by its Multikey. An
    address of its own for each, since many verifiers don't look for a part of a document.
    """
    key = ring.in_use(now)
    options = {
        "type": TYPE,
        "cryptosuite": SUITE,
        "created": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": keys_at + multikey(key.jwk),
        "proofPurpose": PURPOSE,
    }
    named = {**options, "@context": document["@context"]}  # 3.2.5: as if it stood there
    signature = key.signature(digest(document, named))
    return {**document, "proof": {**options, "proofValue": multibase(signature)}}


def digest(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """Return what is signed (3.2.4): the hash of the options, then that of the document."""
    written_as = CANONICAL[options["cryptosuite"]]
    return b"".join(hashlib.sha256(written_as(part)).digest() for part in (options, document))


def written(document: Mapping[str, Any]) -> bytes:
    """Return the document as a file in which every byte counts: without any free spaces."""
    return _json(document)


def read(text: str) -> dict[str, Any]:
    """Return a JSON object; NoProof for any other text, a name that stands twice included."""
    try:
        document = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise NoProof("no JSON document") from error
    if not isinstance(document, dict):
        raise NoProof("no JSON object")
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a second value under a name: readers differ in which of them they take."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NoProof("a name stands twice")
    return found


def checked(
    document: Mapping[str, Any], keys: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Any], str]:
    """Return what a proof with one of ``keys`` secures, and whose keys it says to be made with.

    Raises NoProof, UnknownKey, DistrustedKey or BadSignature.
    """
    content = {name: value for name, value in document.items() if name != "proof"}
    proof = document.get("proof")
    if (
        not isinstance(proof, dict)
        or proof.get("type") != TYPE
        or str(proof.get("cryptosuite")) not in CANONICAL
    ):
        raise NoProof("no proof of this kind")
    controller, named = _place(str(proof.get("verificationMethod")))
    key = {multikey(key): key for key in keys.values() if _is_whole(key)}.get(named)
    if key is None:
        raise UnknownKey(named[:TEXT_LIMIT])
    if key.get("compromised"):
        raise DistrustedKey(named)
    context = content.get("@context")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if proof["cryptosuite"] == SUITE:
        options.setdefault("@context", context)
    fits = set(options) == OPTIONS and options["proofPurpose"] == PURPOSE
    if not fits or options["@context"] != context:
        raise BadSignature(named)
    try:
        signature = from_multibase(str(proof.get("proofValue")))
        public = Ed25519PublicKey.from_public_bytes(from_multibase(named)[len(ED25519_PUBLIC) :])
        public.verify(signature, digest(content, options))
    except (InvalidSignature, ValueError, RecursionError) as error:
        raise BadSignature(named) from error
    return content, controller


def _place(method: str) -> tuple[str, str]:
    """Return whose key a proof names, and its Multikey; two empty texts for no address of ours."""
    found = METHOD.fullmatch(method)
    return (found[1], found[2]) if found else ("", "")


def _is_whole(key: Mapping[str, Any]) -> bool:
    """Tell whether a key from a set that someone handed in can be one."""
    return len(str(key["x"])) == 43 and str(key["x"]).isascii()
