"""Codes by time (RFC 6238) and the sealing of their secrets.

Six digits, SHA-1 and steps of 30 seconds: what every authenticator app can do. The code of the step
before and of the one after is taken too, since a phone's clock may go wrong by half a minute.
"""

import base64
import hmac
import os
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from lms.core import sealing

PURPOSE = "second factor"
SECONDS, DIGITS, SECRET_BYTES = 30, 6, 20


def new_secret() -> bytes:
    """Return a random secret of 160 bits, as RFC 4226 recommends."""
    return os.urandom(SECRET_BYTES)


def in_letters(secret: bytes) -> str:
    """Return the secret as one types it into an app that can't read the QR code."""
    letters = base64.b32encode(secret).decode()
    return " ".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def address(secret: bytes, *, name: str, issuer: str) -> str:
    """Return the ``otpauth:`` address that a QR code holds and a phone opens in an app."""
    address = _totp(secret).get_provisioning_uri(name, issuer)
    return address.replace("+", "%20")  # apps read it as an address, not as a form: "+" is a plus


def code_at(secret: bytes, at: datetime) -> str:
    """Return the code that the app shows at ``at``."""
    return _code(secret, _step(at))


def matching_step(secret: bytes, code: str, at: datetime) -> int | None:
    """Return the time step near ``at`` that has this code; None: none has."""
    present = _step(at)
    steps = (present - 1, present, present + 1)
    matching = [step for step in steps if hmac.compare_digest(_code(secret, step), code)]
    return matching[-1] if matching else None


def _step(at: datetime) -> int:
    return int(at.timestamp()) // SECONDS


def _code(secret: bytes, step: int) -> str:
    return _totp(secret).generate(step * SECONDS).decode()


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), SECONDS)  # noqa: S303 - what apps know; as HMAC it holds


def seal(secret: bytes, secret_key: str) -> bytes:
    """Encrypt a secret with a key made of the installation's: the table alone admits no one."""
    return sealing.seal(secret, secret_key, purpose=PURPOSE)


def unseal(sealed: bytes, secret_key: str) -> bytes | None:
    """Return a sealed secret; None when the installation's key was another one then."""
    return sealing.unseal(sealed, secret_key, purpose=PURPOSE)
