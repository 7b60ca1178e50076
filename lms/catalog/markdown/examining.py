"""What is wrong with a lesson's Markdown: every mistake with its line, for checks and editors."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it.token import Token

from lms.catalog.markdown.blocks.base import BlockShape, Container
from lms.catalog.markdown.blocks.container import OPEN, RAW_BLOCK, header_of
from lms.catalog.markdown.blocks.names import CALLOUTS, KEYED, BlockName
from lms.catalog.markdown.blocks.registry import TYPES
from lms.catalog.markdown.bounds import Complaints, complaints
from lms.catalog.markdown.dialect import FIGURE, LESSON, parser
from lms.catalog.markdown.formulas import BadFormula, mathml
from lms.catalog.markdown.tokens import closing, flatten, line_of, plain_text
from lms.catalog.media.kinds import MEDIA_PATH, captions_path
from lms.catalog.messages import Message

# What is escaped (``\<b>``) is meant as text: it stays apart from the text around it, unjoined.
PARSER = parser().disable("text_join")
TAG = re.compile(r"</?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?>|<!--|<!\[CDATA\[|<\?")
FENCE = re.compile(r"\s{0,3}:::+\s*(\S.*)?")
# Bounded: a text of nothing but beginnings of links would be searched to its end for each of them.
BROKEN_LINK = re.compile(r"!?\[[^\]\[]{0,500}\]\([^)\s]{0,500}(?:\s{1,20}\"[^\"]{0,500}\")?\)")
BROKEN_FACT = re.compile(r"\[#[^\]\s]{1,80}\]")
TITLE_LENGTH = 120


@dataclass(frozen=True)
class Mistake:
    """One mistake; ``line`` counts from 1 within the text."""

    line: int
    message: str


@dataclass(frozen=True)
class Examination:
    """The mistakes of a text, its blocks (call-outs aside), and what it refers to."""

    mistakes: tuple[Mistake, ...]
    blocks: tuple[BlockShape, ...]
    citations: dict[str, int]  # key of each source that is cited, and the line where first
    figures: frozenset[str]
    facts: tuple[tuple[str, int], ...] = ()  # key and line of each fact that is cited


def examine(
    body: str,
    *,
    sources: Iterable[str],
    figures: Iterable[str],
    lessons: Iterable[str],
    formulas: bool = False,
    language: str = "",
    described: Iterable[str] = (),
    facts: Iterable[str] | None = (),
) -> Examination:
    """Examine a text; the iterables are the keys and paths it may refer to.

    ``described`` are pictures that the course describes itself in the text's ``language``.
    ``facts`` None: which facts there are is not known here, so any may be cited.
    ``formulas`` says whether it may hold formulas: a lesson may.
    """
    examiner = _Examiner(
        frozenset(sources), frozenset(figures), frozenset(lessons), language, frozenset(described)
    )
    examiner.facts = None if facts is None else frozenset(facts)
    tokens, beyond = examiner.parse(body, formulas=formulas)
    examiner.examine(tokens, body.split("\n"))
    for line, message in beyond:
        examiner.add(line, message)
    return Examination(
        tuple(sorted(examiner.mistakes, key=lambda m: (m.line, m.message))),
        tuple(examiner.blocks),
        examiner.cited,
        frozenset(examiner.shown),
        tuple(examiner.told),
    )


class _Examiner:
    def __init__(
        self,
        sources: frozenset[str],
        figures: frozenset[str],
        lessons: frozenset[str],
        language: str,
        described: frozenset[str],
    ) -> None:
        self.language = language
        self.described = described
        self.sources = sources
        self.figures = figures
        self.lessons = lessons
        self.mistakes: list[Mistake] = []
        self.blocks: list[BlockShape] = []
        self.keys: set[str] = set()
        self.counts: Counter[BlockName] = Counter()
        self.cited: dict[str, int] = {}
        self.shown: set[str] = set()
        self.facts: frozenset[str] | None = frozenset()
        self.told: list[tuple[str, int]] = []
        self.spent: Counter[str] = Counter()  # of the bounds, by all texts of the lesson

    def parse(self, text: str, *, formulas: bool) -> tuple[list[Token], Complaints]:
        """Parse one of the lesson's texts; tell what of it is beyond the bounds, too."""
        env: dict[str, Any] = {"formulas": formulas, "spent": self.spent}
        return PARSER.parse(text, env), complaints(env)

    def add(self, line: int, message: str) -> None:
        self.mistakes.append(Mistake(line, message))

    def examine(self, tokens: Sequence[Token], lines: Sequence[str]) -> None:
        if not tokens:
            self.add(1, Message("the lesson has no text"))
        level = 1
        line = 1
        for index, token in enumerate(tokens):
            line = token.map[0] + 1 if token.map else line
            if token.type == "heading_open":
                level = self._heading(token, tokens[index + 1], level, line)
            elif token.type == "inline":
                self._inline(token, line)
            elif token.type == "math_block":
                self._formula(token.content.strip(), line, block=True)
            elif token.type == "recording":
                self._recording(str(token.meta["path"]), line)
            elif token.type in (OPEN, RAW_BLOCK):
                self._container(tokens, index, lines)

    def _heading(self, token: Token, inline: Token, level: int, line: int) -> int:
        new = int(token.tag[1:])
        if new == 1:
            self.add(
                line, Message("headings start at ##: the page's own title is the lesson's title")
            )
        elif new > level + 1:
            self.add(
                line,
                Message("the heading skips from level %(level)s to %(new)s", level=level, new=new),
            )
        if new > 4:
            self.add(line, Message("headings end at ####"))
        if not plain_text(inline.children):
            self.add(line, Message("the heading is empty"))
        return new

    def _container(self, tokens: Sequence[Token], index: int, lines: Sequence[str]) -> None:
        token, header = tokens[index], header_of(tokens[index])
        line, end = line_of(token), token.map[1] if token.map else 0
        is_closed = end < len(lines) and re.fullmatch(r"\s*:::+\s*", lines[end])
        # One ::: closes one block: where a block within ends there too, it was meant for that one.
        within = tokens[index + 1 : closing(tokens, index)] if token.type == OPEN else ()
        if not is_closed or any(
            one.map and one.map[1] == end for one in within if one.type in (OPEN, RAW_BLOCK)
        ):
            self.add(line, Message("the ::: block is not closed"))
        if len(header.title) > TITLE_LENGTH:
            self.add(
                line,
                Message(
                    "the title is longer than %(title_length)s characters",
                    title_length=TITLE_LENGTH,
                ),
            )
        if header.name in CALLOUTS:
            return
        if token.level > 0:
            self.add(line, self._nested_message(header.name))
            return
        self._block(Container(header, token, within))

    def _block(self, block: Container) -> None:
        name, key = block.header.name, block.header.key
        self.counts[name] += 1
        if key in self.keys:
            self.add(block.line, self._twice_message(name, key))
        if key:
            self.keys.add(key)
        common = TYPES[name].examine(block, self.add)
        references = TYPES[name].refers(block)
        for line, text in references.texts:
            self._inner_text(text, line)
        for line, path in references.figures:
            self._figure(path, line)
        self.blocks.append(BlockShape(f"{name} {key or self.counts[name]}", block.line, common))

    def _inner_text(self, text: str, line: int) -> None:
        """Examine Markdown inside a block's YAML: paragraphs, lists and tables."""
        tokens, beyond = self.parse(text, formulas=True)
        for _line, message in beyond:
            self.add(line, message)
        for token in tokens:
            if token.type == "inline":
                self._inline(token, line)
            elif token.type == "heading_open":
                self.add(line, Message("a heading may not stand inside a block"))
            elif token.type in (OPEN, RAW_BLOCK) and header_of(token).name not in CALLOUTS:
                self.add(line, self._nested_message(header_of(token).name))

    @staticmethod
    def _nested_message(name: BlockName) -> Message:
        if name is BlockName.CHECK:
            return Message("a self-check may not stand inside another block")
        return Message("the block '%(name)s' may not stand inside another", name=name)

    @staticmethod
    def _twice_message(name: BlockName, key: str) -> Message:
        if name is BlockName.CHECK:
            return Message("the self-check '%(key)s' stands twice", key=key)
        return Message("the key '%(key)s' stands twice", key=key)

    def _formula(self, latex: str, line: int, *, block: bool) -> None:
        try:
            mathml(latex, block=block)
        except BadFormula as refusal:
            self.add(line, refusal.message)

    def _inline(self, inline: Token, line: int) -> None:
        breaks = 0
        for offset, text in enumerate(inline.content.split("\n")):
            fence = FENCE.fullmatch(text)
            if fence:
                what = (fence.group(1) or "").split(" ")[0]
                self.add(line + offset, self._fence_message(what))
        for child in flatten(inline.children):
            if child.type in ("softbreak", "hardbreak"):
                breaks += 1
            elif child.type == "text":
                self._text(child.content, line)
            elif child.type == "formula":
                self._formula(child.content, line + breaks, block=False)
            elif child.type in ("citation", "fact"):
                self._reference(child, line, breaks)
            elif child.type == "image":
                self._image(child, line)
            elif child.type == "link_open":
                self._link(str(child.attrGet("href") or ""), line)

    @staticmethod
    def _fence_message(what: str) -> Message:
        if not what:
            return Message("::: closes nothing here")
        if what == BlockName.CHECK:
            return Message("a self-check begins with '::: check its-key' on a line of its own")
        if what in KEYED:
            return Message(
                "this block begins with '::: %(name)s its-key' on a line of its own", name=what
            )
        return Message(
            "there is no ::: block '%(what)s'; there are %(known)s",
            what=what[:40],
            known=", ".join(BlockName),
        )

    def _text(self, text: str, line: int) -> None:
        if TAG.search(text):
            self.add(line, Message("raw HTML is not allowed"))
        if BROKEN_LINK.search(text):
            self.add(
                line, Message("a link leads to https:// or to lesson:key; an image to figures/…")
            )
        if "[@" in text:
            self.add(line, Message("a citation is written [@key-of-a-source]"))
        if BROKEN_FACT.search(text):
            self.add(line, Message("a fact is written [#key-of-a-fact]"))

    def _reference(self, token: Token, line: int, breaks: int) -> None:
        key = str(token.meta["key"])
        if token.type == "fact":
            self._fact(key, line + breaks)
        else:
            self._citation(key, line)

    def _citation(self, key: str, line: int) -> None:
        self.cited.setdefault(key, line)
        if key not in self.sources:
            self.add(line, Message("there is no source '%(key)s'", key=key))

    def _fact(self, key: str, line: int) -> None:
        self.told.append((key, line))
        if self.facts is not None and key not in self.facts:
            self.add(line, Message("there is no fact '%(key)s'", key=key))

    def _image(self, token: Token, line: int) -> None:
        self._figure(str(token.attrGet("src") or ""), line)
        path = str(token.attrGet("src") or "")
        if not plain_text(token.children) and path not in self.described:
            self.add(line, Message("the image has no description in its brackets"))

    def _figure(self, path: str, line: int) -> None:
        self.shown.add(path)
        if not FIGURE.fullmatch(path):
            self.add(line, Message("an image lies in figures/ of the course"))
        elif path not in self.figures:
            self.add(line, Message("there is no file %(path)s", path=path))

    def _recording(self, path: str, line: int) -> None:
        self._file(path, line)
        captions = captions_path(path, self.language)
        if self.language and path in self.figures and captions not in self.figures:
            self.add(line, Message("the recording has no captions: %(path)s", path=captions))

    def _file(self, path: str, line: int) -> None:
        if MEDIA_PATH.fullmatch(path) and path not in self.figures:
            self.add(line, Message("there is no file %(path)s", path=path))

    def _link(self, href: str, line: int) -> None:
        self._file(href, line)
        lesson = LESSON.fullmatch(href)
        if lesson and lesson.group(1) not in self.lessons:
            self.add(line, Message("there is no lesson '%(key)s'", key=lesson.group(1)))
        elif FIGURE.fullmatch(href):
            self.add(line, Message("a link leads to https:// or to lesson:key"))
