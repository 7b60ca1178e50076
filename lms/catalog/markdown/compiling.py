"""Markdown compiled to sanitised blocks of HTML and self-checks, once per text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from lms.catalog.markdown.dialect import (
    CALLOUT,
    CHECK,
    FIGURE,
    LESSON,
    PRIVATE,
    closing,
    containers,
    parser,
    plain_text,
)
from lms.catalog.markdown.marks import IMAGE, LINK, Mark, mark
from lms.catalog.markdown.sanitiser import sanitise

# Words inside rendered content are in the content's language, whatever the interface's is.
WORDS = {
    "ru": {
        "note": "К сведению",
        "tip": "Совет",
        "warning": "Осторожно",
        "example": "Пример",
        "rule": "Правило",
        "source": "Источник",
    },
    "en": {
        "note": "Note",
        "tip": "Tip",
        "warning": "Warning",
        "example": "Example",
        "rule": "Rule",
        "source": "Source",
    },
}
ALIGNMENT = {"text-align:right": "text-end", "text-align:center": "text-center"}


@dataclass(frozen=True)
class Heading:
    """A heading of the text, for its table of contents."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class CompiledOption:
    """An option of a self-check; HTML with marks."""

    html: str
    explanation: str
    right: bool


@dataclass(frozen=True)
class CompiledCheck:
    """A self-check; HTML with marks."""

    key: str
    prompt: str
    options: tuple[CompiledOption, ...]


@dataclass(frozen=True)
class Compiled:
    """A text ready to be filled: HTML blocks and self-checks in reading order."""

    blocks: tuple[str | CompiledCheck, ...]
    headings: tuple[Heading, ...]
    citations: tuple[str, ...]  # keys of sources in the order of their numbers
    marks: tuple[Mark, ...]


@dataclass
class _Sheet:
    """What one compilation gathers while it renders."""

    language: str
    sources: frozenset[str]
    headings: list[Heading] = field(default_factory=list)
    citations: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def mark(self, path: str, alt: str = "") -> str:
        self.marks.append(Mark(path, alt))
        return mark(len(self.marks) - 1)

    def heading_id(self, text: str) -> str:
        slug = re.sub(r"[\W_]+", "-", text.casefold()).strip("-")[:60].strip("-") or "part"
        taken = {heading.id for heading in self.headings}
        number, name = 1, f"section-{slug}"
        while name in taken:
            number += 1
            name = f"section-{slug}-{number}"
        return name


