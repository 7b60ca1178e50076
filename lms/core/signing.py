"""The installation's signing keys: Ed25519, kept as files that only the service's user can read.

One key signs at a time, the newest that has a private part. Keys that signed before stay, so that
what they signed can be checked for ever. A signature is a compact JWS (RFC 7515) with the algorithm
``Ed25519`` (RFC 9864); ``typ`` in its header says what is signed, so that a signature made for one
purpose proves nothing for another.
"""

import errno
import json
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import OKPKey

from lms.core.settings import Settings

ALGORITHM = "Ed25519"
JWT_ALGORITHM = "EdDSA"  # the older name of the same, which verifiers of credentials know
KEYS_LIMIT = 1000  # in a set of public keys that someone hands in


class KeyState(Enum):
    """What a key is good for."""

    SIGNS = "signs"
    VERIFIES = "verifies"  # signed before; its private part may still be there
    RETIRED = "retired"  # its private part is gone; what it signed stays good
    COMPROMISED = "compromised"  # someone else may have signed with it: proves nothing


class KeyUse(Enum):
    """What a ring's keys sign; each use has keys of its own."""

    RECEIPTS = "receipts"
    REGISTER = "register"  # checkpoints of the register of certificates
    CREDENTIALS = "credentials"  # codes on certificates, credentials, lists of their states


class NoSigningKey(LookupError):
    """There is no key of that name, or none that could sign."""


class UnfitKeyFile(OSError):
    """A file in the folder of keys holds no key, or one is missing there."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(errno.EINVAL, reason, str(path))


class BadSignature(Exception):
    """The signature doesn't hold, or was made for another purpose."""


class UnknownKey(Exception):
    """The signature names a key that isn't among the known ones."""


class DistrustedKey(Exception):
    """The signature was made with a key that counts as compromised."""


@dataclass(frozen=True)
class StoredKey:
    """One key of the ring."""

    kid: str  # RFC 7638 thumbprint
    made_at: datetime
    jwk: dict[str, Any]
    is_compromised: bool

    @property
    def can_sign(self) -> bool:
        """Whether the private part is there and trusted."""
        return "d" in self.jwk and not self.is_compromised

    @property
    def public(self) -> dict[str, Any]:
        """The key as it is published (RFC 7517)."""
        shown = {name: self.jwk[name] for name in ("kty", "crv", "x")}
        shown |= {"kid": self.kid, "use": "sig", "alg": ALGORITHM}
        return shown | ({"compromised": True} if self.is_compromised else {})

    def signature(self, message: bytes) -> bytes:
        """Return the bare signature (RFC 8032) of a message that says itself what it is for."""
        private = OKPKey.import_key(self.jwk).private_key
        assert isinstance(private, Ed25519PrivateKey)
        return private.sign(message)


class KeyRing:
    """The keys in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[StoredKey]:
        """Return all keys, the newest first."""
        keys = [_read(path) for path in sorted(self.folder.glob("*.json"))]
        return sorted(keys, key=lambda key: (key.made_at, key.kid), reverse=True)

    def signer(self) -> StoredKey | None:
        """Return the key that signs; None when there is none."""
        return next((key for key in self.all() if key.can_sign), None)

    def in_use(self, now: datetime) -> StoredKey:
        """Return the key that signs; the first signature ever makes the first key."""
        return self.signer() or self.make(now)

    def state_of(self, key: StoredKey) -> KeyState:
        """Return what ``key`` is good for."""
        if key.is_compromised:
            return KeyState.COMPROMISED
        if "d" not in key.jwk:
            return KeyState.RETIRED
        signer = self.signer()
        is_signer = signer is not None and signer.kid == key.kid
        return KeyState.SIGNS if is_signer else KeyState.VERIFIES

    def make(self, now: datetime) -> StoredKey:
        """Make a key, which signs from now on."""
        made = OKPKey.generate_key("Ed25519")
        # Later than all before, whatever the clock says: the newest one signs.
        earliest = [key.made_at + timedelta(microseconds=1) for key in self.all()]
        made_at = max([now, *earliest])
        key = StoredKey(made.thumbprint(), made_at, made.as_dict(private=True), False)
        self._write(key)
        return key

    def retire(self, kid: str, *, compromised: bool) -> StoredKey:
        """Destroy the private part of a key that doesn't sign any more.

        Raises NoSigningKey for an unknown key, and for the one that signs: rotate first.
        """
        signer = self.signer()
        known = {key.kid: key for key in self.all()}
        if kid not in known or (signer is not None and signer.kid == kid):
            raise NoSigningKey(kid)
        key = known[kid]
        public = {name: value for name, value in key.jwk.items() if name != "d"}
        retired = StoredKey(kid, key.made_at, public, key.is_compromised or compromised)
        self._write(retired)
        return retired

    def public_keys(self) -> dict[str, Any]:
        """Return the set of public keys (JWKS) that the site publishes."""
        return {"keys": [key.public for key in self.all()]}

    def sign(
        self, payload: bytes, *, purpose: str, now: datetime, key_hint: int | None = None
    ) -> str:
        """Return a compact JWS over ``payload``; the first signature ever makes the first key.

        ``key_hint``: name the key by so many characters of its id, where room is scarce.
        """
        key = self.in_use(now)
        return _signed({"alg": ALGORITHM, "kid": key.kid[:key_hint], "typ": purpose}, payload, key)

    def sign_for_others(self, payload: bytes, *, purpose: str, now: datetime, keys_at: str) -> str:
        """Return a compact JWS for verifiers elsewhere, who fetch the key.

        ``keys_at``: the address, ending with a slash, beneath which a key lies by its id.
        """
        key = self.in_use(now)
        header = {"alg": JWT_ALGORITHM, "kid": keys_at + key.kid, "typ": purpose}
        return _signed(header, payload, key)

    def _write(self, key: StoredKey) -> None:
        """Write a key's file whole or not at all, for this user's eyes only."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = {
            "kid": key.kid,
            "made_at": key.made_at.isoformat(),
            "compromised": key.is_compromised,
            "jwk": key.jwk,
        }
        handle, name = tempfile.mkstemp(dir=self.folder)  # made with mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(self.folder / f"{key.kid}.json")


