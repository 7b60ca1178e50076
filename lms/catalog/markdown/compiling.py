"""Markdown compiled to sanitised blocks of HTML and self-checks, once per text."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms.catalog.markdown.blocks.checks import options_list
from lms.catalog.markdown.blocks.container import OPEN, RAW_BLOCK, header_of
from lms.catalog.markdown.blocks.exercises import read_exercise
from lms.catalog.markdown.blocks.names import EXERCISES, BlockName, Header
from lms.catalog.markdown.blocks.terms import terms_of
from lms.catalog.markdown.dialect import FIGURE, PRIVATE, parser
from lms.catalog.markdown.marks import IMAGE, LINK, Mark
from lms.catalog.markdown.renderer import WORDS, Heading, LessonRenderer, Sheet
from lms.catalog.markdown.sanitiser import sanitise
from lms.catalog.markdown.tokens import closing, items, plain_text, without_citations
from lms.catalog.workbench.registry import ExerciseKind


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
class CompiledChecklist:
    """A checklist; its entries are HTML with marks."""

    key: str
    title: str
    entries: tuple[str, ...]


@dataclass(frozen=True)
class CompiledExercise:
    """A workbench exercise; its texts are HTML with marks."""

    key: str
    title: str
    kind: ExerciseKind
    spec: Any
    picture: str
    text: str
    explanation: str
    notes: tuple[str, ...]


Part = str | CompiledCheck | CompiledChecklist | CompiledExercise


@dataclass(frozen=True)
class Term:
    """A term of a lesson's cards; its definition is HTML with marks, without citations."""

    name: str
    definition: str


@dataclass(frozen=True)
class Compiled:
    """A text ready to be filled: HTML, self-checks, checklists and exercises in reading order."""

    blocks: tuple[Part, ...]
    headings: tuple[Heading, ...]
    citations: tuple[str, ...]  # keys of sources in the order of their numbers
    marks: tuple[Mark, ...]
    facts: tuple[str, ...]  # keys of facts in the order of their numbers
    terms: tuple[Term, ...] = ()


def _make_parser() -> MarkdownIt:
    markdown = parser()
    markdown.renderer = LessonRenderer(markdown)
    return markdown


PARSER = _make_parser()


@lru_cache(maxsize=1024)
def compile_lesson(
    body: str, language: str, sources: frozenset[str], facts: frozenset[str] | None = None
) -> Compiled:
    """Compile a lesson's Markdown; ``sources`` and ``facts`` are the keys that may be cited.

    ``facts`` None: their marks are left out, for a page that doesn't list them.
    """
    sheet = Sheet(language, sources, facts)
    tokens = PARSER.parse(PRIVATE.sub("\ufffd", body), sheet.parsing)
    blocks: list[Part] = []
    terms: list[Term] = []
    done = 0
    for begin, end in _containers(tokens):
        header = header_of(tokens[begin])
        if header.name is BlockName.TERMS:
            terms += _terms(tokens[begin + 1 : end], sheet)
        elif header.name in PARTS:
            _add_prose(blocks, tokens[done:begin], sheet)
            blocks.append(PARTS[header.name](header, tokens[begin : end + 1], sheet))
            done = end + 1
    _add_prose(blocks, tokens[done:], sheet)
    return Compiled(
        tuple(blocks),
        tuple(sheet.headings),
        tuple(sheet.citations),
        tuple(sheet.marks),
        tuple(sheet.facts),
        tuple(terms),
    )


def _containers(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) of each block at the top; ``tokens[end]`` closes it."""
    for index, token in enumerate(tokens):
        if token.type == OPEN and token.level == 0:
            yield index, closing(tokens, index)
        elif token.type == RAW_BLOCK and token.level == 0:
            yield index, index


def _terms(inner: Sequence[Token], sheet: Sheet) -> Iterator[Term]:
    for term, definition in terms_of(inner):
        html = _html(without_citations(definition), sheet)
        yield Term(plain_text(term.children), html)


@dataclass(frozen=True)
class CompiledText:
    """A short text: HTML with marks for its pictures."""

    html: str
    marks: tuple[Mark, ...] = ()


@lru_cache(maxsize=8192)
def compile_text(text: str, language: str) -> CompiledText:
    """Compile a short text with blocks: no citations, headings, recordings or self-checks."""
    sheet = Sheet(language, frozenset())
    tokens = PARSER.parse(PRIVATE.sub("\ufffd", text))
    return _short(_html(tokens, sheet).strip(), sheet)


@lru_cache(maxsize=8192)
def compile_inline(text: str, language: str) -> CompiledText:
    """Compile a text that stands inside a line: paragraphs become lines."""
    sheet = Sheet(language, frozenset())
    lines = [
        _html(PARSER.parseInline(part), sheet)
        for part in re.split(r"\n\s*\n", PRIVATE.sub("\ufffd", text).strip())
    ]
    return _short("<br>".join(lines), sheet)


def _short(html: str, sheet: Sheet) -> CompiledText:
    """Leave out all marks but those of pictures."""
    if not sheet.marks:
        return CompiledText(html)

    def kept(match: re.Match[str]) -> str:
        return match.group() if FIGURE.fullmatch(sheet.marks[int(match.group(1))].path) else ""

    return CompiledText(IMAGE.sub(kept, LINK.sub("", html)), tuple(sheet.marks))


def _html(tokens: Sequence[Token], sheet: Sheet) -> str:
    return sanitise(PARSER.renderer.render(tokens, PARSER.options, {"sheet": sheet}))


def _add_prose(blocks: list[Part], tokens: Sequence[Token], sheet: Sheet) -> None:
    html = _html(tokens, sheet)
    if html.strip():
        blocks.append(html)


def _check(header: Header, tokens: Sequence[Token], sheet: Sheet) -> CompiledCheck:
    """Take a self-check apart: its prompt, then the last list with marked options."""
    inner = tokens[1:-1]
    begin, end = options_list(inner) or (len(inner), len(inner))
    prompt = _html(inner[:begin], sheet) + _html(inner[end + 1 :], sheet)
    options = inner[begin : end + 1]
    return CompiledCheck(
        header.key,
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


def _checklist(header: Header, tokens: Sequence[Token], sheet: Sheet) -> CompiledChecklist:
    """Take a checklist apart: the first paragraph of each entry."""
    inner = tokens[1:-1]
    entries = []
    for begin, end in items(inner):
        inline = next((token for token in inner[begin:end] if token.type == "inline"), None)
        entries.append(_html([inline], sheet) if inline is not None else "")
    return CompiledChecklist(header.key, header.title, tuple(entries))


def _exercise(header: Header, tokens: Sequence[Token], sheet: Sheet) -> CompiledExercise | str:
    """Read an exercise; one with mistakes says so, and to authors the examiner says where."""
    written, _problems = read_exercise(header, tokens[0].content, 1)
    if written is None:
        text = WORDS[sheet.language]["unfinished"]
        return sanitise(f'<div class="callout callout-warning" role="note"><p>{text}</p></div>')

    def html(text: str) -> str:
        return _html(PARSER.parse(text, sheet.parsing), sheet).strip()

    return CompiledExercise(
        header.key,
        header.title,
        written.kind,
        written.spec,
        written.picture,
        html(written.text),
        html(written.explanation),
        tuple(html(note) for note in written.notes),
    )


PARTS: dict[BlockName, Callable[[Header, Sequence[Token], Sheet], Part]] = {
    BlockName.CHECK: _check,
    BlockName.CHECKLIST: _checklist,
    **dict.fromkeys(EXERCISES, _exercise),
}
