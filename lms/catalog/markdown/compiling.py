"""Markdown compiled to sanitised blocks of HTML and self-checks, once per text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms.catalog.markdown.blocks.checks import options_list
from lms.catalog.markdown.blocks.container import OPEN, header_of
from lms.catalog.markdown.blocks.names import BlockName
from lms.catalog.markdown.blocks.terms import terms_of
from lms.catalog.markdown.dialect import PRIVATE, parser
from lms.catalog.markdown.marks import IMAGE, LINK, Mark
from lms.catalog.markdown.renderer import Heading, LessonRenderer, Sheet
from lms.catalog.markdown.sanitiser import sanitise
from lms.catalog.markdown.tokens import closing, items, plain_text, without_citations


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
class Term:
    """A term of a lesson's cards; its definition is HTML with marks, without citations."""

    name: str
    definition: str


@dataclass(frozen=True)
class Compiled:
    """A text ready to be filled: HTML blocks and self-checks in reading order."""

    blocks: tuple[str | CompiledCheck, ...]
    headings: tuple[Heading, ...]
    citations: tuple[str, ...]  # keys of sources in the order of their numbers
    marks: tuple[Mark, ...]
    terms: tuple[Term, ...] = ()


def _make_parser() -> MarkdownIt:
    markdown = parser()
    markdown.renderer = LessonRenderer(markdown)
    return markdown


PARSER = _make_parser()


@lru_cache(maxsize=1024)
def compile_lesson(body: str, language: str, sources: frozenset[str]) -> Compiled:
    """Compile a lesson's Markdown; ``sources`` are the keys that may be cited."""
    sheet = Sheet(language, sources)
    tokens = PARSER.parse(PRIVATE.sub("\ufffd", body), {"formulas": True})
    blocks: list[str | CompiledCheck] = []
    terms: list[Term] = []
    done = 0
    for begin, end in _containers(tokens):
        header = header_of(tokens[begin])
        if header.name is BlockName.CHECK:
            _add_prose(blocks, tokens[done:begin], sheet)
            blocks.append(_check(header.key, tokens[begin + 1 : end], sheet))
            done = end + 1
        elif header.name is BlockName.TERMS:
            terms += _terms(tokens[begin + 1 : end], sheet)
    _add_prose(blocks, tokens[done:], sheet)
    return Compiled(
        tuple(blocks),
        tuple(sheet.headings),
        tuple(sheet.citations),
        tuple(sheet.marks),
        tuple(terms),
    )


def _containers(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of each block at the top; ``tokens[end]`` closes it."""
    for index, token in enumerate(tokens):
        if token.type == OPEN and token.level == 0:
            yield index, closing(tokens, index)


def _terms(inner: Sequence[Token], sheet: Sheet) -> Iterator[Term]:
    for term, definition in terms_of(inner):
        html = _html(without_citations(definition), sheet)
        yield Term(plain_text(term.children), html)


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


def _check(key: str, inner: Sequence[Token], sheet: Sheet) -> CompiledCheck:
    """Take a self-check apart: its prompt, then the last list with marked options."""
    begin, end = options_list(inner) or (len(inner), len(inner))
    prompt = _html(inner[:begin], sheet) + _html(inner[end + 1 :], sheet)
    options = inner[begin : end + 1]
    return CompiledCheck(
        key,
        prompt,
        tuple(_option(options[first : last + 1], sheet) for first, last in items(options)),
    )


def _option(tokens: Sequence[Token], sheet: Sheet) -> CompiledOption:
    right = bool(tokens[0].meta.get("right"))
    inline = next((token for token in tokens if token.type == "inline"), None)
    html = _html([inline], sheet) if inline is not None else ""
    quotes = [index for index, token in enumerate(tokens) if token.type == "blockquote_open"]
    if not quotes:
        return CompiledOption(html, "", right)
    begin = quotes[0]
    return CompiledOption(html, _html(tokens[begin + 1 : closing(tokens, begin)], sheet), right)
