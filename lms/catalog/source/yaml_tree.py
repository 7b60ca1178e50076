"""YAML read to a tree in which each node knows its line, without any of YAML's magic.

The tree is built from the parser's events: anchors, aliases and tags are refused before anything
could be expanded or constructed, and a scalar stays the text that was written: ``no`` and ``08``
mean what the field's reader says (``map_reader``).
"""

from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from lms.catalog.messages import Message
from lms.catalog.source.problems import Problems

DEPTH_LIMIT = 12
NODE_LIMIT = 60_000


# What libyaml says of the mistakes that people make, in words that name the remedy.
REASONS = {
    "found a tab character that violates indentation": Message("indent with spaces, not with tabs"),
    "found unexpected end of stream": Message("a quotation mark is opened and never closed"),
    "could not find expected ':'": Message("a colon and a space are missing after the key"),
    "mapping values are not allowed in this context": Message(
        "the line is indented too far, or holds a second colon: a text with a colon stands "
        "in quotation marks"
    ),
    "did not find expected key": Message(
        "the indentation doesn't fit the lines before, or something follows a closed "
        "quotation mark or bracket"
    ),
    "did not find expected '-' indicator": Message(
        "each entry of this list begins with a hyphen, all indented alike"
    ),
    "block sequence entries are not allowed in this context": Message(
        "a list begins on a line of its own"
    ),
    "did not find expected ',' or ']'": Message("a bracket [ is not closed, or a comma is missing"),
    "did not find expected ',' or '}'": Message("a brace { is not closed, or a comma is missing"),
    "did not find expected node content": Message(
        "a bracket or brace is not closed, or a text that begins with a bracket, a brace or a "
        "comma stands without quotation marks"
    ),
    "found unknown escape character": Message(
        "between double quotation marks a backslash is written \\\\; between single ones "
        "it means itself"
    ),
    "found character that cannot start any token": Message(
        "no text begins with a tab, @, ` or a percent sign: it stands in quotation marks"
    ),
    "did not find expected alphabetic or numeric character": Message(
        "a text that begins with * or & stands in quotation marks"
    ),
    "did not find expected comment or line break": Message(
        "after | or > the text begins on the next line"
    ),
}


@dataclass(frozen=True)
class Scalar:
    """A single value as written; ``plain`` without quotes and not a block."""

    value: str
    line: int
    plain: bool


@dataclass
class Sequence:
    """A list."""

    line: int
    items: list["Node"] = field(default_factory=list)


@dataclass
class Mapping:
    """A map with its keys in order, and each key's line."""

    line: int
    items: dict[str, "Node"] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


class _Refused(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


class _Builder:
    """Builds the tree from events, with an explicit stack: depth costs no recursion."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.stack: list[Sequence | Mapping] = []
        self.keys: list[Scalar | None] = []
        self.count = 0
        self.documents = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _Refused(line, Message("holds more than one document"))
        elif isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(line, Message("anchors and aliases (& and *) are not allowed"))
        elif getattr(event, "tag", None):
            raise _Refused(line, Message("tags (!) are not allowed"))
        elif isinstance(event, ScalarEvent):
            self._add(Scalar(event.value, line, bool(event.implicit[0]) and not event.style))
        elif isinstance(event, SequenceStartEvent):
            self._open(Sequence(line))
        elif isinstance(event, MappingStartEvent):
            self._open(Mapping(line))
        elif isinstance(event, SequenceEndEvent | MappingEndEvent):
            self.stack.pop()
            self.keys.pop()

    def _open(self, node: Sequence | Mapping) -> None:
        if len(self.stack) >= DEPTH_LIMIT:
            raise _Refused(node.line, Message("is nested too deeply"))
        self._add(node)
        self.stack.append(node)
        self.keys.append(None)

    def _add(self, node: Node) -> None:
        self.count += 1
        if self.count > NODE_LIMIT:
            raise _Refused(node.line, Message("holds too many values"))
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent, Sequence):
            parent.items.append(node)
            return
        key = self.keys[-1]
        if key is None:
            if not isinstance(node, Scalar):
                raise _Refused(node.line, Message("a key must be a single word"))
            if node.value in parent.items:
                raise _Refused(
                    node.line, Message("the key '%(value)s' stands twice", value=node.value)
                )
            self.keys[-1] = node
            return
        parent.items[key.value] = node
        parent.lines[key.value] = key.line
        self.keys[-1] = None


def _place(error: yaml.YAMLError) -> Any:
    """Return the mark of a mistake: what was opened and not closed libyaml notices only later."""
    begun = (
        "while scanning a quoted scalar",
        "while parsing a flow",
        "while scanning a simple key",
    )
    opened, noticed = getattr(error, "context_mark", None), getattr(error, "problem_mark", None)
    is_opened = (getattr(error, "context", None) or "").startswith(begun)
    return (opened if is_opened else noticed) or noticed or opened


def parse(text: str, file: str, problems: Problems) -> Node | None:
    """Return the tree of a YAML text; None, with a problem noted, when it can't be read."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):  # libyaml's parser, in C
            builder.take(event)
    except _Refused as refused:
        problems.add(file, refused.line, refused.message)
        return None
    except yaml.YAMLError as error:
        mark = _place(error)
        line = min(mark.line, text.count("\n")) + 1 if mark else 0  # the end counts as a line more
        said = getattr(error, "problem", None) or "can't be read"
        reason = REASONS.get(said, said)
        problems.add(file, line, Message("is not well-formed YAML: %(reason)s", reason=reason))
        return None
    except Exception as error:  # noqa: BLE001 - the scanner raises nearly anything
        problems.add(file, 0, Message("is not well-formed YAML: %(error)s", error=error))
        return None
    if builder.root is None:
        problems.add(file, 0, Message("is empty"))
    return builder.root
