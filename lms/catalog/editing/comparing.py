"""Two texts compared word by word: pure functions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.catalog.editing.aligning import Budget, opcodes

WORD = re.compile(r"\w+|\s+|[^\w\s]")
LINE = re.compile(r"[^\n]*\n|[^\n]+")
AROUND = 2  # unchanged lines shown before and after a change


@dataclass(frozen=True)
class Span:
    """Words that both texts have ('same'), or only the new ('added') or old one ('removed')."""

    kind: str
    text: str


@dataclass(frozen=True)
class Passage:
    """A stretch of lines as spans; of a long unchanged one only the number of lines."""

    spans: tuple[Span, ...] = ()
    left_out: int = 0

    @property
    def is_changed(self) -> bool:
        """Whether anything differs here."""
        return any(span.kind != "same" for span in self.spans)


def compare(old: str, new: str) -> list[Passage]:
    """Return the passages of both texts in order, with what was added and what was removed."""
    before, after = LINE.findall(old), LINE.findall(new)
    codes, budget = opcodes(before, after), Budget()
    passages: list[Passage] = []
    for place, (tag, start, end, begin, stop) in enumerate(codes):
        if tag == "equal":
            passages += _same(before[start:end], first=place == 0, last=place == len(codes) - 1)
        else:
            spans = words("".join(before[start:end]), "".join(after[begin:stop]), budget)
            passages.append(Passage(spans))
    return passages


def _same(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[Passage]:
    head, tail = 0 if first else AROUND, 0 if last else AROUND
    hidden = len(lines) - head - tail
    if hidden <= 1:
        yield Passage((Span("same", "".join(lines)),))
        return
    if head:
        yield Passage((Span("same", "".join(lines[:head])),))
    yield Passage(left_out=hidden)
    if tail:
        yield Passage((Span("same", "".join(lines[-tail:])),))


def words(old: str, new: str, budget: Budget | None = None) -> tuple[Span, ...]:
    """Return the spans of one passage; joined without the added ones they are ``old``."""
    before, after = WORD.findall(old), WORD.findall(new)
    found: list[tuple[str, str]] = []
    for tag, start, end, begin, stop in opcodes(before, after, budget):
        if tag == "equal":
            found.append(("same", "".join(before[start:end])))
        else:
            found.append(("removed", "".join(before[start:end])))
            found.append(("added", "".join(after[begin:stop])))
    return _spans(_without_crumbs(found))


def _without_crumbs(spans: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Take spaces between two changes into both: whole phrases read better than single words."""
    kept: list[tuple[str, str]] = []
    for place, (kind, text) in enumerate(spans):
        between = 0 < place < len(spans) - 1
        if kind == "same" and between and not text.strip():
            kept += [("removed", text), ("added", text)]
        else:
            kept.append((kind, text))
    return kept


def _spans(found: list[tuple[str, str]]) -> tuple[Span, ...]:
    """Join what stands together: between two unchanged spans one removed and one added."""
    spans: list[Span] = []
    removed = added = ""

    def close() -> None:
        nonlocal removed, added
        spans.extend(Span(k, t) for k, t in (("removed", removed), ("added", added)) if t)
        removed = added = ""

    for kind, text in found:
        if kind == "removed":
            removed += text
        elif kind == "added":
            added += text
        elif text:
            close()
            spans.append(Span(kind, text))
    close()
    return tuple(spans)
