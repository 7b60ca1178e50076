"""SVG figures: an allow-list of drawing elements; nothing that runs, loads or links outside.

``read_svg`` goes through a drawing once and returns both what it found wrong and a clean rewriting
without it. A course folder must be free of faults as it stands; an upload is stored clean.
"""

import re
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from lms.catalog.messages import Message

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
ELEMENTS = frozenset(
    "svg g defs title desc symbol use path rect circle ellipse line polyline polygon text tspan"
    " textPath linearGradient radialGradient stop clipPath mask pattern marker style filter"
    " feGaussianBlur feOffset feMerge feMergeNode feColorMatrix feFlood feComposite feBlend"
    " feDropShadow".split()
)
# Foreign elements that drawing programs leave behind: dropped without a word in an upload.
DEPTH_LIMIT = 60
ELEMENT_LIMIT = 20_000
SIZE_LIMIT = 20_000  # CSS pixels
ATTRIBUTE = re.compile(r"(?![oO][nN])[a-zA-Z][a-zA-Z0-9-]*")
INSIDE = re.compile(r"#[\w.:-]+")
BAD_VALUE = re.compile(
    r"(?i)javascript|data:|\\|@import|image-set|expression\s*\(|[\x00-\x08\x0b-\x1f]"
)
OUTSIDE_URL = re.compile(r"(?i)url\s*\(\s*(?![\"']?#)")


@dataclass(frozen=True)
class Svg:
    """A drawing as read: its faults with lines, its clean form and its size in CSS pixels."""

    faults: tuple[tuple[int, str], ...]
    clean: bytes
    width: int | None
    height: int | None


class NotSvg(ValueError):
    """The bytes are no well-formed SVG; ``line`` says where."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def read_svg(content: bytes) -> Svg:
    """Read a drawing; NotSvg when it can't be read at all."""
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise NotSvg(Message("is not well-formed XML"), error.lineno) from error
    except NotSvg:
        raise
    except (ValueError, LookupError) as error:  # an unknown or broken encoding
        raise NotSvg(Message("is not well-formed XML")) from error
    reader.check_uses()
    if reader.size is None:
        raise NotSvg(Message("is not an SVG drawing"))
    width, height = reader.size
    clean = "".join(reader.output).encode() + b"\n"
    return Svg(tuple(reader.faults), clean, width, height)


@dataclass
class _Open:
    name: str
    id: str
    has_content: bool = False


@dataclass
class _Reader:
    faults: list[tuple[int, str]] = field(default_factory=list)
    output: list[str] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    uses: list[tuple[str, frozenset[str], int]] = field(default_factory=list)
    style: list[str] = field(default_factory=list)  # pieces of the style sheet that is open
    dropped: int = 0  # depth inside an element that is left out
    count: int = 0
    size: tuple[int | None, int | None] | None = None

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.doctype
        self.parser.ProcessingInstructionHandler = self.instruction

    @property
    def line(self) -> int:
        return int(self.parser.CurrentLineNumber)

    def fault(self, message: str) -> None:
        if len(self.faults) < 50:
            self.faults.append((self.line, message))

    def doctype(self, *_: object) -> None:
        raise NotSvg(Message("declares a document type or entities"), self.line)

    def instruction(self, target: str, _data: str) -> None:
        self.fault(Message("holds the processing instruction %(target)s", target=target[:40]))

    def start(self, full: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > ELEMENT_LIMIT:
            raise NotSvg(Message("has too many elements"), self.line)
        space, _, name = full.rpartition("}")
        if self.dropped:
            self.dropped += 1
            return
        if not self.stack and (space != SVG or name != "svg"):
            raise NotSvg(Message("is not an SVG drawing"), self.line)
        in_style = bool(self.stack) and self.stack[-1].name == "style"
        if in_style or space != SVG or name not in ELEMENTS or len(self.stack) >= DEPTH_LIMIT:
            self.fault(Message("holds the element %(name)s", name=name[:40]))
            self.dropped = 1
            return
        if self.size is None:
            self.size = _size(attributes)
        self._write_start(name, attributes)

    def _write_start(self, name: str, attributes: dict[str, str]) -> None:
        self._content()
        kept = self._attributes(attributes)
        if name == "use":
            inside = frozenset(entry.id for entry in self.stack if entry.id)
            self.uses.append((kept.get("href", "")[1:], inside, self.line))
        head = "".join(f" {key}={quoteattr(value)}" for key, value in kept.items())
        space = f' xmlns="{SVG}"' if not self.stack else ""
        self.output.append(f"<{name}{space}{head}")
        self.stack.append(_Open(name, kept.get("id", "")))

    def _attributes(self, attributes: dict[str, str]) -> dict[str, str]:
        kept: dict[str, str] = {}
        for full, value in attributes.items():
            space, _, name = full.rpartition("}")
            if space == XLINK and name == "href":
                space = ""
            if space == XML and name in ("lang", "space"):
                kept[f"xml:{name}"] = value
            elif space or not ATTRIBUTE.fullmatch(name):
                self.fault(Message("holds the attribute %(name)s", name=name[:40]))
            elif (name == "href" and not INSIDE.fullmatch(value)) or not _harmless(value):
                self.fault(Message("refers to something outside in %(name)s", name=name))
            else:
                kept[name] = value
        return kept

    def _content(self) -> None:
        if self.stack and not self.stack[-1].has_content:
            self.stack[-1].has_content = True
            self.output.append(">")

    def characters(self, text: str) -> None:
        if self.dropped or not self.stack:
            return
        if self.stack[-1].name == "style":
            self.style.append(text)
            return
        self._content()
        self.output.append(escape(text))

    def _write_style(self) -> None:
        """Judge a style sheet as a whole: what stands between its pieces is left out."""
        text = "".join(self.style)
        self.style.clear()
        if not _harmless(text):
            self.fault(Message("refers to something outside in a style sheet"))
        elif text:
            self._content()
            self.output.append(escape(text))

    def end(self, _full: str) -> None:
        if self.dropped:
            self.dropped -= 1
            return
        if self.stack[-1].name == "style":
            self._write_style()
        closed = self.stack.pop()
        self.output.append(f"</{closed.name}>" if closed.has_content else "/>")

    def check_uses(self) -> None:
        """Refuse uses inside what is used: a few of them would unfold to millions of elements."""
        targets = {target for target, _, _ in self.uses}
        for _, inside, line in self.uses:
            if inside & targets:
                raise NotSvg(Message("uses an element that itself uses others"), line)


def _harmless(value: str) -> bool:
    return not BAD_VALUE.search(value) and not OUTSIDE_URL.search(value)


def _size(attributes: dict[str, str]) -> tuple[int | None, int | None]:
    width, height = _length(attributes.get("width")), _length(attributes.get("height"))
    box = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    if (width is None or height is None) and len(box) == 4:
        width, height = _length(box[2]), _length(box[3])
    return (width, height) if width and height else (None, None)


def _length(text: str | None) -> int | None:
    match = re.fullmatch(r"(\d{1,5})(?:\.\d+)?(?:px)?", text or "")
    if not match or not 0 < int(match.group(1)) <= SIZE_LIMIT:
        return None
    return int(match.group(1))
