"""HTML as a small tree, of any input: cleaned first by a real HTML parser, then bounded in depth.

What an item can't show is left out; ``lost`` names it once each.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

import nh3

from lms.catalog.messages import Message
from lms.standards.items import limits
from lms.standards.items.model import NotUnderstood

DEPTH = 40
TAG_NAME = re.compile(r"<([a-zA-Z][\w:-]{0,40})")
STYLED = re.compile(r"<[a-zA-Z][^<>]*\sstyle\s*=")
MERGED = re.compile(r"<t[dh]\s[^<>]*\b(?:col|row)span\s*=\s*[\"']?\s*(?:[2-9]|\d\d)", re.IGNORECASE)
SIMPLE = re.compile(
    r"<(p|b|strong|i|em|br)(?: ?/)?>|</(p|b|strong|i|em)>"
    r"|((?:[^<>&\r\0]++|&(?:nbsp|quot|laquo|raquo|ndash|mdash);)+)"
)
HOLDS = {"p": ("",), **dict.fromkeys(("b", "strong", "i", "em"), ("", "p"))}  # what may hold it
VOID = {"br", "hr", "img"}
# Elements that mean nothing of their own here: their content stays, nothing is told.
SILENT = {"span", "div", "font", "section", "article", "tbody", "thead", "tfoot", "colgroup", "col",
          "html", "body", "head", "center", "label", "small", "big", "wbr", "figure",
          "figcaption", "picture"}  # fmt: skip
KEPT = {"p", "br", "hr", "strong", "b", "em", "i", "code", "pre", "tt", "kbd", "samp", "var",
        "blockquote", "ul", "ol", "li", "table", "tr", "th", "td", "caption", "a", "img",
        "h1", "h2", "h3", "h4", "h5", "h6", "dl", "dt", "dd", "q", "cite", "abbr",
        "sub", "sup"}  # fmt: skip
ATTRIBUTES = {"href", "src", "alt", "title", "class", "align", "style", "start"}
NOT_TEXT = {"script", "style", "title", "template", "noscript", "iframe", "object", "applet"}


@dataclass
class Element:
    """An element with its children: elements and texts. The root has no tag."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text inside."""
        return "".join(c if isinstance(c, str) else c.text for c in self.children)


class Lost:
    """Names of what could not be kept, each once, in order."""

    def __init__(self) -> None:
        self.messages: dict[Message, None] = {}
        self.images = 0  # how many of them were images
        self.bare: dict[Message, None] = {}  # images that nothing describes: they aren't lost

    def add(self, message: Message) -> None:
        """Note what is left out."""
        if len(self.messages) < 50:
            self.messages[message] = None


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]
        self.skipped: list[str] = []  # names of open elements beyond the depth

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(self.open) > DEPTH:
            if tag not in VOID:
                self.skipped.append(tag)
            return
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if self.skipped:
            if tag == self.skipped[-1]:
                self.skipped.pop()
        elif len(self.open) > 1 and tag == self.open[-1].tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def simple_tree(html: str) -> Element | None:
    """Return the tree of paragraphs with bold and slanted words, as ``tree_of`` would, but soon.

    None for HTML that is anything else: most texts of most files are no more than this.
    """
    open_nodes = [Element("")]
    place = 0
    while place < len(html):
        match = SIMPLE.match(html, place)
        if match is None:
            return None
        place = match.end()
        begun, ended, words = match.groups()
        if words:
            open_nodes[-1].children.append(unescape(words))
        elif ended:
            if open_nodes.pop().tag != ended:
                return None
        elif begun == "br":
            open_nodes[-1].children.append(Element("br"))
        elif "/" in match[0] or open_nodes[-1].tag not in HOLDS[begun]:
            return None
        else:
            begun_node = Element(begun)
            open_nodes[-1].children.append(begun_node)
            open_nodes.append(begun_node)
    return open_nodes[0] if len(open_nodes) == 1 and html.count("<") <= limits.TAGS else None


def tree_of(html: str, lost: Lost) -> Element:
    """Return the tree of any HTML; what is not text at all (scripts) is gone."""
    if html.count("<") > limits.TAGS:
        raise NotUnderstood(Message("a text has more than %(limit)s HTML tags", limit=limits.TAGS))
    names = {name.lower() for name in TAG_NAME.findall(html)}
    for name in sorted(names - SILENT - KEPT):
        lost.add(Message("the element <%(name)s> is left out, its text is kept", name=name)
                 if name not in NOT_TEXT
                 else Message("the element <%(name)s> is left out", name=name))  # fmt: skip
    if STYLED.search(html):
        lost.add(Message("styles (colours, sizes, alignment) are left out"))
    if MERGED.search(html):
        lost.add(Message("merged cells of a table stand apart"))
    clean = nh3.clean(
        html,
        tags=SILENT | KEPT,
        clean_content_tags=NOT_TEXT,
        attributes={"*": ATTRIBUTES},
        url_schemes={"https", "http", "mailto", "data"},
        link_rel=None,
        strip_comments=True,
    )
    builder = _Builder()
    builder.feed(clean)
    builder.close()
    return builder.root


def clean_tree(html: str) -> Element:
    """Return the tree of HTML that this platform rendered itself."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root
