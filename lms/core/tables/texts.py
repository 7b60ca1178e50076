"""Signs that nobody sees: one rule for every door that a line comes in by, one for longer texts.

Control and format characters say something else than they show: U+202E turns what follows round, a
space of width nought makes two names of what looks like one. Around a text they come from copying
and are taken away; inside it they are refused. In a text of several lines joiners of emoji, soft
hyphens and marks of one letter's direction have their place, the others have none there either.
"""

import re

# As ranges of a regular expression, for Python's and for JSON Schema's alike: control characters,
# soft hyphens, marks of direction and of width nought, separators of lines, byte order.
HIDDEN = (
    r"\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
)
# Control characters but tab and line ends, Unicode's own line breaks, which YAML and editors count
# differently, and what turns whole passages round (Unicode Technical Report 36, 2.5.1).
UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]|\r(?!\n)"
)
# What starts a formula or smuggles one in, also in full width, and behind what programs trim:
# spaces of any kind and characters that take no room.
FORMULA = re.compile(r"[\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*[=+\-@\t\r\n＝＋－＠]")
_INSIDE = re.compile(f"[{HIDDEN}]")
_GUARDED = re.compile(r'^=?"([^"]*)"$')
# Stripped as letters, for `[…]+$` tries each place of a long run of spaces inside a text anew.
_EDGES = "".join(re.findall(rf"[\s{HIDDEN}]", "".join(map(chr, range(0x10000)))))


def trimmed(text: str) -> str:
    """Return ``text`` without spaces, seen or not, at its ends."""
    return text.strip(_EDGES)


def neutral(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def original(text: str) -> str:
    """Return the text that ``neutral`` made safe, without spaces around it."""
    is_marked = text.startswith("'") and FORMULA.match(text, 1)
    return trimmed(text[1:] if is_marked else text)


def unguarded(text: str) -> str:
    """Return a number without what guards it in a spreadsheet (``="007"``, ``'007``): it looks like
    a formula, or has leading zeros.
    """
    return trimmed(_GUARDED.sub(r"\1", trimmed(text)).removeprefix("'"))


def has_hidden(text: str) -> bool:
    """Tell whether there is a sign in ``text`` that can't be seen."""
    return _INSIDE.search(text) is not None


def unfit_sign(text: str) -> tuple[int, str] | None:
    """Return line (from 1) and number (``202E``) of the first sign that no text may hold."""
    match = UNFIT.search(text)
    if match is None:
        return None
    return text.count("\n", 0, match.start()) + 1, f"{ord(match.group()):04X}"


def fit(text: str) -> str:
    """Return ``text`` without signs that no text may hold: line breaks among them become plain."""
    return UNFIT.sub(lambda sign: "\n" if sign.group().isspace() else "", text)
