"""HTML of the dialect's tokens; it goes through the sanitiser before anyone sees it."""
# ruff: noqa: ARG002 - markdown-it calls each rule with the same four arguments

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from lms.catalog.markdown.blocks.container import header_of
from lms.catalog.markdown.blocks.names import CALLOUTS
from lms.catalog.markdown.dialect import FIGURE, LESSON
from lms.catalog.markdown.formulas import BadFormula, mathml
from lms.catalog.markdown.marks import Mark, mark
from lms.catalog.markdown.tokens import closing, plain_text
from lms.catalog.markdown.typography import unbroken
from lms.catalog.media.kinds import MEDIA_PATH

# Words inside rendered content are in the content's language, whatever the interface's is.
WORDS = {
    "ru": {
        "note": "К сведению",
        "tip": "Совет",
        "warning": "Осторожно",
        "example": "Пример",
        "rule": "Правило",
        "source": "Источник",
        "fact": "Факт",
        "table": "Таблица",
        "formula": "Формула",
        "unfinished": "Упражнение ещё не дописано.",
        "transcript": "Текст записи",
    },
    "en": {
        "note": "Note",
        "tip": "Tip",
        "warning": "Warning",
        "example": "Example",
        "rule": "Rule",
        "source": "Source",
        "fact": "Fact",
        "table": "Table",
        "formula": "Formula",
        "unfinished": "This exercise is not finished yet.",
        "transcript": "Transcript",
    },
}
ALIGNMENT = {"text-align:right": "align-right", "text-align:center": "align-center"}


@dataclass(frozen=True)
class Heading:
    """A heading of the text, for its table of contents."""

    level: int
    id: str
    text: str


@dataclass
class Sheet:
    """What one compilation gathers while it renders."""

    language: str
    sources: frozenset[str]
    known_facts: frozenset[str] | None = frozenset()  # None: left out, there is no list of them
    headings: list[Heading] = field(default_factory=list)
    citations: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)  # of headings → how many were made of it
    tables: int = 0
    formulas: int = 0
    # What the parser is told, and has used up of its bounds, for all texts of the lesson.
    parsing: dict[str, Any] = field(default_factory=lambda: {"formulas": True})

    def mark(self, path: str, alt: str = "", *, tells: bool = False) -> str:
        """Note a file or lesson and return the mark that stands for its address."""
        self.marks.append(Mark(path, alt, self.language, tells))
        return mark(len(self.marks) - 1)

    def heading_id(self, text: str) -> str:
        """Return an id made of the heading's words, unlike all before."""
        slug = re.sub(r"[\W_]+", "-", text.casefold()).strip("-")[:60].strip("-") or "part"
        stem = name = f"section-{slug}"
        while name in self.ids:
            self.ids[stem] += 1
            name = f"{stem}-{self.ids[stem]}"
        self.ids[name] = 1
        return name


