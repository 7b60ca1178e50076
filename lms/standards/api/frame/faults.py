"""What is wrong with a request, field by field."""

from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from lms.core.errors import Invalid

UNKNOWN = _l("names nothing within the token's part of the network")


def faulty(faults: Iterable[tuple[str, Any]]) -> Invalid:
    """Return the refusal that names each field (``body.due_on``) and what is wrong with it."""
    errors = [{"field": field, "message": message} for field, message in faults]
    return Invalid(_l("Some values can't be taken as they are."), errors=errors)


def fault(field: str, message: Any) -> Invalid:
    """Return the refusal for one field."""
    return faulty([(field, message)])


def check_all(checks: Iterable[tuple[str, Callable[[], None]]]) -> None:
    """Make each check of a field; raise the refusal that names all fields whose check failed.

    A check raises ValidationError with the sentence, as those do that forms share with the API.
    """
    faults = [(field, error) for field, check in checks if (error := _wrong(check)) is not None]
    if faults:
        raise faulty(faults)


def _wrong(check: Callable[[], None]) -> str | None:
    try:
        check()
    except ValidationError as error:
        return str(error)
    return None


def unknown(field: str) -> Invalid:
    """Return the refusal of a key that names nothing within the caller's sight."""
    return fault(field, UNKNOWN)
