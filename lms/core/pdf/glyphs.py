"""Fonts embedded in documents of ours: outlines and widths of their glyphs."""

import io
from typing import Any

import pikepdf
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont


def number(value: float) -> str:
    """Return a number as briefly as the eye allows."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


class Font:
    """Outlines and widths of an embedded font; codes are glyph numbers of two bytes."""

    def __init__(self, resource: Any, place: int) -> None:
        descendant = resource.DescendantFonts[0]
        descriptor = descendant.FontDescriptor
        program = descriptor.get("/FontFile2") or descriptor.get("/FontFile3")
        font = TTFont(io.BytesIO(program.read_bytes()))
        self.glyphs = font.getGlyphSet()
        self.names = font.getGlyphOrder()
        self.per_em = font["head"].unitsPerEm
        self.widths = _widths(descendant)
        self.default = float(descendant.get("/DW", 1000))
        self.place = place

    def width(self, code: int) -> float:
        """Return the advance of a glyph in thousandths of an em."""
        return self.widths.get(code, self.default)

    def outline(self, code: int) -> str:
        """Return the path of a glyph in the font's units; nothing for one that isn't there."""
        if code >= len(self.names):
            return ""
        pen = SVGPathPen(self.glyphs, ntos=number)
        self.glyphs[self.names[code]].draw(pen)
        return str(pen.getCommands())


def _widths(descendant: Any) -> dict[int, float]:
    """Return the widths by glyph (ISO 32000-1, 9.7.4.3)."""
    found: dict[int, float] = {}
    entries = list(descendant.get("/W", []))
    while entries:
        first, second = int(entries.pop(0)), entries.pop(0)
        if isinstance(second, pikepdf.Array):
            found.update({first + at: float(one) for at, one in enumerate(second)})
        else:
            found.update(dict.fromkeys(range(first, int(second) + 1), float(entries.pop(0))))
    return found
