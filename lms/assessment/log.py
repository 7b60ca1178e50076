"""An attempt's log: its hash chain, and the state that follows from it.

The state is a fold that doesn't depend on the order of arrival: of two answers to one question the
one authored later stands, that is under a later lease (``writer``), or with a higher ``sequence``
within one lease. The path of a dialogue only grows: what was said can't be taken back.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from lms.assessment.kinds.base import Response
from lms.assessment.models import AttemptEvent, EventKind

Rank = tuple[int, int]  # (writer, sequence)


@dataclass
class AttemptState:
    """What a log amounts to."""

    answers: dict[int, Response | None] = field(default_factory=dict)  # by position
    flags: set[int] = field(default_factory=set)
    ranks: dict[tuple[EventKind, int], Rank] = field(default_factory=dict)
    last_sequence: dict[int, int] = field(default_factory=dict)  # by writer
    certainty: dict[int, int] = field(default_factory=dict)  # of the standing answers, where stated
    late: set[int] = field(default_factory=set)  # positions whose standing answer came late

    @property
    def answered(self) -> set[int]:
        """The positions that have an answer."""
        return {position for position, response in self.answers.items() if response is not None}


def fold(events: Iterable[AttemptEvent]) -> AttemptState:
    """Return the state after ``events``, whatever their order."""
    state = AttemptState()
    ordered = sorted(events, key=lambda event: (event.writer, event.sequence, event.number))
    for event in ordered:
        last = state.last_sequence.get(event.writer, 0)
        state.last_sequence[event.writer] = max(last, event.sequence)
        if event.position is None:
            continue
        state.ranks[event.kind, event.position] = (event.writer, event.sequence)
        if event.kind is EventKind.ANSWER:
            if _turns_back(event.body["response"], state.answers.get(event.position)):
                continue
            state.answers[event.position] = event.body["response"]
            _put(state.certainty, event.position, event.body.get("certainty"))
            (state.late.add if event.late else state.late.discard)(event.position)
        elif event.kind is EventKind.FLAG:
            (state.flags.add if event.body["flagged"] else state.flags.discard)(event.position)
    return state


def _turns_back(response: Response | None, standing: Response | None) -> bool:
    """Tell whether ``response`` takes back what was said in a dialogue: that isn't possible."""
    said = (standing or {}).get("path")
    return said is not None and (response or {}).get("path", [])[: len(said)] != said


def _put(values: dict[int, int], position: int, value: int | None) -> None:
    if value is None:
        values.pop(position, None)
    else:
        values[position] = value


@dataclass(frozen=True)
class Entry:
    """A new entry of a log; the columns of ``AttemptEvent``."""

    attempt_id: int
    number: int
    event_id: str
    kind: EventKind
    writer: int
    sequence: int
    position: int | None
    body: dict[str, Any]
    authored_at: datetime | None
    received_at: datetime
    late: bool
    previous_hash: str


def genesis(attempt_public_id: str) -> str:
    """Return the hash before the first entry."""
    return hashlib.sha256(f"attempt:{attempt_public_id}".encode()).hexdigest()


def digest(event: AttemptEvent | Entry) -> str:
    """Return the hash over an entry's content and its predecessor's hash."""
    fields = [
        event.previous_hash,
        event.number,
        event.event_id,
        event.kind.value,
        event.writer,
        event.sequence,
        event.position,
        event.body,
        _text(event.authored_at),
        _text(event.received_at),
        event.late,
    ]
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()


def sealed(entry: Entry) -> dict[str, Any]:
    """Return the row of a new entry, its hash included."""
    return {**vars(entry), "hash": digest(entry)}


def first_break(attempt_public_id: str, log: Iterable[AttemptEvent]) -> int | None:
    """Return the number of the first entry that was altered, removed or inserted; None for none.

    ``log`` has all entries of the attempt, in their order.
    """
    previous = genesis(attempt_public_id)
    for number, event in enumerate(log, start=1):
        if event.number != number or event.previous_hash != previous or event.hash != digest(event):
            return number
        previous = event.hash
    return None
