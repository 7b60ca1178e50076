"""HTML and plain texts as Markdown of the items' dialect."""

import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import unquote

import nh3

from lms.assessment.source.content import PROMPT_LIMIT
from lms.catalog.markdown.compiling import compile_inline, compile_text
from lms.catalog.markdown.dialect import PRIVATE
from lms.catalog.markdown.examining import TAG
from lms.catalog.media.kinds import PICTURED
from lms.catalog.messages import Message
from lms.standards.items.model import NotUnderstood
from lms.standards.items.texts.faults import SPECIAL, mistakes
from lms.standards.items.texts.images import FOREIGN, Taking, not_taken
from lms.standards.items.texts.trees import Element, Lost, simple_tree, tree_of

INLINE_MARKS = re.compile(r"([\\`*_\[\]<])")
ENTITY = re.compile(r"&(?=#?\w{1,32};)")
LINE_MARK = re.compile(
    r"^([ \t]*)(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|={1,}\s*$|-{2,}\s*$|:{3,}|~{3,})", re.MULTILINE
)
NUMBERED = re.compile(r"^([ \t]*\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
FORMULA = re.compile(r"\\\(.{1,500}?\\\)|\\\[.{1,500}?\\\]|\$\$.{1,500}?\$\$")
SPACE = re.compile(r"[ \t\r\n\f]+")
INSIDE = re.compile(r"[0-9a-f]{56,64}(\.png)?")  # the name of one that had none
LISTS = {"ul", "ol"}
BLOCKS = {"p", "pre", "blockquote", "ul", "ol", "table", "hr", "dl",
          "h1", "h2", "h3", "h4", "h5", "h6", "div", "section", "article", "li", "dt", "dd",
          "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "center",
          "figure", "figcaption"}  # fmt: skip
STRONG = {"strong", "b"}
EMPHASIS = {"em", "i", "var", "cite"}
CODE = {"code", "tt", "kbd", "samp"}
BREAK = "\\\n"
# What Unicode has of small letters below and above the line.
RAISED = {
    "sub": dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True)),
    "sup": dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True)),
}


def markdown_of_html(
    html: str, lost: Lost, *, inline: bool = False, taking: Taking = not_taken
) -> str:
    """Return HTML as Markdown that shows the same words; what is left out goes to ``lost``."""
    if FORMULA.search(html):
        lost.add(Message("formulas in TeX are shown as they are written: items have none"))
    if "<" not in html and "&" not in html:
        return markdown_of_plain(SPACE.sub(" ", html), inline=inline)
    return _written(simple_tree(html) or tree_of(html, lost), lost, inline=inline, taking=taking)


def markdown_of_plain(text: str, *, inline: bool = False) -> str:
    """Return Markdown that shows ``text`` as it is; blank lines part paragraphs."""
    text = PRIVATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not SPECIAL.search(text) and "\n" not in text and "  " not in text:
        return text
    root = Element("")
    for part in re.split(r"\n\s*\n", text):
        paragraph = Element("p")
        for number, line in enumerate(part.split("\n")):
            if number:
                paragraph.children.append(Element("br"))
            paragraph.children.append(line)
        root.children.append(paragraph)
    return _written(root, Lost(), inline=inline)


def markdown_of_markdown(
    text: str, lost: Lost, *, inline: bool = False, taking: Taking = not_taken
) -> str:
    """Return foreign Markdown as it is, but for HTML in it and what the dialect doesn't know."""
    text = PRIVATE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if TAG.search(text):
        lost.add(Message("HTML inside Markdown is left out, its text is kept"))
        text = unescape(nh3.clean(text, tags=set(), strip_comments=True)).strip()
    taken: set[str] = set()
    text = FOREIGN.sub(lambda match: _taken(match, lost, taking, taken), text)
    if len(text) <= PROMPT_LIMIT and SPECIAL.search(text) and mistakes(text, taken):
        lost.add(Message("Markdown that items don't have is shown as plain text"))
        return markdown_of_plain(text, inline=inline)
    return text


def _taken(match: re.Match[str], lost: Lost, taking: Taking, taken: set[str]) -> str:
    """Return an image of Markdown with the path by which it is taken, else its description."""
    alt, address, title = match.groups()
    try:
        path = taking(address)
    except NotUnderstood as refusal:
        lost.images += 1
        lost.add(refusal.reason)
        return f"\\[{alt}\\]" if alt.strip() else ""
    taken.add(path)
    if not alt.strip():
        _note_bare(lost, address)
    return f"![{alt}]({path}{title})"


def _note_bare(lost: Lost, address: str) -> None:
    name = unquote(address.rsplit("/", 1)[-1])[:60]
    if len(lost.bare) < 50:
        message = Message(
            "what the picture “%(name)s” shows isn't written: describe it, in the text or in the "
            "media library, for people who don't see it",
            name="data:" if INSIDE.fullmatch(name) else name,
        )
        lost.bare[message] = None


