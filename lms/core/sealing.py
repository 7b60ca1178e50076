"""Sealing of small secrets with keys made of the installation's own (``LMS_SECRET_KEY``)."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def seal(secret: bytes, secret_key: str, *, purpose: str) -> bytes:
    """Encrypt a secret; what is sealed for one purpose opens for no other."""
    return _cipher(secret_key, purpose).encrypt(secret)


def unseal(
    sealed: bytes, secret_key: str, *, purpose: str, seconds: int | None = None
) -> bytes | None:
    """Return a sealed secret; None for one sealed with another key, or ``seconds`` ago or more."""
    try:
        return _cipher(secret_key, purpose).decrypt(sealed, ttl=seconds)
    except InvalidToken:
        return None


def _cipher(secret_key: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), 32, None, f"lms {purpose}".encode()).derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
