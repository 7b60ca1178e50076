"""Messages made ready for the inbox: each with its kind, subject and what its template needs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lms.notifications.kinds import Kind, kind_of
from lms.notifications.models import Message


@dataclass(frozen=True)
class Shown:
    """A message as the inbox shows it, in the reader's language."""

    message: Message
    kind: Kind
    subject: str
    values: dict[str, Any]


def shown(messages: Sequence[Message]) -> list[Shown]:
    """Return messages in their order; each kind reads once for all of its own."""
    by_kind: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_kind[message.kind].append(message)
    values = {
        message.id: made
        for key, own in by_kind.items()
        for message, made in zip(
            own, kind_of(key).present([one.details for one in own]), strict=True
        )
    }
    return [_shown(message, values[message.id]) for message in messages]


def _shown(message: Message, values: dict[str, Any]) -> Shown:
    kind = kind_of(message.kind)
    return Shown(message, kind, kind.subject(message.details), values)
