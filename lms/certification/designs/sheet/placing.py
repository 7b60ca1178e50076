"""Texts in their places on the sheet, in the largest size that fits: measured in the real fonts."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import ImageFont

from lms.certification.designs.sheet.styles import Font, Ink
from lms.core.settings import PROJECT

FOLDER = PROJECT / "templates" / "documents" / "certificate"
POINT = 25.4 / 72  # millimetres
LEAST = 3.0  # points: beneath it nothing is read
_MEASURED_AT = 1000  # pixels to an em
_SPARE = 0.985  # of a width: two programs round differently
# Where a line may end: after a space or a hyphen, beside a dash.
_PIECES = re.compile(r"[^ \-\u2013\u2014]*(?:[\-\u2013\u2014] *| +|$)")
_WORDS = re.compile(r"[^ ]*(?: +|$)")


@dataclass(frozen=True)
class Box:
    """A place for a text: millimetres from the sheet's upper left corner, sizes in points."""

    left: float
    top: float
    width: float
    height: float
    font: Font
    sizes: tuple[float, ...]  # the first that fits is taken, else the last
    colour: Ink
    line_height: float = 1.2
    align: str = "center"  # left, center, right
    vertical: str = "top"  # top, middle, bottom
    spacing: float = 0.0  # between letters, in ems
    upper: bool = False
    whole: bool = False  # holds a name: no line ends within one, if a size lets it


@dataclass(frozen=True)
class Placed:
    """A text in its place. ``key`` is the element's id in the document, the same in each layout."""

    key: str
    text: str
    box: Box
    size: float  # points
    tag: str = "p"
    varies: bool = False  # from one certificate to the next
    link: str = ""  # a word after the text that leads to ``address``
    address: str = ""

    @property
    def taken(self) -> float:
        """The height of its lines in millimetres."""
        box = self.box
        return lines(self.text, box, self.size) * self.size * box.line_height * POINT

    @property
    def data(self) -> dict[str, Any]:
        """The text as plain values for the template."""
        box = asdict(self.box)
        box["font"], box["colour"] = self.box.font.value.family, self.box.colour.value
        return {
            **box,
            "key": self.key,
            "text": self.text,
            "whole": _stays_whole(self.text, self.box),
            "size": self.size,
            "tag": self.tag,
            "link": self.link,
            "address": self.address,
        }


def place(key: str, text: str, box: Box, **more: Any) -> Placed:
    """Return ``text`` in its box, in the largest of the box's sizes in which it fits."""
    shown = f"{text} {more['link']}" if more.get("link") else text
    return Placed(key, text, box, fitting(shown, box), **more)


def alike(texts: Iterable[Placed]) -> list[Placed]:
    """Return texts that stand side by side in one size, that of the smallest."""
    row = list(texts)
    size = min((one.size for one in row), default=0.0)
    return [replace(one, size=size) for one in row]


def fitting(text: str, box: Box) -> float:
    """Return the first of the box's sizes in which ``text`` fits, else the largest beneath them."""
    for size in box.sizes:
        if _fits(text, box, size) and not _is_broken(text, box, size):
            return size
    size = box.sizes[-1]
    while size > LEAST and not _fits(text, box, size):
        size = round(size * 0.94, 2)
    return size


def _fits(text: str, box: Box, size: float) -> bool:
    return lines(text, box, size) * size * box.line_height * POINT <= box.height + 0.01


def lines(text: str, box: Box, size: float) -> int:
    """Return how many lines the text takes in the box; a word longer than a line is broken."""
    room, count, used = box.width * _SPARE, 1, 0.0
    for piece in _pieces(text, box):
        bare, whole = _width(piece.rstrip(), box, size), _width(piece, box, size)
        if used and used + bare > room:
            count, used = count + 1, 0.0
        if bare > room:
            count += int(bare // room)
            used = bare % room
        else:
            used += whole
    return count


def _is_broken(text: str, box: Box, size: float) -> bool:
    """Tell whether a word would be broken that a smaller size keeps whole."""
    pieces = _pieces(text, box)
    longest = max((_width(one.rstrip(), box, box.sizes[-1]) for one in pieces), default=0.0)
    room = box.width * _SPARE
    return longest <= room and any(_width(one.rstrip(), box, size) > room for one in pieces)


def _pieces(text: str, box: Box) -> list[str]:
    """Return what no line ends within."""
    parts = _WORDS if _stays_whole(text, box) else _PIECES
    return [piece for piece in parts.findall(text) if piece]


def _stays_whole(text: str, box: Box) -> bool:
    """Tell whether each name, however many hyphens it has, fits on a line in a size of the box."""
    room = box.width * _SPARE
    return box.whole and all(_width(word, box, box.sizes[-1]) <= room for word in text.split())


def _width(text: str, box: Box, size: float) -> float:
    """Return the width of a line in millimetres."""
    text = text.upper() if box.upper else text
    ems = _font(box.font.value.file).getlength(text) / _MEASURED_AT
    return float((ems + len(text) * box.spacing) * size * POINT)


@lru_cache(maxsize=8)
def _font(file: str) -> ImageFont.FreeTypeFont:
    path: Path = FOLDER / "fonts" / file
    return ImageFont.truetype(str(path), _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)
