"""Refusals: what a service raises when it may not or cannot do what was asked.

A refusal carries an HTTP-like status as a number and a sentence for the reader. The web layer
renders it; services know nothing of HTTP objects.
"""

from typing import Any


class Refusal(Exception):
    """Base of every expected refusal.

    ``message`` is a sentence for the reader (a plain or a lazily translated string); ``status`` is
    the number the web layer answers with; ``details`` are machine-readable facts about the case
    (``retry_after``, in seconds, also becomes the header of that name).
    """

    status = 400

    def __init__(self, message: Any = "", **details: Any) -> None:
        super().__init__(str(message))
        self.message = message
        self.details = details


class Missing(Refusal):
    """The thing does not exist, or is not for this viewer: both look the same."""

    status = 404


class Forbidden(Refusal):
    """The viewer may see the thing but not do this to it."""

    status = 403


class Conflict(Refusal):
    """The thing changed since it was read, or its state does not allow this."""

    status = 409


class Invalid(Refusal):
    """What was sent does not make sense; ``details`` name the fields."""

    status = 422


class TooMany(Refusal):
    """Asked too often; ``retry_after`` tells when to come back."""

    status = 429


class Overloaded(Refusal):
    """A bounded queue is full; the caller should try again in a moment."""

    status = 503