class LessonRenderer(RendererHTML):
    """HTML of the dialect's tokens. ``env["sheet"]`` gathers headings, citations and marks."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Words, of which some stay on one line."""
        return unbroken(escape_html(tokens[idx].content))

    def softbreak(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """The end of a typed line: a space, which holds a sign and its number together."""
        before, after = tokens[idx - 1].content, tokens[idx + 1 : idx + 2]
        whole = before.endswith(("№", " No.")) and after and after[0].content[:1].isdigit()
        return "\u00a0" if whole else "\n"

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A heading between h2 and h4 (the page's own title is the h1), with an id."""
        level = _level(tokens[idx])
        text = plain_text(tokens[idx + 1].children)
        sheet: Sheet = env["sheet"]
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
        if MEDIA_PATH.fullmatch(href):
            return f'<a class="download" href="{env["sheet"].mark(href)}">'
        if not href.startswith("https://"):
            return "<a>"
        return f'<a class="external" rel="noopener noreferrer" href="{escape_html(href)}">'

    def link_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """End of a link; one to a file tells its type and size."""
        opened = next((t for t in reversed(tokens[:idx]) if t.type == "link_open"), None)
        href = str(opened.attrGet("href") or "") if opened else ""
        if not MEDIA_PATH.fullmatch(href):
            return "</a>"
        told = env["sheet"].mark(href, tells=True)
        return f'</a> <span class="download-facts">{told}</span>'

    def recording(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A player's mark beneath the recording's name."""
        meta = tokens[idx].meta
        path, label = str(meta["path"]), str(meta["label"])
        if not MEDIA_PATH.fullmatch(path):
            return f"<p>{escape_html(label)}</p>\n"
        name = f'<p class="recording-name">{escape_html(label)}</p>\n'
        return f'{name}<div class="recording">{env["sheet"].mark(path, label)}</div>\n'

    def transcript_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """The words of a recording, folded away."""
        name = WORDS[env["sheet"].language]["transcript"]
        return f'<details class="transcript"><summary>{name}</summary>\n'

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A figure's mark; the address comes when the page is made."""
        path = str(tokens[idx].attrGet("src") or "")
        alt = plain_text(tokens[idx].children)
        return str(env["sheet"].mark(path, alt)) if FIGURE.fullmatch(path) else escape_html(alt)

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
        caption = f"<figcaption>{escape_html(title)}</figcaption>" if title else ""
        return f"{caption}</figure>\n"

    def citation(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """The number of a source, linked to the list of sources; an unknown key stays as typed."""
        sheet: Sheet = env["sheet"]
        key = tokens[idx].meta["key"]
        if key not in sheet.sources:
            return escape_html(tokens[idx].content)
        if key not in sheet.citations:
            sheet.citations.append(key)
        number = sheet.citations.index(key) + 1
        label = f"{WORDS[sheet.language]['source']} {number}"
        link = f'<a href="#source-{key}" aria-label="{label}">[{number}]</a>'
        return f'<sup class="citation">{link}</sup>'

    def fact(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """The number of a fact, linked to what the lesson's list says of it; else as typed."""
        sheet: Sheet = env["sheet"]
        key = tokens[idx].meta["key"]
        if sheet.known_facts is None:
            return ""
        if key not in sheet.known_facts:
            return escape_html(tokens[idx].content)
        if key not in sheet.facts:
            sheet.facts.append(key)
        number = sheet.facts.index(key) + 1
        word = WORDS[sheet.language]["fact"]
        mark = f"{word[0]}{number}"
        link = f'<a href="#fact-{key}" aria-label="{word} {mark}">[{mark}]</a>'
        return f'<sup class="citation">{link}</sup>'

    def container_block_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A call-out with its title, by default the name of its kind; or another block."""
        header = header_of(tokens[idx])
        if header.name not in CALLOUTS:
            title = f'<p class="block-title">{escape_html(header.title)}</p>\n'
            return f'<div class="block">\n{title if header.title else ""}'
        title = header.title or WORDS[env["sheet"].language][header.name]
        head = f'<p class="callout-title">{escape_html(title)}</p>'
        return f'<div class="callout callout-{header.name}" role="note">\n{head}\n'

    def container_block_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """End of a block."""
        return "</div>\n"

    def raw_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A block with YAML inside stands at the top of a lesson only: elsewhere it is nothing."""
        return ""

    def formula(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A formula in a line; what can't be read stays as it was typed."""
        content = tokens[idx].content
        try:
            return mathml(content, block=False)
        except BadFormula:
            return escape_html(f"${content}$")

    def math_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A formula of its own, in a box that scrolls where the screen is too narrow."""
        content = tokens[idx].content.strip()
        try:
            formula = mathml(content, block=True)
        except BadFormula:
            return f"<pre><code>{escape_html(content)}</code></pre>\n"
        sheet: Sheet = env["sheet"]
        sheet.formulas += 1
        label = f"{WORDS[sheet.language]['formula']} {sheet.formulas}"
        box = f'<div class="formula" role="region" tabindex="0" aria-label="{label}">'
        return f"{box}{formula}</div>\n"

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """A table in a box that scrolls, also by keyboard, where the screen is too narrow."""
        _prepare_cells(tokens, idx)
        sheet: Sheet = env["sheet"]
        sheet.tables += 1
        label = f"{WORDS[sheet.language]['table']} {sheet.tables}"
        box = f'<div class="table-wrap" role="region" tabindex="0" aria-label="{label}">'
        return f"{box}<table>\n"

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


def _prepare_cells(tokens: Sequence[Token], begin: int) -> None:
    """Say which cells head a column, and alignment by class: a style attribute is not allowed."""
    for index in range(begin, closing(tokens, begin)):
        token = tokens[index]
        if token.type in ("th_open", "td_open"):
            alignment = ALIGNMENT.get(str(token.attrs.pop("style", "")))
            if alignment:
                token.attrSet("class", alignment)
            if token.type == "th_open" and tokens[index + 1].content.strip():
                token.attrSet("scope", "col")
            elif token.type == "th_open":  # an empty corner heads no column
                token.tag = tokens[index + 2].tag = "td"


def escape_html(text: str) -> str:
    """Escape a text for an element or a quoted attribute."""
    replaced = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return replaced.replace('"', "&quot;")