def _written(root: Element, lost: Lost, *, inline: bool, taking: Taking = not_taken) -> str:
    """Write the tree, with as few escapes as show the same."""
    careful = _Writer(lost, escapes=True, inline=inline, taking=taking).write(root)
    if not SPECIAL.search(careful) or len(careful) > PROMPT_LIMIT:
        return careful  # too long to be kept anyway
    if "\\" not in careful:
        return careful  # nothing was escaped
    plain = _Writer(Lost(), escapes=False, inline=inline, taking=taking).write(root)
    if plain == careful:
        return careful
    same = compile_text(plain, "en") == compile_text(careful, "en") and (
        not inline or compile_inline(plain, "en") == compile_inline(careful, "en")
    )
    return plain if same and not mistakes(plain, PICTURED.findall(plain)) else careful


class _Writer:
    def __init__(self, lost: Lost, *, escapes: bool, inline: bool, taking: Taking) -> None:
        self.lost = lost
        self.taking = taking
        self.escapes = escapes
        self.inline = inline

    def write(self, root: Element) -> str:
        blocks = self._blocks(root.children)
        return "\n\n".join(block for block in blocks if block.strip()).strip()

    def _blocks(self, children: Sequence[Element | str]) -> list[str]:
        """Return blocks of Markdown; what stands between block elements is a paragraph."""
        blocks: list[str] = []
        run: list[Element | str] = []
        for child in children:
            if isinstance(child, Element) and child.tag in BLOCKS:
                self._paragraph(blocks, run)
                run = []
                blocks += self._block(child)
            elif isinstance(child, Element) and _holds_block(child):
                self._paragraph(blocks, run)
                run = []
                blocks += self._blocks(child.children)
            else:
                run.append(child)
        self._paragraph(blocks, run)
        return blocks

    def _paragraph(self, blocks: list[str], run: Sequence[Element | str]) -> None:
        lines = [SPACE.sub(" ", line).strip(" ") for line in self._inline(run).split(BREAK)]
        while lines and not lines[0]:
            lines.pop(0)
        while lines and not lines[-1]:
            lines.pop()
        if not lines:
            return
        if self.inline:
            blocks += [self._guarded(line) for line in lines if line]
            return
        # Two line breaks after each other part paragraphs.
        text = BREAK.join(lines)
        blocks += [self._guarded(part) for part in re.split(r"\\\n(?:\\\n)+", text) if part]

    def _guarded(self, text: str) -> str:
        """Return a paragraph of which no line looks like another block."""
        if not self.escapes:
            return text
        text = LINE_MARK.sub(lambda m: f"{m[1]}\\{m[2]}", text)
        return NUMBERED.sub(lambda m: f"{m[1]}\\{m[2]}", text)

    def _block(self, element: Element) -> list[str]:
        tag = element.tag
        if self.inline:
            if tag in LISTS or tag in {"table", "pre", "blockquote"}:
                self.lost.add(Message("the layout of <%(name)s> is left out here", name=tag))
            return self._blocks(element.children)
        if tag in LISTS:
            return self._list(element)
        if tag == "pre":
            return [_fenced(element.text)]
        if tag == "hr":
            return ["* * *"]
        if tag == "blockquote":
            inner = "\n\n".join(self._blocks(element.children))
            return ["\n".join(f"> {line}".rstrip() for line in inner.split("\n"))] if inner else []
        if tag == "table":
            return self._table(element)
        if tag[0] == "h" and len(tag) == 2:
            return self._heading(element)
        return self._blocks(element.children)

    def _heading(self, element: Element) -> list[str]:
        text = " ".join(self._inline(element.children).replace(BREAK, " ").split())
        if not text:
            return []
        if element.tag in ("h1", "h2"):
            return [f"## {text}"]
        self.lost.add(Message("headings of lower levels become bold lines"))
        return [text if text.startswith("**") else f"**{text}**"]

    def _list(self, element: Element) -> list[str]:
        rows = [c for c in element.children if isinstance(c, Element) and c.tag == "li"]
        number = _start(element)
        loose = any(isinstance(c, Element) and c.tag == "p" for row in rows for c in row.children)
        lines = []
        for place, row in enumerate(rows):
            mark = "- " if element.tag == "ul" else f"{number + place}. "
            blocks = [block for block in self._blocks(row.children) if block.strip()]
            inner = ("\n\n" if loose else "\n").join(blocks)
            pad = " " * len(mark)
            shown = "\n".join(f"{pad}{line}" if line else "" for line in inner.split("\n"))
            lines.append((mark + shown[len(mark) :]).rstrip() if inner else mark.rstrip())
        return [("\n\n" if loose else "\n").join(lines)] if lines else []

    def _table(self, element: Element) -> list[str]:
        rows = [
            [
                cell
                for cell in row.children
                if isinstance(cell, Element) and cell.tag in ("td", "th")
            ]
            for row in _descendants(element, "tr")
        ]
        rows = [row for row in rows if row]
        width = max((len(row) for row in rows), default=0)
        if not width:
            return self._blocks(element.children)
        if not all(cell.tag == "th" for cell in rows[0]):
            self.lost.add(Message("the table's first row became its heading"))
        lines = [self._row(row, width) for row in rows]
        rule = "|" + "|".join(_rule(rows, place) for place in range(width)) + "|"
        captions = [c for c in element.children if isinstance(c, Element) and c.tag == "caption"]
        above = [block for caption in captions for block in self._blocks(caption.children)]
        return [*above, "\n".join([lines[0], rule, *lines[1:]])]

    def _row(self, row: Sequence[Element], width: int) -> str:
        cells = [
            " ".join(self._inline(_flat(cell)).replace(BREAK, " ").split()).replace("|", "\\|")
            for cell in row
        ]
        cells += [""] * (width - len(cells))
        return "| " + " | ".join(cells) + " |"

    def _inline(self, children: Sequence[Element | str]) -> str:
        return "".join(
            self._text(child) if isinstance(child, str) else self._element(child)
            for child in children
        )

    def _text(self, text: str) -> str:
        text = PRIVATE.sub("\ufffd", SPACE.sub(" ", text))
        if not self.escapes:
            return text
        return ENTITY.sub(r"\\&", INLINE_MARKS.sub(r"\\\1", text))

    def _element(self, element: Element) -> str:
        tag = element.tag
        if tag == "br":
            return BREAK
        if tag == "img":
            return self._image(element)
        inner = self._inline(element.children)
        if tag in STRONG:
            return _marked(inner, "**")
        if tag in EMPHASIS:
            return _marked(inner, "*")
        if tag in CODE:
            return _code(element.text)
        if tag in RAISED:
            return self._raised(element, inner)
        if tag == "a":
            return self._link(element, inner)
        if tag == "q":
            return f"«{inner}»"
        return inner

    def _raised(self, element: Element, inner: str) -> str:
        """Return small letters below or above the line, where there are letters for them."""
        letters = RAISED[element.tag]
        text = element.text
        if all(letter in letters for letter in text):
            return "".join(letters[letter] for letter in text)
        self.lost.add(
            Message("the element <%(name)s> is left out, its text is kept", name=element.tag)
        )
        return inner

    def _image(self, element: Element) -> str:
        address = element.attributes.get("src", "")
        alt, title = (" ".join(element.attributes.get(n, "").split()) for n in ("alt", "title"))
        try:
            path = self.taking(address)
        except NotUnderstood as refusal:
            self.lost.images += 1
            self.lost.add(refusal.reason)
            return self._text(f"[{alt}]") if alt else ""
        if not alt:
            _note_bare(self.lost, address)
        if not title or title == alt:
            return f"![{self._text(alt)}]({path})"
        if self.inline or '"' in title or "\\" in title:
            self.lost.add(Message("the title of a picture isn't kept: “%(text)s”", text=title[:60]))
            return f"![{self._text(alt)}]({path})"
        return f'![{self._text(alt)}]({path} "{title}")'

    def _link(self, element: Element, inner: str) -> str:
        address = element.attributes.get("href", "")
        if not inner.strip():
            return inner
        if re.fullmatch(r"https://[^\s<>()\\]+", address) and "](" not in inner:
            return f"[{inner.strip()}]({address})"
        if not address:  # none that a text may have, or an anchor
            self.lost.add(Message("a link without a usable address became text"))
            return inner
        self.lost.add(
            Message("the link to “%(address)s” became text: only https:// is kept",
                    address=address[:80])
        )  # fmt: skip
        return inner


