"""Closed sets of a design: layouts, colours, fonts."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Layout(Enum):
    """How the sheet is divided."""

    CLASSIC = "classic"  # landscape, framed
    BAND = "band"  # landscape, a band of colour at the side
    PORTRAIT = "portrait"  # upright, framed


class Accent(Enum):
    """The colour of a design; each is dark enough for text on white and for white text on it."""

    NAVY = "navy"
    BURGUNDY = "burgundy"
    FOREST = "forest"
    PLUM = "plum"
    TEAL = "teal"
    GRAPHITE = "graphite"


class Ink(Enum):
    """What a text or a line is drawn with."""

    ACCENT = "accent"  # headings
    DARK = "dark"  # names, figures
    MUTED = "muted"  # labels, notes
    METAL = "metal"  # the second colour, dark enough for text
    WHITE = "white"  # on the accent
    PALE = "pale"  # drawing behind text
    LINE = "line"  # drawing beside text


_SHARED = {Ink.METAL: "#8a6329", Ink.WHITE: "#ffffff"}
COLOURS: Mapping[Accent, Mapping[Ink, str]] = {
    accent: {
        Ink.ACCENT: main,
        Ink.DARK: dark,
        Ink.MUTED: muted,
        Ink.LINE: line,
        Ink.PALE: pale,
        **_SHARED,
    }
    for accent, (main, dark, muted, line, pale) in {
        Accent.NAVY: ("#16365f", "#0d2444", "#4c5b70", "#9db2cc", "#e6ecf4"),
        Accent.BURGUNDY: ("#6e1a2d", "#3f0c18", "#6a5055", "#d0a6ae", "#f5e9eb"),
        Accent.FOREST: ("#1c4f3a", "#0d2f21", "#4b5f55", "#9bbfae", "#e5f0ea"),
        Accent.PLUM: ("#4d2a63", "#2c1539", "#5e5368", "#b8a5c8", "#eee8f3"),
        Accent.TEAL: ("#0f5260", "#08323b", "#48606a", "#94bcc5", "#e3eff1"),
        Accent.GRAPHITE: ("#30363f", "#171b21", "#555b64", "#aeb4bd", "#ebedf0"),
    }.items()
}
SHEET_INKS = (Ink.ACCENT, Ink.DARK, Ink.MUTED, Ink.METAL)  # for text on white


@dataclass(frozen=True)
class FontFile:
    """A font by the family name it has in documents and its file beside the template."""

    family: str
    file: str


class Font(Enum):
    """What texts are set in."""

    DISPLAY = FontFile("Certificate Display", "Cormorant-SemiBold.ttf")
    ITALIC = FontFile("Certificate Italic", "Cormorant-MediumItalic.ttf")
    TEXT = FontFile("Certificate Text", "GolosText-Regular.ttf")
    STRONG = FontFile("Certificate Strong", "GolosText-SemiBold.ttf")
