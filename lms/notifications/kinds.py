"""The kinds of messages. Domains above register theirs once, in their ``handlers``.

A kind's templates are ``emails/<template>.html`` and ``.txt`` for mail and
``notifications/kinds/<template>.html`` for the inbox; each gets what ``present`` made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Details = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of message."""

    key: str
    template: str
    # Both are asked in the reader's language. ``subject`` says in a line what it is about.
    subject: Callable[[Details], str]
    # What the templates need for each of these messages' details, read with as few statements for
    # many as for one; in their order.
    present: Callable[[Sequence[Details]], list[dict[str, Any]]]
    # Where the reader goes from the mail: an endpoint of the site.
    endpoint: str
    # Whether the reader, as a viewer, may still take the files of a message with these details.
    may_fetch: Callable[[Any, Details], bool] = lambda _reader, _details: True
    # The endpoint where a reader ends such mail, "" where it can't be ended (RFC 2369).
    ended_at: str = ""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Add a kind; adding it again replaces it."""
    _kinds[kind.key] = kind
    return kind


def kind_of(key: str) -> Kind:
    """Return a registered kind. Raises KeyError."""
    return _kinds[key]
