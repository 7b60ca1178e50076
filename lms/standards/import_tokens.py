"""An import on its way through the browser: which file was shown, signed.

The file itself waits in the content-addressed store; the browser holds no more than this token,
bound to the person who sent the file, to the course and to what the dry run showed. It ends after
an hour.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeTimedSerializer

from lms.core.errors import Conflict
from lms.standards.items.formats import ItemFormat

MAX_AGE = 3600  # seconds


class ImportExpired(Conflict):
    """The token is too old, altered, or for someone else or another course."""

    def __init__(self) -> None:
        super().__init__(
            _l("This check of the file is no longer valid. Send the file again; nothing changed.")
        )


@dataclass(frozen=True)
class ImportRequest:
    """A file and how it is taken; ``fingerprint`` is that of the plan that was shown."""

    blob: str
    form: ItemFormat
    topic: str
    language: str
    fingerprint: str = ""


def _serialiser(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="standards.import")


def sign(asked: ImportRequest, *, secret: str, actor_key: str, slug: str) -> str:
    """Return the token."""
    told = [asked.blob, asked.form.value, asked.topic, asked.language, asked.fingerprint]
    return str(_serialiser(secret).dumps([actor_key, slug, *told]))


def read(token: str, *, secret: str, actor_key: str, slug: str) -> ImportRequest:
    """Return what ``sign`` was given. Raises ImportExpired."""
    try:
        owner, course, blob, form, topic, language, fingerprint = _serialiser(secret).loads(
            token, max_age=MAX_AGE
        )
    except BadData as error:
        raise ImportExpired from error
    if (owner, course) != (actor_key, slug):
        raise ImportExpired
    return ImportRequest(blob, ItemFormat(form), topic, language, fingerprint)
