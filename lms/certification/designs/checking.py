"""What the texts of a design may say: one rule for its pages and for the API.

What is checked raises ValidationError with the sentence for whoever typed it; the caller knows
where the text stands.
"""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from lms.certification.designs.sheet.faces import ALLOWED, LIMITS, REQUIRED, Part
from lms.certification.designs.sheet.placeholders import Placeholder, StrayBrace, unknown
from lms.core.pdf.fonts import undrawn

MOST_SIGNS = 120  # of a design's name
MOST_OF_NOTE = 300  # of what is new in a version
NAMELESS, EMPTY = _l("Fill in a name."), _l("Fill in this text.")
NOT_WHOLE = _l("Fill this in, or clear the signatory’s other fields.")


def plain(text: str | None) -> str:
    """Return what was typed as one line without characters that aren't seen."""
    words = " ".join((text or "").split())
    return "".join(letter for letter in words if letter.isprintable())


def too_long(limit: int) -> Any:
    """Return the sentence for a text beyond so many characters."""
    return _l("At most %(limit)d characters.", limit=limit)


def check_name(text: str) -> None:
    """Refuse a design's name that is empty or too long."""
    if not plain(text):
        raise ValidationError(NAMELESS)
    check_length(text, MOST_SIGNS)


def check_text(part: Part, text: str) -> None:
    """Refuse what this part of a design can't say."""
    if part in REQUIRED and not plain(text):
        raise ValidationError(EMPTY)
    check_length(text, LIMITS[part])
    check_placeholders(part, text)
    check_drawn(text)


def check_line(text: str, limit: int) -> None:
    """Refuse a name, position or description that is too long or can't be drawn."""
    check_length(text, limit)
    check_drawn(text)


def check_whole(text: str, limit: int) -> None:
    """Refuse a signatory's name or position that is left out, as ``check_line`` others."""
    if not plain(text):
        raise ValidationError(NOT_WHOLE)
    check_line(text, limit)


def check_length(text: str, limit: int) -> None:
    """Refuse more than ``limit`` characters."""
    if len(text) > limit:
        raise ValidationError(too_long(limit))


def check_placeholders(part: Part, text: str | None) -> None:
    """Refuse placeholders that the text can't have, and name those it can."""
    allowed = [one for one in Placeholder if one in ALLOWED[part]]
    listed = ", ".join(one.written for one in allowed)
    try:
        wrong = unknown(plain(text), allowed)
    except StrayBrace as error:
        raise ValidationError(
            _l("A brace stands alone. Placeholders are written like {holder}.")
        ) from error
    if wrong and not allowed:
        raise ValidationError(_l("This text can’t have placeholders."))
    if wrong:
        raise ValidationError(
            _l(
                "There is no {%(wrong)s} here. Possible are: %(listed)s.",
                wrong="}, {".join(wrong),
                listed=listed,
            )
        )


def check_drawn(text: str | None) -> None:
    """Refuse letters that no font draws: boxes would stand on every certificate."""
    missing = undrawn(plain(text))
    if missing:
        raise ValidationError(_l("No font here draws: %(letters)s", letters=" ".join(missing)))
