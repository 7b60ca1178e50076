"""What is wrong with a lesson's Markdown: every mistake with its line, for checks and editors."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from lms.catalog.markdown.dialect import (
    CALLOUT,
    CALLOUTS,
    CHECK,
    FIGURE,
    LESSON,
    closing,
    parser,
    plain_text,
)
from lms.catalog.messages import Message

PARSER = parser()
TAG = re.compile(r"</?[a-zA-Z][\w-]*(?:\s[^<>]*)?/?>|<!--|<!\[CDATA\[|<\?")
FENCE = re.compile(r"\s{0,3}:::+\s*(\S.*)?")
# Bounded: a text of nothing but beginnings of links would be searched to its end for each of them.
BROKEN_LINK = re.compile(r"!?\[[^\]\[]{0,500}\]\([^)\s]{0,500}(?:\s{1,20}\"[^\"]{0,500}\")?\)")
TITLE_LENGTH = 120


@dataclass(frozen=True)
class Mistake:
    """One mistake; ``line`` counts from 1 within the text."""

    line: int
    message: str


@dataclass(frozen=True)
class CheckShape:
    """What two language variants of a self-check must share."""

    key: str
    line: int
    right: tuple[bool, ...]


@dataclass(frozen=True)
class Examination:
    """The mistakes of a text, its self-checks, and what it refers to."""

    mistakes: tuple[Mistake, ...]
    checks: tuple[CheckShape, ...]
    citations: frozenset[str]
    figures: frozenset[str]


def examine(
    body: str, *, sources: Iterable[str], figures: Iterable[str], lessons: Iterable[str]
) -> Examination:
    """Examine a lesson's Markdown; the iterables are the keys and paths it may refer to."""
    examiner = _Examiner(frozenset(sources), frozenset(figures), frozenset(lessons))
    examiner.examine(PARSER.parse(body), body.split("\n"))
    return Examination(
        tuple(sorted(examiner.mistakes, key=lambda m: (m.line, m.message))),
        tuple(examiner.checks),
        frozenset(examiner.cited),
        frozenset(examiner.shown),
    )


class _Examiner:
    def __init__(
        self, sources: frozenset[str], figures: frozenset[str], lessons: frozenset[str]
    ) -> None:
        self.sources = sources
        self.figures = figures
        self.lessons = lessons
        self.mistakes: list[Mistake] = []
        self.checks: list[CheckShape] = []
        self.cited: set[str] = set()
        self.shown: set[str] = set()

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
            elif token.type in ("container_callout_open", "container_check_open"):
                self._container(token, line, lines)
                if token.type == "container_check_open":
                    self._check(tokens[index : closing(tokens, index) + 1], line)

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

    def _container(self, token: Token, line: int, lines: Sequence[str]) -> None:
        end = token.map[1] if token.map else line
        if end >= len(lines) or not re.fullmatch(r"\s*:::+\s*", lines[end]):
            self.add(line, Message("the ::: block is not closed"))
        match = CALLOUT.fullmatch(token.info)
        if match and len(match.group(2) or "") > TITLE_LENGTH:
            self.add(
                line,
                Message(
                    "the title is longer than %(title_length)s characters",
                    title_length=TITLE_LENGTH,
                ),
            )

    def _inline(self, inline: Token, line: int) -> None:
        for offset, text in enumerate(inline.content.split("\n")):
            fence = FENCE.fullmatch(text)
            if fence:
                what = (fence.group(1) or "").split(" ")[0]
                self.add(line + offset, self._fence_message(what))
        for child in _flatten(inline.children):
            if child.type == "text":
                self._text(child.content, line)
            elif child.type == "citation":
                self._citation(str(child.meta["key"]), line)
            elif child.type == "image":
                self._image(child, line)
            elif child.type == "link_open":
                self._link(str(child.attrGet("href") or ""), line)

    @staticmethod
    def _fence_message(what: str) -> Message:
        if not what:
            return Message("::: closes nothing here")
        if what == "check":
            return Message("a self-check begins with '::: check its-key' on a line of its own")
        return Message(
            "there is no ::: block '%(what)s'; there are %(known)s",
            what=what[:40],
            known=", ".join((*CALLOUTS, "check")),
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

    def _citation(self, key: str, line: int) -> None:
        self.cited.add(key)
        if key not in self.sources:
            self.add(line, Message("there is no source '%(key)s'", key=key))

    def _image(self, token: Token, line: int) -> None:
        path = str(token.attrGet("src") or "")
        self.shown.add(path)
        if not FIGURE.fullmatch(path):
            self.add(line, Message("an image lies in figures/ of the course"))
        elif path not in self.figures:
            self.add(line, Message("there is no file %(path)s", path=path))
        if not plain_text(token.children):
            self.add(line, Message("the image has no description in its brackets"))

    def _link(self, href: str, line: int) -> None:
        lesson = LESSON.fullmatch(href)
        if lesson and lesson.group(1) not in self.lessons:
            self.add(line, Message("there is no lesson '%(key)s'", key=lesson.group(1)))
        elif FIGURE.fullmatch(href):
            self.add(line, Message("a link leads to https:// or to lesson:key"))

    def _check(self, tokens: Sequence[Token], line: int) -> None:
        match = CHECK.fullmatch(tokens[0].info)
        key = match.group(1) if match else ""
        if tokens[0].level > 0:
            self.add(line, Message("a self-check may not stand inside another block"))
            return
        if any(check.key == key for check in self.checks):
            self.add(line, Message("the self-check '%(key)s' stands twice", key=key))
        inner = tokens[1:-1]
        lists = [n for n, t in enumerate(inner) if t.type == "bullet_list_open" and t.level == 1]
        if not lists:
            self.add(line, Message("the self-check has no list of options"))
            return
        if lists[-1] == 0:
            self.add(line, Message("the self-check has no question"))
        if closing(inner, lists[-1]) != len(inner) - 1:
            self.add(line, Message("nothing may follow the options of a self-check"))
        rights = tuple(self._options(inner, lists[-1]))
        if len(rights) < 2:
            self.add(line, Message("a self-check has at least two options"))
        if not any(rights):
            self.add(line, Message("no option of the self-check is marked as right: [x]"))
        self.checks.append(CheckShape(key, line, rights))

    def _options(self, tokens: Sequence[Token], begin: int) -> Iterator[bool]:
        for index in range(begin, closing(tokens, begin)):
            token = tokens[index]
            if token.type == "list_item_open" and token.level == 2:
                line = (token.map or [0])[0] + 1
                item = tokens[index : closing(tokens, index) + 1]
                self._option(item, line)
                yield bool(token.meta.get("right"))

    def _option(self, item: Sequence[Token], line: int) -> None:
        if "right" not in item[0].meta:
            self.add(line, Message("an option begins with [ ] or [x]"))
        inline = next((t for t in item if t.type == "inline"), None)
        if inline is None or not inline.content.strip():
            self.add(line, Message("the option has no text"))
        kinds = [t.type for t in item[1:-1] if t.level == item[0].level + 1]
        if kinds.count("blockquote_open") != 1:
            self.add(line, Message("an option has one explanation, in lines that begin with >"))
        elif kinds != ["paragraph_open", "paragraph_close", "blockquote_open", "blockquote_close"]:
            self.add(line, Message("an option is one paragraph and its explanation"))


def _flatten(tokens: Sequence[Token] | None) -> Iterator[Token]:
    for token in tokens or ():
        yield token
        if token.type != "image":
            yield from _flatten(token.children)
