"""Which letters documents can show: those of the fonts in this folder.

A document's own fonts come first; where they lack a letter, it is taken from these: Latin, Greek
and Cyrillic of every kind, Armenian, Georgian, Hebrew, Arabic.
"""

import re
import unicodedata
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

FOLDER = Path(__file__).parent
FILES = (
    "GolosText-Regular.ttf",
    "NotoNaskhArabic-Regular.ttf",
    "NotoSerif-Regular.ttf",
    "NotoSerifArmenian-Regular.ttf",
    "NotoSerifGeorgian-Regular.ttf",
    "NotoSerifHebrew-Regular.ttf",
)
USUAL = re.compile(r"[ -~А-яЁё]*")


def undrawn(text: str) -> str:
    """Return the letters of ``text`` in whose place a document would show boxes, each once."""
    if USUAL.fullmatch(text):
        return ""
    return "".join(one for one in dict.fromkeys(text) if not _is_drawn(one))


def _is_drawn(letter: str) -> bool:
    return ord(letter) in _drawn() or unicodedata.category(letter) in ("Cf", "Zs")


@cache
def _drawn() -> frozenset[int]:
    return frozenset[int]().union(*map(_letters_of, (FOLDER / name for name in FILES)))


def _letters_of(file: Path) -> frozenset[int]:
    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())
