"""QTI 3.0 names everything anew (``qti-choice-interaction``); in here the names of 2.x rule."""

import re
from functools import lru_cache

from lms.standards.items.xml.nodes import Node

SPACES = {
    "2.1": "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "3.0": "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
}
ITEM = "assessmentItem"
# Elements of QTI beside HTML's; the writer renames these for 3.0 and no others.
CAMEL = re.compile(r"(?<!^)([A-Z])")
HTML_ATTRIBUTES = {"xmlns", "xml:lang", "class", "href", "start", "style", "xsi:schemaLocation"}
OWN_WORDS = {"value", "mapping", "match", "variable", "correct", "equal", "multiple", "product",
             "divide", "sum", "prompt", "lte", "inside"}  # fmt: skip


@lru_cache(maxsize=1024)
def _camel(name: str) -> str:
    head, *rest = name.split("-")
    return head + "".join(word[:1].upper() + word[1:] for word in rest)


@lru_cache(maxsize=1024)
def _kebab(name: str) -> str:
    return CAMEL.sub(lambda m: f"-{m[1].lower()}", name)


def old_names(node: Node) -> Node:
    """Return a tree of 3.0 with the names of 2.x; changes the tree itself."""
    if node.tag.startswith("qti-"):
        node.tag = _camel(node.tag[4:])
        node.attributes = {
            name if name.startswith(("data-", "xml:")) else _camel(name): value
            for name, value in node.attributes.items()
        }
    for child in node:
        old_names(child)
    return node


def new_names(node: Node) -> Node:
    """Return a tree of 2.x as a new one with the names of 3.0."""
    parts: list[Node | str] = [
        part if isinstance(part, str) else new_names(part) for part in node.parts
    ]
    if not (CAMEL.search(node.tag) or node.tag in OWN_WORDS):
        return Node(node.tag, node.attributes, *parts)
    attributes = {
        name if name in HTML_ATTRIBUTES else _kebab(name): value
        for name, value in node.attributes.items()
    }
    if node.tag == "rubricBlock":
        attributes["use"] = "scoring"
    if node.tag in ("modalFeedback", "rubricBlock"):
        parts = [Node("qti-content-body", {}, *parts)]
    return Node(f"qti-{_kebab(node.tag)}", attributes, *parts)
