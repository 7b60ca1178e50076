"""The geometry of each layout: where each text, the emblem, the signatures and the code stand.

Millimetres and points throughout. With signatories a layout gives them a row and draws the rest
closer together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from lms.certification.designs.sheet.placing import Box
from lms.certification.designs.sheet.styles import Font, Ink, Layout


class Slot(Enum):
    """The places of texts, in the order in which they are read."""

    CENTRE = "centre"
    HEADING = "heading"
    SUBTITLE = "subtitle"
    OPENING = "opening"
    HOLDER = "holder"
    UNIT = "unit"
    WORDING = "wording"
    COURSE = "course"
    NUMBER_LABEL = "number-label"
    NUMBER = "number"
    NOTE = "note"
    VERIFY_LABEL = "verify-label"
    VERIFY = "verify"


@dataclass(frozen=True)
class Area:
    """A rectangle without text."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Row:
    """Columns of equal width side by side: facts, signatories."""

    left: float
    top: float
    width: float
    align: str = "center"
    widest: float = 86.0  # a column is no wider
    gap: float = 0.0  # between two columns, of their width

    def column(self, place: int, count: int) -> Area:
        """Return the ``place``-th of ``count`` columns, from 0; without a height."""
        width = min(self.width / count, self.widest)
        spare = (self.width - width * count) / 2 if self.align == "center" else 0.0
        return Area(self.left + spare + place * width, self.top, width, 0.0)


@dataclass(frozen=True)
class Sheet:
    """A layout for a number of signatories."""

    width: float
    height: float
    boxes: Mapping[Slot, Box]
    emblem: Area
    code: Area  # the QR code
    facts: Row
    signatures: Row
    drawing: str  # file beside the template that is drawn behind everything
    ornament: float = 0.0  # its top; of the watermark the middle
    watermark: float = 0.0
    seal: Area | None = None  # drawn where there is no emblem
    aside: float = 0.0  # of the left side, where nothing may be written across


LABEL = Box(0, 0, 0, 4.4, Font.TEXT, (7.5, 6.5, 5.5), Ink.MUTED, 1.2, spacing=0.045, upper=True)
VALUE = Box(0, 0, 0, 5.6, Font.STRONG, (11.5, 10, 8.5), Ink.DARK, 1.3)
SIGNER = Box(0, 0, 0, 7.6, Font.STRONG, (9.5, 8.5, 7.5, 6.5), Ink.DARK, 1.22, whole=True)
POSITION = Box(0, 0, 0, 7.2, Font.TEXT, (8, 7, 6, 5.2), Ink.MUTED, 1.2)
SIGNATURE_HEIGHT = 11.0  # of a picture above its line


def _classic_proof() -> dict[Slot, Box]:
    """The number and how to check it, at either side of the seal."""
    return {
        Slot.NUMBER_LABEL: Box(27, 162.6, 96, 4, Font.TEXT, (7.5,), Ink.MUTED, 1.25, "left",
                               spacing=0.045, upper=True),
        Slot.NUMBER: Box(27, 166.4, 100, 5, Font.STRONG, (10.2, 9.2, 8.4), Ink.DARK, 1.3, "left",
                         spacing=0.03),
        Slot.NOTE: Box(27, 172.6, 92, 13, Font.TEXT, (8, 7, 6, 5.4), Ink.MUTED, 1.35, "left"),
        Slot.VERIFY_LABEL: Box(170, 162.6, 64, 4, Font.TEXT, (7.5, 6.8), Ink.MUTED, 1.25, "right",
                               spacing=0.045, upper=True),
        Slot.VERIFY: Box(178, 167, 56, 16, Font.TEXT, (8, 7, 6, 5), Ink.MUTED, 1.4, "right"),
    }  # fmt: skip


