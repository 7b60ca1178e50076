"""Finding a quoted passage again in a text that was edited since: pure functions."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from lms.catalog.editing.aligning import MOST, Budget, opcodes
from lms.catalog.editing.comparing import WORD
from lms.catalog.editing.merging import paragraphs

ALIKE = 0.6  # share of common characters from which a changed passage counts as the same one
QUOTED = 600  # characters of a passage that are quoted


class Place(Enum):
    """What became of a quoted passage."""

    WHOLE = "whole"  # the comment is about the whole lesson
    THERE = "there"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class Anchor:
    """Where a passage is now: ``position`` among the text's paragraphs, from 0."""

    place: Place
    position: int = -1


@dataclass(frozen=True)
class Passage:
    """A paragraph that can be commented on; ``key`` names it by its content."""

    key: str
    text: str

    @property
    def label(self) -> str:
        """Its first words, for a list of choices."""
        line = " ".join(self.text.split())
        return line if len(line) <= 80 else line[:79].rstrip() + "…"


def passages(body: str) -> Sequence[Passage]:
    """Return the text's paragraphs; of equal ones only the first can be chosen."""
    found: dict[str, Passage] = {}
    for paragraph in paragraphs(body):
        text = paragraph.text[:QUOTED]
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        found.setdefault(key, Passage(key, text))
    return list(found.values())


def find(quote: str, body: str) -> Anchor:
    """Return where the passage that ``quote`` was taken from stands in ``body`` now."""
    if not quote:
        return Anchor(Place.WHOLE)
    texts = [paragraph.text[:QUOTED] for paragraph in paragraphs(body)]
    if quote in texts:
        return Anchor(Place.THERE, texts.index(quote))
    matcher: SequenceMatcher[str] = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(quote)
    near: list[int] = []
    for position, text in enumerate(texts):
        matcher.set_seq1(text)
        if matcher.real_quick_ratio() > ALIKE and matcher.quick_ratio() > ALIKE:
            near.append(position)
    best, share = -1, ALIKE
    for position in near:
        if (ratio := _alike(texts[position], quote, Budget(MOST // len(near)))) > share:
            best, share = position, ratio
    return Anchor(Place.CHANGED, best) if best >= 0 else Anchor(Place.GONE)


def _alike(text: str, quote: str, budget: Budget) -> float:
    """Return the share of both texts that stands in words which they have in common."""
    one, other = WORD.findall(text), WORD.findall(quote)
    equal = [code for code in opcodes(one, other, budget) if code[0] == "equal"]
    same = sum(len("".join(one[start:end])) for _tag, start, end, *_other in equal)
    return 2 * same / (len(text) + len(quote))
