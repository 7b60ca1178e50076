"""Elements of XML with their place in the file, and how they are written."""

import re
from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

# What XML 1.0 can't hold.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NOTHING: Mapping[str, str] = {}


class Node:
    """An element: its local name, attributes, and texts and elements inside."""

    __slots__ = ("attributes", "column", "line", "parts", "space", "tag")

    def __init__(
        self,
        tag: str,
        attributes: Mapping[str, str] = NOTHING,
        *parts: "Node | str",
        space: str = "",
        line: int = 0,
        column: int = 0,
    ) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parts: list[Node | str] = list(parts)
        self.space = space
        self.line = line
        self.column = column

    def __iter__(self) -> Iterator["Node"]:
        return (part for part in self.parts if isinstance(part, Node))

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, default)

    def all(self, tag: str) -> list["Node"]:
        """Return the elements of this name right inside."""
        return [node for node in self if node.tag == tag]

    def first(self, tag: str) -> "Node | None":
        """Return the first element of this name right inside."""
        return next((node for node in self if node.tag == tag), None)

    def below(self, tag: str) -> Iterator["Node"]:
        """Yield the elements of this name at any depth, in order."""
        for node in self:
            if node.tag == tag:
                yield node
            yield from node.below(tag)

    @property
    def text(self) -> str:
        """All text inside."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def words(self) -> str:
        """All text inside on one line."""
        return " ".join(self.text.split())

    def text_of(self, tag: str) -> str:
        """Return the text of the first element of this name, "" without one."""
        node = self.first(tag)
        return "" if node is None else node.text.strip()

    def markup(self) -> str:
        """Return the element as XML."""
        marks = "".join(f" {name}={quoteattr(text(v))}" for name, v in self.attributes.items())
        inside = self.inside()
        return f"<{self.tag}{marks}>{inside}</{self.tag}>" if inside else f"<{self.tag}{marks}/>"

    def inside(self) -> str:
        """Return what stands inside as XML."""
        return "".join(
            escape(text(part)) if isinstance(part, str) else part.markup() for part in self.parts
        )

    def document(self) -> bytes:
        """Return a file with this element as its root."""
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{self.markup()}\n'.encode()


def text(value: str) -> str:
    """Return a text that XML can hold."""
    return FORBIDDEN.sub("\ufffd", value)