def _classic(signatories: int) -> Sheet:
    signed = signatories > 0

    def box(
        top: float, height: float, font: Font, sizes: tuple[float, ...], colour: Ink,
        line: float = 1.2, side: float = 30, **more: object,
    ) -> Box:  # fmt: skip
        return Box(side, top, 297 - 2 * side, height, font, sizes, colour, line, **more)  # type: ignore[arg-type]

    # Tops without signatories, and with.
    tops: tuple[float, ...] = (25.2, 33, 52, 64.6, 69.5, 93.6, 105.6, 113)
    if signed:
        tops = (23.2, 29.5, 45.8, 55.4, 59.4, 81.4, 91.6, 98.4)
    issuer, head, under, caption, name, unit, wording, course = tops
    name_height, course_height = (21.5, 17.5) if signed else (24.0, 21.0)
    head_sizes = (40.0, 34.0, 28.0, 22.0, 17.0) if signed else (47.0, 40.0, 33.0, 26.0, 19.0)
    boxes = {
        Slot.CENTRE: box(issuer, 7.4, Font.STRONG, (9.5, 8.5, 7.5, 6.5, 5.8), Ink.ACCENT, 1.25,
                         spacing=0.055, upper=True, vertical="middle"),
        Slot.HEADING: box(head, 16.5 if signed else 18.5, Font.DISPLAY, head_sizes, Ink.ACCENT,
                          1.08, spacing=0.14, upper=True, vertical="middle"),
        Slot.SUBTITLE: box(under, 7.4, Font.ITALIC, (16, 14, 12), Ink.METAL, vertical="middle"),
        Slot.OPENING: box(caption, 4.6, Font.TEXT, (9.5, 8.5, 7.5), Ink.MUTED, 1.3, spacing=0.04),
        Slot.HOLDER: box(name, name_height, Font.DISPLAY,
                         (41, 37, 33, 30, 27, 24, 21, 18, 15, 13, 11, 9), Ink.DARK, 1.05, 29,
                         vertical="middle", whole=True),
        Slot.UNIT: box(unit, 4.8, Font.TEXT, (9.5, 8.5, 7.5, 6.5, 5.5, 4.5), Ink.MUTED, 1.3),
        Slot.WORDING: box(wording, 6.8, Font.ITALIC, (15.5, 14, 12.5, 11, 8, 7), Ink.DARK, 1.15,
                          vertical="middle"),
        Slot.COURSE: box(course, course_height, Font.DISPLAY,
                         (29, 25, 22, 19, 16, 14, 12, 10, 8.5), Ink.ACCENT, 1.12, 34,
                         vertical="middle"),
        **_classic_proof(),
    }  # fmt: skip
    return Sheet(
        width=297,
        height=210,
        boxes=boxes,
        emblem=Area(133.5, 159, 30, 28),
        seal=Area(137.5, 158.6, 22, 28.6),
        code=Area(239, 157.8, 31, 31),
        facts=Row(32, 117.6 if signed else 138, 233),
        signatures=Row(32, 132.4, 233, gap=14),
        drawing="classic.svg",
        ornament=87.4 if signed else 100.9,
        watermark=84 if signed else 97,
    )


def _band(signatories: int) -> Sheet:
    signed = signatories > 0
    left, width = 96.0, 183.0
    tops: tuple[float, ...] = (25.0, 40.0, 62.0, 68.0, 96.5, 110.0, 118.5, 152.0)
    if signed:
        tops = (16.0, 30.0, 45.5, 51.0, 76.5, 86.0, 94.0, 120.5)
    head, under, caption, name, unit, wording, course, facts = tops

    def box(
        top: float, height: float, font: Font, sizes: tuple[float, ...], colour: Ink,
        line: float = 1.2, **more: object,
    ) -> Box:  # fmt: skip
        return Box(left, top, width, height, font, sizes, colour, line, "left", **more)  # type: ignore[arg-type]

    def side(top: float, height: float, font: Font, sizes: tuple[float, ...], line: float) -> Box:
        return Box(11, top, 58, height, font, sizes, Ink.WHITE, line, "left")

    boxes = {
        Slot.CENTRE: side(58, 38, Font.STRONG, (12.5, 11, 9.5, 8.5, 7.5), 1.3),
        Slot.HEADING: box(head, 14.5, Font.STRONG, (36, 32, 28, 24, 20, 16, 12), Ink.ACCENT, 1.1,
                          spacing=0.03, vertical="bottom"),
        Slot.SUBTITLE: box(under, 7.5, Font.TEXT, (14, 12.5, 11), Ink.METAL, 1.25),
        Slot.OPENING: box(caption, 4.8, Font.TEXT, (9.5, 8.5, 7.5), Ink.MUTED, 1.3),
        Slot.HOLDER: box(name, 26.5 if not signed else 24.5, Font.STRONG,
                         (33, 30, 27, 24, 21.5, 19, 17, 15, 13, 11, 9, 7.5), Ink.DARK, 1.14,
                         vertical="middle", whole=True),
        Slot.UNIT: box(unit, 5, Font.TEXT, (10, 9, 8, 7, 6, 5, 4.2), Ink.MUTED, 1.3),
        Slot.WORDING: box(wording, 6, Font.TEXT, (10.5, 9.5, 8.5, 7.5, 6.6, 5.8), Ink.MUTED, 1.2),
        Slot.COURSE: box(course, 25 if not signed else 21, Font.STRONG,
                         (23, 20.5, 18, 16, 14, 12.5, 11, 9.5, 8, 7), Ink.ACCENT, 1.18),
        Slot.NOTE: box(191, 8, Font.TEXT, (8, 7, 6, 5.4), Ink.MUTED, 1.3),
        Slot.NUMBER_LABEL: side(126.6, 4, Font.TEXT, (7.5,), 1.25),
        Slot.NUMBER: side(131.2, 4.4, Font.STRONG, (8.2, 7.8, 7.4, 7, 6.6), 1.3),
        Slot.VERIFY_LABEL: side(185, 4, Font.STRONG, (7.5, 6.8), 1.25),
        Slot.VERIFY: side(189, 12, Font.TEXT, (7.5, 6.8, 6, 5.2), 1.3),
    }  # fmt: skip
    for slot in (Slot.NUMBER_LABEL, Slot.VERIFY_LABEL):
        boxes[slot] = replace(boxes[slot], spacing=0.045, upper=True)
    return Sheet(
        width=297,
        height=210,
        boxes=boxes,
        emblem=Area(14, 16, 36, 34),
        code=Area(13, 143, 36, 36),
        facts=Row(left, facts, width, "left", 46),
        signatures=Row(left, 141.5, width + 6, "left", 63, gap=8),
        drawing="band.svg",
        aside=81,
        ornament=0,
        watermark=0,
    )


