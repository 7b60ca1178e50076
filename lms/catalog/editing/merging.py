"""Three-way merging of a lesson's text, paragraph by paragraph: pure functions.

Both sides are compared with the text they began from. What only one of them changed is taken over;
what both changed in different ways is a conflict that a person decides. Swapping the sides swaps
the sides of each conflict and changes nothing else.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from lms.catalog.editing.aligning import opcodes

BLANK = re.compile(r"\n(?:[^\S\n]*\n)+")


@dataclass(frozen=True)
class Paragraph:
    """Lines without a blank one between them. ``gap`` (the blank lines before) doesn't differ."""

    text: str
    gap: str = field(default="\n\n", compare=False)


@dataclass(frozen=True)
class Chunk:
    """A stretch of the merged text: decided, or a conflict with both sides."""

    base: tuple[Paragraph, ...]
    mine: tuple[Paragraph, ...]
    theirs: tuple[Paragraph, ...]
    is_conflict: bool = False

    @property
    def swapped(self) -> "Chunk":
        """The chunk as the other side sees it."""
        return replace(self, mine=self.theirs, theirs=self.mine)

    @property
    def changed_by(self) -> str:
        """Who changed it: nobody (''), 'mine', 'theirs' or 'both'."""
        mine, theirs = self.mine != self.base, self.theirs != self.base
        return "both" if mine and theirs else "mine" if mine else "theirs" if theirs else ""

    @property
    def decided(self) -> tuple[Paragraph, ...]:
        """What a chunk that is no conflict comes to."""
        return self.theirs if self.mine == self.base else self.mine


class Choice(Enum):
    """How a person decides a conflict."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"
    OWN = "own"


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of ``text``; ``joined`` makes it again, outer blank lines aside."""
    parts, gap, place = [], "", 0
    text = text.strip("\n")
    for match in BLANK.finditer(text):
        parts.append(Paragraph(text[place : match.start()], gap))
        gap, place = match.group(), match.end()
    if text[place:]:
        parts.append(Paragraph(text[place:], gap))
    return tuple(parts)


def joined(parts: Iterable[Paragraph]) -> str:
    """Return the text that consists of ``parts``."""
    return "".join((part.gap or "\n\n") + part.text for part in parts).strip("\n")


def merge(base: str, mine: str, theirs: str) -> list[Chunk]:
    """Return the chunks of what ``mine`` and ``theirs`` make of ``base`` together."""
    if mine in (base, theirs):
        whole = paragraphs(theirs)
        return [Chunk(paragraphs(base), paragraphs(mine), whole)]
    if theirs == base:
        return [Chunk(paragraphs(base), paragraphs(mine), paragraphs(base))]
    return list(_chunks(paragraphs(base), paragraphs(mine), paragraphs(theirs)))


def common(one: str, other: str) -> str:
    """Return the paragraphs that both texts have, as a base for two texts without a known one."""
    left, right = paragraphs(one), paragraphs(other)
    equal = [code for code in opcodes(left, right) if code[0] == "equal"]
    return joined(part for _tag, start, end, *_other in equal for part in left[start:end])


def text_of(chunks: Sequence[Chunk]) -> str | None:
    """Return the merged text; None while there are conflicts."""
    if any(chunk.is_conflict for chunk in chunks):
        return None
    return joined(part for chunk in chunks for part in chunk.decided)


def decide(chunks: Sequence[Chunk], decisions: Sequence[tuple[Choice, str]]) -> str:
    """Return the text with each conflict decided, in order; the texts are those of Choice.OWN."""
    left = iter(decisions)
    parts: list[Paragraph] = []
    for chunk in chunks:
        parts += _decided(chunk, *next(left)) if chunk.is_conflict else chunk.decided
    return joined(parts)


def _decided(chunk: Chunk, choice: Choice, own: str) -> tuple[Paragraph, ...]:
    match choice:
        case Choice.MINE:
            return chunk.mine
        case Choice.THEIRS:
            return chunk.theirs
        case Choice.BOTH:
            return chunk.theirs + chunk.mine
        case Choice.OWN:
            return paragraphs(own)


@dataclass(frozen=True)
class _Change:
    """One side's replacement of the base's paragraphs from ``start`` up to ``end``."""

    is_mine: bool
    start: int
    end: int
    new: tuple[Paragraph, ...]

    @property
    def grows(self) -> bool:
        return len(self.new) > self.end - self.start


def _changes(
    base: Sequence[Paragraph], side: Sequence[Paragraph], *, is_mine: bool
) -> Iterator[_Change]:
    for tag, start, end, begin, stop in opcodes(base, side):
        if tag == "equal":
            continue
        if end - start == stop - begin:  # each paragraph was rewritten: a change for each
            for place in range(end - start):
                new = (side[begin + place],)
                yield _Change(is_mine, start + place, start + place + 1, new)
        else:
            yield _Change(is_mine, start, end, tuple(side[begin:stop]))


def _clash(one: _Change, other: _Change) -> bool:
    """Tell whether two changes touch the same paragraphs, or add at the same place."""
    if one.is_mine == other.is_mine:
        return False
    if one.start < other.end and other.start < one.end:
        return True
    is_insertion = one.start == one.end or other.start == other.end
    touch = one.start <= other.end and other.start <= one.end
    return is_insertion and touch and one.grows and other.grows


def _groups(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    group: list[_Change] = []
    for change in sorted(changes, key=lambda c: (c.start, c.end)):
        if group and not any(_clash(change, member) for member in group):
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _applied(
    base: Sequence[Paragraph], changes: Iterable[_Change], start: int, end: int
) -> tuple[Paragraph, ...]:
    parts: list[Paragraph] = []
    for change in changes:
        parts += [*base[start : change.start], *change.new]
        start = change.end
    return (*parts, *base[start:end])


def _chunks(
    base: tuple[Paragraph, ...], mine: tuple[Paragraph, ...], theirs: tuple[Paragraph, ...]
) -> Iterator[Chunk]:
    changes = [*_changes(base, mine, is_mine=True), *_changes(base, theirs, is_mine=False)]
    place = 0
    for group in _groups(changes):
        start, end = group[0].start, max(change.end for change in group)
        if place < start:
            yield Chunk(base[place:start], base[place:start], base[place:start])
        old = base[start:end]
        ours = _applied(base, [c for c in group if c.is_mine], start, end)
        other = _applied(base, [c for c in group if not c.is_mine], start, end)
        is_conflict = old not in (ours, other) and ours != other
        yield Chunk(old, ours, other, is_conflict)
        place = end
    if place < len(base):
        yield Chunk(base[place:], base[place:], base[place:])