def _holds_block(element: Element) -> bool:
    return any(
        isinstance(child, Element) and (child.tag in BLOCKS or _holds_block(child))
        for child in element.children
    )


def _flat(element: Element) -> list[Element | str]:
    """Return what stands in an element, paragraphs in it parted by spaces."""
    children: list[Element | str] = []
    for child in element.children:
        if isinstance(child, Element) and (child.tag in BLOCKS or _holds_block(child)):
            children += [" ", *_flat(child), " "]
        else:
            children.append(child)
    return children


def _descendants(element: Element, tag: str) -> list[Element]:
    found: list[Element] = []
    for child in element.children:
        if isinstance(child, Element):
            found += [child] if child.tag == tag else _descendants(child, tag)
    return found


def _rule(rows: Sequence[Sequence[Element]], place: int) -> str:
    cell = rows[0][place] if place < len(rows[0]) else None
    words = "" if cell is None else " ".join(cell.attributes.values())
    if "right" in words:
        return " ---: "
    return " :---: " if "center" in words else " --- "


def _start(element: Element) -> int:
    text = element.attributes.get("start", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _marked(inner: str, mark: str) -> str:
    """Put marks around the words, outer spaces outside; nothing for no words."""
    words = inner.strip()
    if not words or words.strip("\\\n ") == "":
        return inner
    lead, trail = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    return f"{lead}{mark}{words}{mark}{trail}"


def _code(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        return ""
    fence = "`" * (max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _fenced(text: str) -> str:
    fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", text)), default=0) + 1)
    return f"{fence}\n{text.strip(chr(10))}\n{fence}"