def _portrait(signatories: int) -> Sheet:
    signed = signatories > 0

    def box(
        top: float, height: float, font: Font, sizes: tuple[float, ...], colour: Ink,
        line: float = 1.2, side: float = 26, **more: object,
    ) -> Box:  # fmt: skip
        return Box(side, top, 210 - 2 * side, height, font, sizes, colour, line, **more)  # type: ignore[arg-type]

    boxes = {
        Slot.CENTRE: box(54, 9, Font.STRONG, (9.5, 8.5, 7.5, 6.5, 5.8), Ink.ACCENT, 1.3,
                         spacing=0.055, upper=True, vertical="middle"),
        Slot.HEADING: box(66, 19, Font.DISPLAY, (44, 40, 36, 32, 28, 24, 20, 16), Ink.ACCENT,
                          1.08, 22, spacing=0.14, upper=True, vertical="middle"),
        Slot.SUBTITLE: box(85.4, 8, Font.ITALIC, (17, 15, 13), Ink.METAL, vertical="middle"),
        Slot.OPENING: box(106.5, 5, Font.TEXT, (9.5, 8.5, 7.5), Ink.MUTED, 1.3, spacing=0.03),
        Slot.HOLDER: box(113, 26.6, Font.DISPLAY,
                         (37, 34, 31, 28, 25, 22, 19, 17, 15, 13, 11, 9, 7.5), Ink.DARK, 1.06, 24,
                         vertical="middle", whole=True),
        Slot.UNIT: box(141.4, 8.4, Font.TEXT, (9.5, 8.5, 7.5, 6.5, 5.5), Ink.MUTED, 1.25),
        Slot.WORDING: box(152, 12.4, Font.ITALIC, (15, 13.5, 12, 10.5, 9), Ink.DARK, 1.15,
                          vertical="middle"),
        Slot.COURSE: box(165, 25, Font.DISPLAY,
                         (26, 23, 20.5, 18, 16, 14, 12, 10, 8.5), Ink.ACCENT, 1.12,
                         vertical="middle"),
        Slot.NUMBER_LABEL: Box(24, 249.6, 96, 4, Font.TEXT, (7.5,), Ink.MUTED, 1.25, "left",
                               spacing=0.045, upper=True),
        Slot.NUMBER: Box(24, 253.4, 100, 5, Font.STRONG, (10.2, 9.2, 8.4), Ink.DARK, 1.3, "left",
                         spacing=0.02),
        Slot.NOTE: Box(24, 259.4, 84, 13, Font.TEXT, (8, 7, 6, 5.4), Ink.MUTED, 1.35, "left"),
        Slot.VERIFY_LABEL: Box(108, 250.6, 44, 4, Font.TEXT, (7.5, 6.8, 6), Ink.MUTED, 1.25,
                               "right", spacing=0.02, upper=True),
        Slot.VERIFY: Box(116, 255, 36, 20, Font.TEXT, (7.5, 6.8, 6, 5.2, 4.6), Ink.MUTED, 1.35,
                         "right"),
    }  # fmt: skip
    return Sheet(
        width=210,
        height=297,
        boxes=boxes,
        emblem=Area(80, 23, 50, 28),
        seal=Area(93, 22, 24, 31.2),
        code=Area(155.5, 245, 31, 31),
        facts=Row(22, 196 if signed else 206, 166),
        signatures=Row(22, 213, 166, gap=6),
        drawing="portrait.svg",
        ornament=97,
        watermark=136,
    )


SHEETS: Mapping[Layout, Callable[[int], Sheet]] = {
    Layout.CLASSIC: _classic,
    Layout.BAND: _band,
    Layout.PORTRAIT: _portrait,
}