def _signed(header: dict[str, Any], payload: bytes, key: StoredKey) -> str:
    private = OKPKey.import_key(key.jwk)
    with _old_names_allowed():
        return jws.serialize_compact(header, payload, private, algorithms=[header["alg"]])


@contextmanager
def _old_names_allowed() -> Iterator[None]:
    """Let joserfc take the older name of the algorithm without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        yield


def _read(path: Path) -> StoredKey:
    text = path.read_text("utf-8", "replace")
    try:
        content = json.loads(text)
        made_at = datetime.fromisoformat(content["made_at"])
        return StoredKey(content["kid"], made_at, content["jwk"], content["compromised"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnfitKeyFile(path, "holds no key") from error


def key_ring(settings: Settings, use: KeyUse = KeyUse.RECEIPTS) -> KeyRing:
    """Return the installation's keys for one use."""
    folder = settings.var / "keys"
    return KeyRing(folder if use is KeyUse.RECEIPTS else folder / use.value)


def public_keys(settings: Settings) -> dict[str, Any]:
    """Return the set of public keys (JWKS) that the site publishes: those of all uses."""
    rings = [key_ring(settings, use) for use in KeyUse]
    return {"keys": [key for ring in rings for key in ring.public_keys()["keys"]]}


def checked_keys(published: Any) -> dict[str, Mapping[str, Any]]:
    """Return the Ed25519 keys of a JWKS by name; ValueError for anything else."""
    keys = published.get("keys") if isinstance(published, dict) else None
    if not isinstance(keys, list) or len(keys) > KEYS_LIMIT:
        raise ValueError("no set of public keys")
    return {
        key["kid"].rpartition("/")[2]: key
        for key in keys
        if isinstance(key, dict)
        and isinstance(key.get("kid"), str)
        and key.get("kty") == "OKP"
        and key.get("crv") == "Ed25519"
        and isinstance(key.get("x"), str)
    }


def verified(token: str, *, purpose: str, keys: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Return what a compact JWS made for ``purpose`` with one of ``keys`` signs.

    A key that is named by an address is known by the address's last part. Raises UnknownKey,
    DistrustedKey or BadSignature.
    """
    named = _claimed_key(token)
    kid = named.rpartition("/")[2]
    if kid not in keys:
        raise UnknownKey(kid)
    if keys[kid].get("compromised"):
        raise DistrustedKey(kid)
    public = {name: keys[kid][name] for name in ("kty", "crv", "x")}
    algorithm = ALGORITHM if named == kid else JWT_ALGORITHM
    try:
        with _old_names_allowed():
            key = OKPKey.import_key(public)
            signed = jws.deserialize_compact(token, key, algorithms=[algorithm])
    except (JoseError, ValueError, TypeError) as error:
        raise BadSignature(kid) from error
    if signed.headers().get("typ") != purpose:
        raise BadSignature(kid)
    payload: bytes = signed.payload
    return payload


def _claimed_key(token: str) -> str:
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, UnicodeError, RecursionError) as error:
        raise BadSignature("no signature at all") from error
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise BadSignature("names no key")
    return kid
