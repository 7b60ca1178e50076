"""A lesson cut at its headings into passages of plain text."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from lms.catalog.markdown.compiling import (
    CompiledCheck,
    CompiledChecklist,
    CompiledExercise,
    Part,
    compile_lesson,
)
from lms.catalog.markdown.dialect import PRIVATE
from lms.catalog.markdown.renderer import escape_html
from lms.catalog.search.words import readable

HEADINGS = frozenset({"h2", "h3", "h4"})
INLINE = frozenset({"a", "code", "em", "s", "span", "strong", "sup"})
# Marks of sources and formulas are no words of the text.
SILENT = frozenset({"math", "sup"})
LONGEST = 100_000  # characters of one passage that are looked at


@dataclass
class Passage:
    """What stands between two headings. The first of a lesson has none."""

    heading: str = ""
    anchor: str = ""  # the heading's id on the lesson's page
    terms: str = ""  # the names on term cards
    body: str = ""


@dataclass
class _Sheet:
    heading: list[str] = field(default_factory=list)
    anchor: str = ""
    terms: list[str] = field(default_factory=list)
    body: list[str] = field(default_factory=list)

    def passage(self) -> Passage:
        return Passage(
            *(_line(part) for part in (self.heading, self.anchor, self.terms, self.body))
        )


def _line(parts: list[str] | str) -> str:
    text = PRIVATE.sub(" ", "".join(parts))
    # What keeps words on one line stays: a law's number isn't torn apart in a search result either.
    return re.sub(r"[^\S\u00a0\u202f]+", " ", readable(text)).strip()[:LONGEST]


class _Cutter(HTMLParser):
    """Takes the sanitised HTML of a lesson apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets = [_Sheet()]
        self.silent = 0
        self.parted = False  # a cell begins; what comes in it stands apart from what came before
        self.place = "body"  # heading | terms | body

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent += 1
        elif tag in HEADINGS:
            self.sheets.append(_Sheet(anchor=dict(attrs).get("id") or ""))
            self.place = "heading"
        elif tag == "dt":
            self.place = "terms"
        if tag in ("td", "th"):
            self.parted = any(map(str.strip, self.sheets[-1].body))
        elif tag not in INLINE:
            self.parted = False
            self._add(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in HEADINGS or tag == "dt":
            self._add(" ")
            self.place = "body"
        if tag not in INLINE:
            self._add(" ")

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.parted and not data.isspace():
            self.parted = False
            self._add(" · ")
        self._add(data)

    def _add(self, text: str) -> None:
        sheet = self.sheets[-1]
        if self.place == "heading":
            sheet.heading.append(text)
            return
        sheet.body.append(text)
        if self.place == "terms":
            sheet.terms.append(text)


def _shown(block: Part) -> str:
    """Return the HTML of what a block shows before anyone answers."""
    match block:
        case CompiledCheck():
            return block.prompt
        case CompiledExercise():
            return f"<p>{escape_html(block.title)}</p>{block.text}"
        case CompiledChecklist():
            entries = "".join(f"<p>{entry}</p>" for entry in block.entries)
            return f"<p>{escape_html(block.title)}</p>{entries}"
        case _:
            return block


def passages_of(body: str, *, language: str, sources: frozenset[str]) -> list[Passage]:
    """Return the passages of a lesson's Markdown in order; the first begins above all headings.

    Of self-checks and exercises the question belongs to the text, but no answer does: answers are
    wrong on purpose, or give the right one away.
    """
    cutter = _Cutter()
    for block in compile_lesson(body, language, sources).blocks:
        cutter.feed(_shown(block))
    cutter.close()
    first, *others = (sheet.passage() for sheet in cutter.sheets)
    return [first, *(passage for passage in others if passage.heading)]
