"""A package on its way through the browser: which one was shown, signed.

The file waits in the content-addressed store; the browser holds no more than this token, bound to
the person who sent it and to what the dry run showed. It ends after an hour.
"""

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

from lms.catalog.errors import PackageExpired

MAX_AGE = 3600  # seconds


@dataclass(frozen=True)
class PackageRequest:
    """A stored package and the fingerprint of the plan that was shown."""

    blob: str
    fingerprint: str


def _serialiser(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="catalog.package")


def sign(asked: PackageRequest, *, secret: str, actor_key: str) -> str:
    """Return the token."""
    return str(_serialiser(secret).dumps([actor_key, asked.blob, asked.fingerprint]))


def read(token: str, *, secret: str, actor_key: str) -> PackageRequest:
    """Return what ``sign`` was given. Raises PackageExpired."""
    try:
        owner, blob, fingerprint = _serialiser(secret).loads(token, max_age=MAX_AGE)
    except BadData as error:
        raise PackageExpired from error
    if owner != actor_key:
        raise PackageExpired
    return PackageRequest(blob, fingerprint)
