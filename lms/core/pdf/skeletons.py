"""What many documents of one template have in common: the skeleton of their HTML, and what varies.

A document is cut into tags and texts. Its values are the texts, and of attributes those of which it
is known what they do to a page: the path of a drawing, the target of a link, metadata. What is left
when they are taken out is the skeleton. Documents with one skeleton differ in values alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from html import unescape

PARTS = re.compile(r"(<[^>]*>)")
TAG = re.compile(r"</?([a-zA-Z0-9]+)")
ATTRIBUTE = {
    "path": re.compile(r'(\sd=")([^"]*)(")'),
    "a": re.compile(r'(\shref=")(https?://[^"]*)(")'),
    "meta": re.compile(r'(\scontent=")([^"]*)(")'),
}
META_NAME = re.compile(r'\sname="([^"]*)"')
SPACE = re.compile(r"[ \t\r\n\f]+")
NOT_SHOWN = frozenset({"style", "script", "template", "noscript"})


LONG = 20_000  # characters


class Kind(Enum):
    """What a value is for."""

    TEXT = "text"  # set on the page
    TITLE = "title"  # of the document, or of a drawing
    PATH = "path"  # of a drawing
    LINK = "link"
    META = "meta"
    FIXED = "fixed"  # nobody knows what it does: documents that differ in it have nothing in common


@dataclass(frozen=True)
class Value:
    """A value of a document: its kind, and the part that holds it."""

    kind: Kind
    part: int
    name: str = ""  # of metadata


@dataclass(frozen=True)
class Skeleton:
    """What documents have in common; its values are told by their places in ``values``."""

    text: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Cut:
    """A document cut into its skeleton and its values, as they stand between the tags."""

    skeleton: Skeleton
    parts: Sequence[str]
    values: Sequence[str]  # without entities, spaces folded

    @property
    def html(self) -> str:
        """The whole document."""
        return "".join(self.parts)

    def with_values_of(self, others: Sequence["Cut"]) -> str:
        """Return this document's HTML with each value taken from the other at its place."""
        parts = list(self.parts)
        for place, other in enumerate(others):
            part = self.skeleton.values[place].part
            parts[part] = other.parts[part]
        return "".join(parts)


def fold(text: str) -> str:
    """Return a text as a page shows it: without entities, spaces as one."""
    return SPACE.sub(" ", unescape(text)).strip(" ")


class Known:
    """Skeletons by their text, and parts that many documents hold: each is kept once."""

    def __init__(self) -> None:
        self.skeletons: dict[str, Skeleton] = {}
        self._parts: dict[str, str] = {}

    def kept(self, parts: Sequence[str]) -> list[str]:
        """Return the parts, the long ones (pictures) as they are kept already."""
        keep = self._parts.setdefault
        return [keep(part, part) if len(part) > LONG else part for part in parts]


def cut(html: str, known: Known) -> Cut:
    """Return the document's skeleton and values."""
    parts = known.kept(PARTS.split(html))
    frame, values, places = list(parts), [], []
    within = ""
    for number, part in enumerate(parts):
        if number % 2:
            name = _name(part)
            within = name if not part.startswith("</") else ""
            found = ATTRIBUTE[name].search(part) if name in ATTRIBUTE else None
            if found:
                frame[number] = part[: found.start(2)] + part[found.end(2) :]
                values.append(unescape(found[2]))
                places.append(number)
        elif not part.isspace() and part:
            frame[number] = "T" if within not in NOT_SHOWN else part
            values.append(unescape(part) if within == "title" else fold(part))
            places.append(number)
    text = "\0".join(frame)
    skeleton = known.skeletons.get(text)
    if skeleton is None:
        told = tuple(_value(parts, place) for place in places)
        skeleton = known.skeletons[text] = Skeleton(text, told)
    return Cut(skeleton, parts, values)


def _name(part: str) -> str:
    found = TAG.match(part)
    return found[1].lower() if found else ""


def _value(parts: Sequence[str], place: int) -> Value:
    if place % 2:
        name = _name(parts[place])
        kind = {"path": Kind.PATH, "a": Kind.LINK, "meta": Kind.META}[name]
        found = META_NAME.search(parts[place]) if kind is Kind.META else None
        return Value(kind, place, found[1].lower() if found else "")
    before = parts[place - 1] if place else ""
    if before.startswith("</"):
        return Value(Kind.TEXT, place)
    if _name(before) == "title":
        return Value(Kind.TITLE, place)
    return Value(Kind.FIXED if _name(before) in NOT_SHOWN else Kind.TEXT, place)
