"""Events as a browser sends them, checked before anything is written."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lms.assessment.errors import MalformedEvent
from lms.assessment.models import AttemptEvent, EventKind

BATCH_LIMIT = 100
SEQUENCE_LIMIT = 1_000_000
AGE_LIMIT = timedelta(days=1)


@dataclass(frozen=True)
class IncomingEvent:
    """One answer or flag; ``authored_at`` is the arrival less its age by the browser's own count.

    The browser counts with a clock that only goes forward, so a wrong date on a laptop is harmless.
    """

    event_id: str
    kind: EventKind
    writer: int
    sequence: int
    position: int
    body: dict[str, Any]
    authored_at: datetime

    def same_as(self, event: AttemptEvent) -> bool:
        """Tell whether ``event`` in the log is this one, sent before."""
        mine = (self.kind, self.writer, self.sequence, self.position, self.body)
        return mine == (event.kind, event.writer, event.sequence, event.position, event.body)


def read_events(raw: Any, received_at: datetime) -> list[IncomingEvent]:
    """Return the events of a request's ``events`` list. Raises MalformedEvent for anything else."""
    if not isinstance(raw, list) or len(raw) > BATCH_LIMIT:
        raise MalformedEvent
    events = [_read(entry, received_at) for entry in raw]
    if len({event.event_id for event in events}) != len(events):
        raise MalformedEvent
    return events


def _read(raw: Any, received_at: datetime) -> IncomingEvent:
    if not isinstance(raw, dict) or raw.get("kind") not in ("answer", "flag"):
        raise MalformedEvent
    kind = EventKind(raw["kind"])
    if kind is EventKind.ANSWER:
        body: dict[str, Any] = {"response": raw.get("response")}
    else:
        body = {"flagged": _of(bool, raw.get("flagged"))}
    age = timedelta(milliseconds=_whole(raw.get("authored_ms_ago", 0), 0, 10**9))
    return IncomingEvent(
        event_id=_event_id(raw.get("event_id")),
        kind=kind,
        writer=_whole(raw.get("writer"), 1, SEQUENCE_LIMIT),
        sequence=_whole(raw.get("sequence"), 1, SEQUENCE_LIMIT),
        position=_whole(raw.get("position"), 1, 1000),
        body=body,
        authored_at=received_at - min(age, AGE_LIMIT),
    )


def _of(kind: type, value: Any) -> Any:
    if not isinstance(value, kind):
        raise MalformedEvent
    return value


def _whole(value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise MalformedEvent
    return value


def _event_id(value: Any) -> str:
    try:
        return str(UUID(_of(str, value)))
    except ValueError as error:
        raise MalformedEvent from error
