"""What a client sent of a user, as our records take it."""

from typing import Any

from scim2_models import InvalidValueException

from lms.core.tables.texts import has_hidden, trimmed

LANGUAGES = ("ru", "en")


def address_of(user: Any) -> str | None:
    """Return the address that is the primary one, else the first; None without any."""
    kept = [email for email in user.emails or () if email.value]
    best = next((email for email in kept if email.primary), kept[0] if kept else None)
    return line(str(best.value), 254) if best else None


def language_of(user: Any) -> str | None:
    """Return the language that a user prefers, if the site speaks it."""
    asked = (user.preferred_language or "").lower()[:2]
    return asked if asked in LANGUAGES else None


def line(text: str | None, most: int = 120, *, least: int = 1) -> str:
    """Return a text on one line; raise InvalidValueException for what isn't one."""
    plain = trimmed(text or "")
    if not least <= len(plain) <= most or has_hidden(plain):
        raise InvalidValueException(
            detail=f"{plain[:40]!a} has not {least} to {most} characters, all of them visible"
        )
    return plain
