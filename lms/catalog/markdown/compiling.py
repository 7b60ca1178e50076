"""Markdown compiled to sanitised blocks of HTML and self-checks, once per text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms.catalog.markdown.dialect import CHECK, PRIVATE, closing, containers, parser
from lms.catalog.markdown.marks import IMAGE, LINK, Mark
from lms.catalog.markdown.renderer import Heading, LessonRenderer, Sheet
from lms.catalog.markdown.sanitiser import sanitise


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


def _make_parser() -> MarkdownIt:
    markdown = parser()
    markdown.renderer = LessonRenderer(markdown)
    return markdown


PARSER = _make_parser()


@lru_cache(maxsize=1024)
def compile_lesson(body: str, language: str, sources: frozenset[str]) -> Compiled:
    """Compile a lesson's Markdown; ``sources`` are the keys that may be cited."""
    sheet = Sheet(language, sources)
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
    sheet = Sheet(language, frozenset())
    tokens = PARSER.parse(PRIVATE.sub("\ufffd", text))
    return _without_marks(_html(tokens, sheet)).strip()


@lru_cache(maxsize=8192)
def compile_inline(text: str, language: str) -> str:
    """Compile a text that stands inside a line: paragraphs become lines."""
    sheet = Sheet(language, frozenset())
    lines = [
        _without_marks(_html(PARSER.parseInline(part), sheet))
        for part in re.split(r"\n\s*\n", PRIVATE.sub("\ufffd", text).strip())
    ]
    return "<br>".join(lines)


def _without_marks(html: str) -> str:
    return IMAGE.sub("", LINK.sub("", html))


def _html(tokens: Sequence[Token], sheet: Sheet) -> str:
    return sanitise(PARSER.renderer.render(tokens, PARSER.options, {"sheet": sheet}))


def _add_prose(blocks: list[str | CompiledCheck], tokens: Sequence[Token], sheet: Sheet) -> None:
    html = _html(tokens, sheet)
    if html.strip():
        blocks.append(html)


def _check(tokens: Sequence[Token], sheet: Sheet) -> CompiledCheck:
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
        if inner[first].type == "list_item_open" and inner[first].level == 2
    )
    return CompiledCheck(match.group(1) if match else "", prompt, options)


def _option(tokens: Sequence[Token], sheet: Sheet) -> CompiledOption:
    right = bool(tokens[0].meta.get("right"))
    inline = next((token for token in tokens if token.type == "inline"), None)
    html = _html([inline], sheet) if inline is not None else ""
    quotes = [index for index, token in enumerate(tokens) if token.type == "blockquote_open"]
    if not quotes:
        return CompiledOption(html, "", right)
    begin = quotes[0]
    return CompiledOption(html, _html(tokens[begin + 1 : closing(tokens, begin)], sheet), right)
