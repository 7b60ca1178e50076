"""What a line of text may not break apart on a narrow screen."""

import re

from markupsafe import Markup, escape

# A law's number (210-ФЗ, 152-FZ), alone or behind its sign; a sign with its number (№ 5, No. 684);
# a standard's number; an amount with its unit (500 000 ₽, 1 млн ₽, 0,02 %); a quotient
# (18 / 2 400); a day with its month; a range (9–10).
MONTHS = (
    "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
    "|January|February|March|April|May|June|July|August|September|October|November|December"
)
NUMBER = r"\d{1,3}(?:[.,\d]|\s(?=\d{3}\b)){0,14}"
PIECE = (
    r"(?:(?:№|\bNos?\.)\s)?\b\d{1,5}-(?:Ф?К?З|F?K?Z|ПП|PP|р)\b"
    r"|(?:№|\bNos?\.)\s\d[\d.,/]*\b"
    r"|\b(?:ГОСТ\sР|GOST\sR)\s\d{3,5}-\d{4}\b"
    rf"|\b{NUMBER}(?:\s(?:тыс\.|млн|млрд))?\s[₽%]"
    r"|\b\d{1,3}(?:\s?\d{3})?\s/\s\d{1,3}(?:\s?\d{3})?\b"
    rf"|\b\d{{1,2}}\s(?:{MONTHS})\b"
    r"|\b\d{1,4}–\d{1,4}\b"
)
# In Russian a word of one letter doesn't end a line, nor does a dash begin one; a long word may: it
# would push a table's column beyond a narrow screen.
LETTERS = r"(?:(?<![\w-])[авикосуяАВИКОСУЯ]\s){1,3}"
DASH = r"[»)!?…,.]{0,3}\s—(?=\s)"
WHOLE = re.compile(
    rf"(?:{LETTERS})?(?:{PIECE})(?:{DASH})?"
    rf"|{LETTERS}[«(]?\w{{2,12}}(?![\w-])(?:{DASH})?"
    rf"|(?<![\w-])\w{{1,12}}{DASH}"
)

_KEPT = re.compile(r'<span class="nowrap">([^<]*)</span>')


def unbroken(html: str) -> str:
    """Return escaped text with what belongs together in one piece: the words stay as they are.

    By style and not by other characters, so that what is copied, searched or read aloud is what
    was written.
    """
    return WHOLE.sub(r'<span class="nowrap">\g<0></span>', html)


def breakable(html: str) -> str:
    """Return a text as it was before ``unbroken``."""
    return _KEPT.sub(r"\1", html)


def unbroken_filter(text: object) -> Markup:
    """Return a plain text for a page with what belongs together in one piece."""
    return Markup(unbroken(str(escape(text))))  # noqa: S704 - escaped right here
