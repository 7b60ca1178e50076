"""Events as a browser sends them, checked before anything is written."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lms.assessment.errors import MalformedEvent
from lms.assessment.models import EventKind

BATCH_LIMIT = 100
SEQUENCE_LIMIT = 1_000_000
AGE_LIMIT = 24 * 3600 * 1000  # milliseconds


@dataclass(frozen=True)
class IncomingEvent:
    """One answer or flag; ``authored_at`` is the arrival less its age by the browser's own count.

    A browser counts how long ago, not when, so a wrong date on a laptop is harmless.
    """

    event_id: str
    kind: EventKind
    writer: int
    sequence: int
    position: int
    body: dict[str, Any]
    authored_at: datetime


def read_events(raw: Any, received_at: datetime) -> tuple[list[IncomingEvent], list[str]]:
    """Return the events of a request's ``events`` list, and the ids of those that make no sense.

    Raises MalformedEvent for anything else than a list of maps with ids of their own.
    """
    if not isinstance(raw, list) or len(raw) > BATCH_LIMIT:
        raise MalformedEvent
    ids = [_event_id(entry.get("event_id") if isinstance(entry, dict) else None) for entry in raw]
    if len(set(ids)) != len(ids):
        raise MalformedEvent
    events, senseless = [], []
    for event_id, entry in zip(ids, raw, strict=True):
        try:
            events.append(_read(event_id, entry, received_at))
        except MalformedEvent:
            senseless.append(event_id)
    return events, senseless


def _read(event_id: str, raw: dict[str, Any], received_at: datetime) -> IncomingEvent:
    if raw.get("kind") not in ("answer", "flag"):
        raise MalformedEvent
    kind = EventKind(raw["kind"])
    if kind is EventKind.ANSWER:
        body: dict[str, Any] = {"response": raw.get("response"), **_certainty(raw)}
    else:
        body = {"flagged": _of(bool, raw.get("flagged"))}
    return IncomingEvent(
        event_id=event_id,
        kind=kind,
        writer=_whole(raw.get("writer"), 1, SEQUENCE_LIMIT),
        sequence=_whole(raw.get("sequence"), 1, SEQUENCE_LIMIT),
        position=_whole(raw.get("position"), 1, 1000),
        body=body,
        authored_at=received_at - age_of(raw.get("authored_ms_ago", 0)),
    )


def _certainty(raw: dict[str, Any]) -> dict[str, int]:
    """Return how sure the candidate is, where it is stated: a part of what the log keeps."""
    level = raw.get("certainty")
    return {} if level is None else {"certainty": _whole(level, 1, 3)}


def _of(kind: type, value: Any) -> Any:
    if not isinstance(value, kind):
        raise MalformedEvent
    return value


def _whole(value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise MalformedEvent
    return value


def age_of(value: Any) -> timedelta:
    """Return the age for a number of milliseconds, within bounds: a browser's clock never costs an
    answer. Raises MalformedEvent for anything else.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or value != value:  # noqa: PLR0124 - not a number isn't equal to itself
        raise MalformedEvent
    return timedelta(milliseconds=min(max(value, 0), AGE_LIMIT))


def _event_id(value: Any) -> str:
    try:
        return str(UUID(_of(str, value)))
    except ValueError as error:
        raise MalformedEvent from error