class LessonRenderer(RendererHTML):
    """HTML of the dialect's tokens. ``env["sheet"]`` gathers headings, citations and marks."""

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A heading between h2 and h4 (the page's own title is the h1), with an id."""
        level = _level(tokens[idx])
        text = plain_text(tokens[idx + 1].children)
        sheet: _Sheet = env["sheet"]
        heading = Heading(level, sheet.heading_id(text), text)
        sheet.headings.append(heading)
        return f'<h{level} id="{heading.id}">'

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """End of a heading."""
        return f"</h{_level(tokens[idx])}>\n"

    def link_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A link to another site, or to another lesson of the course."""
        href = str(tokens[idx].attrGet("href") or "")
        lesson = LESSON.fullmatch(href)
        if lesson:
            return f'<a class="lesson-link" href="{env["sheet"].mark(lesson.group(1))}">'
        if not href.startswith("https://"):
            return "<a>"
        return f'<a class="external" rel="noopener noreferrer" href="{_escape(href)}">'

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A figure's mark; the address comes when the page is made."""
        path = str(tokens[idx].attrGet("src") or "")
        alt = plain_text(tokens[idx].children)
        return str(env["sheet"].mark(path, alt)) if FIGURE.fullmatch(path) else _escape(alt)

    def paragraph_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A paragraph, or a figure when an image is all it holds."""
        if _only_image(tokens[idx + 1]) is not None:
            return '<figure class="figure">'
        return str(self.renderToken(tokens, idx, options, env))

    def paragraph_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """End of a paragraph or figure, with the figure's caption."""
        image = _only_image(tokens[idx - 1])
        if image is None:
            return str(self.renderToken(tokens, idx, options, env))
        title = str(image.attrGet("title") or "")
        caption = f"<figcaption>{_escape(title)}</figcaption>" if title else ""
        return f"{caption}</figure>\n"

    def citation(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """The number of a source, linked to the list of sources; an unknown key stays as typed."""
        sheet: _Sheet = env["sheet"]
        key = tokens[idx].meta["key"]
        if key not in sheet.sources:
            return _escape(tokens[idx].content)
        if key not in sheet.citations:
            sheet.citations.append(key)
        number = sheet.citations.index(key) + 1
        label = f"{WORDS[sheet.language]['source']} {number}"
        link = f'<a href="#source-{key}" aria-label="{label}">[{number}]</a>'
        return f'<sup class="citation">{link}</sup>'

    def container_callout_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A call-out with its title, by default the name of its kind."""
        match = CALLOUT.fullmatch(tokens[idx].info)
        kind = match.group(1) if match else "note"
        title = (match.group(2) if match else "") or WORDS[env["sheet"].language][kind]
        head = f'<p class="callout-title">{_escape(title)}</p>'
        return f'<div class="callout callout-{kind}" role="note">\n{head}\n'

    def container_callout_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """End of a call-out."""
        return "</div>\n"

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A table in its wrapper, each cell labelled with its column for narrow screens."""
        _label_cells(tokens, idx)
        return '<div class="table-wrap"><table class="table">\n'

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """End of a table."""
        return "</table></div>\n"


def _level(token: Token) -> int:
    return min(max(int(token.tag[1:]), 2), 4)


def _only_image(inline: Token) -> Token | None:
    children = inline.children or []
    if len(children) == 1 and children[0].type == "image":
        return children[0]
    return None


def _label_cells(tokens: Sequence[Token], begin: int) -> None:
    labels: list[str] = []
    column = 0
    for index in range(begin, closing(tokens, begin)):
        token = tokens[index]
        if token.type == "tr_open":
            column = 0
        elif token.type in ("th_open", "td_open"):
            style = ALIGNMENT.get(str(token.attrs.pop("style", "")))
            if style:
                token.attrSet("class", style)
            if token.type == "th_open":
                token.attrSet("scope", "col")
                labels.append(plain_text(tokens[index + 1].children))
            elif column < len(labels):
                token.attrSet("data-label", labels[column])
            column += 1


def _escape(text: str) -> str:
    replaced = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return replaced.replace('"', "&quot;")


def _make_parser() -> MarkdownIt:
    markdown = parser()
    markdown.renderer = LessonRenderer(markdown)
    return markdown


PARSER = _make_parser()


@lru_cache(maxsize=1024)
def compile_lesson(body: str, language: str, sources: frozenset[str]) -> Compiled:
    """Compile a lesson's Markdown; ``sources`` are the keys that may be cited."""
    sheet = _Sheet(language, sources)
    tokens = PARSER.parse(PRIVATE.sub("\ufffd", body))
    blocks: list[str | CompiledCheck] = []
    done = 0
    for begin, end in containers(tokens, "container_check"):
        _add_prose(blocks, tokens[done:begin], sheet)
        blocks.append(_check(tokens[begin:end], sheet))
        done = end
    _add_prose(blocks, tokens[done:], sheet)
    return Compiled(
        tuple(blocks), tuple(sheet.headings), tuple(sheet.citations), tuple(sheet.marks)
    )


@lru_cache(maxsize=8192)
def compile_text(text: str, language: str) -> str:
    """Compile a short text with blocks: no figures, citations, headings or self-checks."""
    sheet = _Sheet(language, frozenset())
    tokens = PARSER.parse(PRIVATE.sub("\ufffd", text))
    return _without_marks(_html(tokens, sheet)).strip()


@lru_cache(maxsize=8192)
def compile_inline(text: str, language: str) -> str:
    """Compile a text that stands inside a line: paragraphs become lines."""
    sheet = _Sheet(language, frozenset())
    lines = [
        _without_marks(_html(PARSER.parseInline(part), sheet))
        for part in re.split(r"\n\s*\n", PRIVATE.sub("\ufffd", text).strip())
    ]
    return "<br>".join(lines)


def _without_marks(html: str) -> str:
    return IMAGE.sub("", LINK.sub("", html))


def _html(tokens: Sequence[Token], sheet: _Sheet) -> str:
    return sanitise(PARSER.renderer.render(tokens, PARSER.options, {"sheet": sheet}))


def _add_prose(
    blocks: list[str | CompiledCheck], tokens: Sequence[Token], sheet: _Sheet
) -> None:
    html = _html(tokens, sheet)
    if html.strip():
        blocks.append(html)


def _check(tokens: Sequence[Token], sheet: _Sheet) -> CompiledCheck:
    """Take a self-check apart: its prompt, then the last list with marked options."""
    match = CHECK.fullmatch(tokens[0].info)
    inner = tokens[1:-1] if tokens[-1].type == "container_check_close" else tokens[1:]
    lists = [
        index
        for index, token in enumerate(inner)
        if token.type == "bullet_list_open" and token.level == 1
    ]
    begin = lists[-1] if lists else len(inner)
    end = closing(inner, begin) if lists else begin
    prompt = _html(inner[:begin], sheet) + _html(inner[end + 1 :], sheet)
    options = tuple(
        _option(inner[first : closing(inner, first) + 1], sheet)
        for first in range(begin, end)
        if inner[first].type == "list_item_open" and inner[first].level == 2  # noqa: PLR2004
    )
    return CompiledCheck(match.group(1) if match else "", prompt, options)


def _option(tokens: Sequence[Token], sheet: _Sheet) -> CompiledOption:
    right = bool(tokens[0].meta.get("right"))
    inline = next((token for token in tokens if token.type == "inline"), None)
    html = _html([inline], sheet) if inline is not None else ""
    quotes = [index for index, token in enumerate(tokens) if token.type == "blockquote_open"]
    if not quotes:
        return CompiledOption(html, "", right)
    begin = quotes[0]
    return CompiledOption(html, _html(tokens[begin + 1 : closing(tokens, begin)], sheet), right)
