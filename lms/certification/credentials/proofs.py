"""Proofs that lie inside the signed document: W3C Data Integrity, cryptosuite ``eddsa-jcs-2022``.

W3C 'Verifiable Credential Data Integrity 1.0' and 'Data Integrity EdDSA Cryptosuites v1.0', 3.3.
Of its suites this one canonicalises JSON as such (RFC 8785): all that stands in the document is
signed, also what no JSON-LD context defines, and whoever checks it fetches and interprets no
contexts. Works without the database.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lms.core.signing import BadSignature, DistrustedKey, KeyRing, UnknownKey

TYPE, SUITE, PURPOSE = "DataIntegrityProof", "eddsa-jcs-2022", "assertionMethod"
KIND = (TYPE, SUITE)
OPTIONS = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "@context"}
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # base58btc
ED25519_PUBLIC = b"\xed\x01"  # multicodec
SIGNATURE_BYTES, TEXT_LIMIT = 64, 128


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
    document: Mapping[str, Any], *, controller: str, ring: KeyRing, now: datetime
) -> dict[str, Any]:
    """Return the document with a proof, whose key is found in the document about ``controller``."""
    key = ring.in_use(now)
    options = {
        "type": TYPE,
        "cryptosuite": SUITE,
        "created": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": f"{controller}#{multikey(key.jwk)}",
        "proofPurpose": PURPOSE,
        "@context": document["@context"],
    }
    signature = key.signature(digest(document, options))
    return {**document, "proof": {**options, "proofValue": multibase(signature)}}


def digest(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """Return what is signed (3.3.4): the hash of the options, then that of the document."""
    return b"".join(
        hashlib.sha256(rfc8785.dumps(dict(part))).digest() for part in (options, document)
    )


def written(document: Mapping[str, Any]) -> bytes:
    """Return the document as a file in which every byte counts: without any free spaces."""
    return rfc8785.dumps(dict(document))


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
    if not isinstance(proof, dict) or (proof.get("type"), proof.get("cryptosuite")) != (
        TYPE,
        SUITE,
    ):
        raise NoProof("no proof of this kind")
    controller, _, named = str(proof.get("verificationMethod")).partition("#")
    key = {multikey(key): key for key in keys.values() if _is_whole(key)}.get(named)
    if key is None:
        raise UnknownKey(named[:TEXT_LIMIT])
    if key.get("compromised"):
        raise DistrustedKey(named)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    fits = set(options) == OPTIONS and options["proofPurpose"] == PURPOSE
    if not fits or options["@context"] != content.get("@context"):
        raise BadSignature(named)
    try:
        signature = from_multibase(str(proof.get("proofValue")))
        public = Ed25519PublicKey.from_public_bytes(from_multibase(named)[len(ED25519_PUBLIC) :])
        public.verify(signature, digest(content, options))
    except (InvalidSignature, ValueError, RecursionError) as error:
        raise BadSignature(named) from error
    return content, controller


def _is_whole(key: Mapping[str, Any]) -> bool:
    """Tell whether a key from a set that someone handed in can be one."""
    return len(str(key["x"])) == 43 and str(key["x"]).isascii()
