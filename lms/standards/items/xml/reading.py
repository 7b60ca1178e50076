"""A hardened reader on expat: no document types, so no entities; bounded depth and number.

The whole file is surveyed before anything is built of it: a broken or over-large one is refused
at little cost. Elements are then built one after the other and can be let go.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from lms.catalog.messages import Message
from lms.standards.items import limits
from lms.standards.items.decoding import is_utf8
from lms.standards.items.errors import Unreadable
from lms.standards.items.xml.nodes import NOTHING, Node


class Broken(Unreadable):
    """The XML is malformed; nothing worse was met before."""


INVALID = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]
NOT_AS_DECLARED = Message(
    "the XML is in another encoding than it says; save it as UTF-8 and try again"
)
ROOT_BYTES = 100_000  # what may stand before the root


@dataclass
class Budget:
    """How many elements may still be met in all files of an import together."""

    elements: int = limits.ELEMENTS


# Told of each element of a survey: its depth from 1, its local name and attributes.
Witness = Callable[[int, str, Mapping[str, str]], None]


class _Refuser:
    """Handlers that refuse what no file of items needs."""

    def __init__(self, content: bytes, file: str) -> None:
        self.content = content
        self.file = file
        # The separator can't stand in a namespace: expat refuses that.
        self.parser = expat.ParserCreate(namespace_separator="\n")
        self.parser.buffer_text = True
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.ExternalEntityRefHandler = self._doctype

    def _doctype(self, *_: Any) -> int:
        raise self.refusal(Message("the XML declares a document type or entities; that isn't read"))

    def refusal(self, message: Message) -> Unreadable:
        return Unreadable(message, line=self.parser.CurrentLineNumber, file=self.file)

    def run(self) -> None:
        try:
            self.parser.Parse(self.content, True)
        except expat.ExpatError as error:
            raise Broken(
                NOT_AS_DECLARED
                if error.code == INVALID and not is_utf8(self.content)
                else Message("the XML is broken: %(why)s", why=expat.ErrorString(error.code)),
                line=error.lineno,
                file=self.file,
            ) from error
        except (ValueError, LookupError, UnicodeError) as error:  # an unknown encoding
            raise self.refusal(Message("the XML's encoding can't be read")) from error
        finally:
            # The handlers refer to the parser and it to them.
            self.parser.StartElementHandler = None
            self.parser.EndElementHandler = None
            self.parser.CharacterDataHandler = None


class _Enough(Exception):
    """Raised to stop reading once the root is known."""


def root_of(content: bytes) -> str:
    """Return the name of the root element. Raises Unreadable."""
    refuser = _Refuser(content[:ROOT_BYTES], "")
    names: list[str] = []

    def start(name: str, _attributes: Any) -> None:
        names.append(_parted(name)[1])
        raise _Enough

    refuser.parser.StartElementHandler = start
    try:
        refuser.run()
    except _Enough:
        return names[0]
    raise Broken(Message("the XML is broken: %(why)s", why="no element found"))


def survey(
    content: bytes,
    *,
    budget: Budget,
    file: str = "",
    part: int = 2,
    witness: Witness | None = None,
) -> str:
    """Return the name of the root. Raises Unreadable for a broken, hostile or over-large file.

    ``part`` is the depth of the elements that are later read one by one, ``witness`` is told of
    each element on the way.
    """
    refuser = _Refuser(content, file)
    depth = together = 0
    root = ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, together, root
        depth += 1
        together = together + 1 if depth > part else 1
        if together > limits.ELEMENTS_TOGETHER:
            raise refuser.refusal(_together())
        if len(attributes) > limits.ATTRIBUTES:
            raise refuser.refusal(
                Message("one element has more than %(limit)s attributes", limit=limits.ATTRIBUTES)
            )
        budget.elements -= 1
        if depth > limits.DEPTH:
            raise refuser.refusal(
                Message("the XML is nested deeper than %(limit)s elements", limit=limits.DEPTH)
            )
        if budget.elements < 0:
            raise refuser.refusal(
                Message("the XML has more than %(limit)s elements", limit=limits.ELEMENTS)
            )
        if witness is not None:
            witness(depth, _parted(name)[1], attributes)
        if depth == 1:
            root = _parted(name)[1]

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    refuser.parser.StartElementHandler = start
    refuser.parser.EndElementHandler = end
    refuser.run()
    return root


def read_tree(content: bytes, *, file: str = "") -> Node:
    """Return the tree of a surveyed file."""
    roots: list[Node] = []
    read_children(content, roots.append, depth=1, file=file)
    return roots[0]


def read_children(
    content: bytes, take: Callable[[Node], None], *, depth: int = 2, file: str = ""
) -> None:
    """Hand each element of this depth of a surveyed file to ``take``, in order."""
    refuser = _Refuser(content, file)
    parser = refuser.parser
    names: dict[str, str] = {}
    open_nodes: list[Node] = []
    level = count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal level, count
        level += 1
        if level < depth:
            return
        space, tag = _parted(name)
        node = Node(
            names.setdefault(tag, tag),
            {_attribute(key): value for key, value in attributes.items()} or NOTHING,
            space=names.setdefault(space, space),
            line=parser.CurrentLineNumber,
            column=parser.CurrentColumnNumber + 1,
        )
        if open_nodes:
            open_nodes[-1].parts.append(node)
        open_nodes.append(node)
        count += 1
        if count > limits.ELEMENTS_TOGETHER:
            raise refuser.refusal(_together())

    def end(_name: str) -> None:
        nonlocal level, count
        level -= 1
        if open_nodes:
            node = open_nodes.pop()
            if not open_nodes:
                count = 0
                take(node)

    def characters(data: str) -> None:
        if open_nodes:
            open_nodes[-1].parts.append(data)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    refuser.run()


def _together() -> Message:
    return Message(
        "one part of the XML has more than %(limit)s elements", limit=limits.ELEMENTS_TOGETHER
    )


def _parted(name: str) -> tuple[str, str]:
    space, _, local = name.rpartition("\n")
    return space, local


def _attribute(name: str) -> str:
    space, local = _parted(name)
    return f"xml:{local}" if space == "http://www.w3.org/XML/1998/namespace" else local


def walk(node: Node) -> Iterator[Node]:
    """Yield an element and all below."""
    yield node
    for child in node:
        yield from walk(child)
