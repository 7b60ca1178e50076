"""Reading the file of a browser's journal."""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from lms.assessment.models import Attempt
from lms.assessment.tokens import attempt_token
from lms.core.errors import Invalid

FORMAT = "exam-journal/1"
FILE_LIMIT = (
    400_000  # bytes; a journal holds what wasn't sent, seldom more than a few dozen answers
)
EVENTS_LIMIT = 2000


class UnreadableJournal(Invalid):
    """The file is no journal."""

    def __init__(self) -> None:
        super().__init__(_l("This is no file of answers that an exam page has saved."))


class ForeignJournal(Invalid):
    """The file belongs to another attempt."""

    def __init__(self) -> None:
        super().__init__(_l("The file belongs to another sitting."))


class AlteredJournal(Invalid):
    """The file's seal doesn't fit its content."""

    def __init__(self) -> None:
        super().__init__(_l("The file was changed after the exam page had saved it."))


@dataclass(frozen=True)
class Journal:
    """What a genuine file holds: events as the browser kept them, ``authored_at`` in ms."""

    events: list[dict[str, Any]]
    digest: str  # SHA-256 of the file's body

    def sent_at(self, received_at: datetime) -> list[dict[str, Any]]:
        """Return the events as if the browser had sent them at ``received_at``."""
        now = received_at.timestamp() * 1000
        return [
            {
                **{key: value for key, value in event.items() if key not in _OWN},
                "authored_ms_ago": _age(event.get("authored_at"), now),
            }
            for event in self.events
        ]


_OWN = ("attempt", "authored_at")


def _age(authored_at: Any, now: float) -> Any:
    is_number = isinstance(authored_at, int | float) and not isinstance(authored_at, bool)
    return now - authored_at if is_number else None  # None is refused where events are read


def read_journal(raw: bytes, attempt: Attempt, secret: str) -> Journal:
    """Return the journal of ``attempt`` in a file.

    Raises UnreadableJournal, ForeignJournal or AlteredJournal.
    """
    body, mac, claimed = _opened(raw)
    if claimed != attempt.public_id:
        raise ForeignJournal
    token = attempt_token(attempt, secret)
    expected = hmac.new(token.encode(), f"{FORMAT}\n{body}".encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), mac.encode()):
        raise AlteredJournal
    content = _parsed(body)
    events = content.get("events")
    if content.get("attempt") != attempt.public_id:
        raise ForeignJournal
    if (
        not isinstance(events, list)
        or len(events) > EVENTS_LIMIT
        or not all(isinstance(event, dict) for event in events)
    ):
        raise UnreadableJournal
    return Journal(events, hashlib.sha256(body.encode()).hexdigest())


def _opened(raw: bytes) -> tuple[str, str, str]:
    if len(raw) > FILE_LIMIT:
        raise UnreadableJournal
    try:
        document = _parsed(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableJournal from error
    parts = [document.get(name) for name in ("body", "mac", "attempt")]
    if document.get("format") != FORMAT or not all(isinstance(part, str) for part in parts):
        raise UnreadableJournal
    body, mac, claimed = (str(part) for part in parts)
    if any("\ud800" <= character <= "\udfff" for character in body + mac):
        raise UnreadableJournal
    return body, mac, claimed


def _parsed(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableJournal from error
    if not isinstance(document, dict):
        raise UnreadableJournal
    return document
