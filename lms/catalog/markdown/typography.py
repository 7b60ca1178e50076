"""What a line of text may not break apart on a narrow screen."""

import re

from markupsafe import Markup, escape

# A law's number (210-ФЗ, 152-FZ), alone or behind its sign; a sign with its number (№ 5, No. 684);
# an amount with its unit (500 000 ₽, 1 млн ₽, 0,02 %).
WHOLE = re.compile(
    r"(?:(?:№|\bNos?\.)\s)?\b\d{1,5}-(?:Ф?К?З|F?K?Z|ПП|PP|р)\b"
    r"|(?:№|\bNos?\.)\s\d[\d.,/]*\b"
    r"|\b\d{1,3}(?:[\d.,]|\s(?=\d{3}\b)){0,14}+(?:\s(?:тыс\.|млн|млрд))?\s[₽%]"
)


def unbroken(html: str) -> str:
    """Return escaped text with what belongs together in one piece: the words stay as they are.

    By style and not by other characters, so that what is copied, searched or read aloud is what
    was written.
    """
    return WHOLE.sub(r'<span class="nowrap">\g<0></span>', html)


def unbroken_filter(text: object) -> Markup:
    """Return a plain text for a page with what belongs together in one piece."""
    return Markup(unbroken(str(escape(text))))  # noqa: S704 - escaped right here
