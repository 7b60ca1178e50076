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
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = min(mark.line, text.count("\n")) + 1 if mark else 0  # the end counts as a line more
        reason = getattr(error, "problem", None) or "can't be read"
        problems.add(file, line, Message("is not well-formed YAML: %(reason)s", reason=reason))
        return None
    except Exception as error:  # noqa: BLE001 - the scanner raises nearly anything
        problems.add(file, 0, Message("is not well-formed YAML: %(error)s", error=error))
        return None
    if builder.root is None:
        problems.add(file, 0, Message("is empty"))
    return builder.root
