"""A GIFT file cut into blocks: questions and categories, each with its line and comments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lms.catalog.markdown.dialect import PRIVATE

CATEGORY = re.compile(r"\$CATEGORY:(.*)")
COMMENT = re.compile(r"\s*//")
ID = re.compile(r"\[id:([^\]\[]{1,200})\]")
TAG = re.compile(r"\[tag:([^\]\[]{1,500})\]")
# Escaped characters become private ones until the text is cut apart.
ESCAPES = {mark: chr(0xE010 + place) for place, mark in enumerate("~=#{}:\\")}
NEWLINE = "\ue018"
ESCAPED = re.compile(r"\\([~=#{}:\\n])")
PLAIN = {code: mark for mark, code in ESCAPES.items()} | {NEWLINE: "\n"}
CODES = re.compile("[\ue010-\ue018]")


@dataclass
class Block:
    """Lines without a blank one between them; comment lines are emptied."""

    line: int
    lines: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def length(self) -> int:
        """How many characters it has."""
        return sum(map(len, self.lines)) + sum(map(len, self.comments))

    @property
    def text(self) -> str:
        """The block's text, escapes encoded."""
        return encode("\n".join(self.lines))

    @property
    def is_empty(self) -> bool:
        """Whether it is nothing but comments."""
        return not any(line.strip() for line in self.lines)

    @property
    def name(self) -> str:
        """The id that a comment names."""
        found = [name for comment in self.comments for name in ID.findall(comment)]
        return found[0] if found else ""

    @property
    def remarks(self) -> int:
        """How many comment lines say something else than ids and tags."""
        rest = (TAG.sub("", ID.sub("", comment)) for comment in self.comments)
        return sum(bool(line.strip(" \t/")) for line in rest)

    @property
    def tags(self) -> list[str]:
        """The tags that comments name."""
        return [tag for comment in self.comments for tag in TAG.findall(comment)]


def encode(text: str) -> str:
    """Return the text with each escape as one private character."""
    text = PRIVATE.sub("\ufffd", text)
    return ESCAPED.sub(lambda m: NEWLINE if m[1] == "n" else ESCAPES[m[1]], text)


def decode(text: str) -> str:
    """Return what an encoded text says."""
    return CODES.sub(lambda m: PLAIN[m[0]], text)


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a file."""
    block: Block | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            if block is not None:
                yield block
            block = None
            continue
        block = block or Block(number)
        if COMMENT.match(line):
            block.comments.append(line)
            block.lines.append("")
        elif CATEGORY.match(line):
            if not block.is_empty:
                yield block
            comments = block.comments if block.is_empty else []
            yield Block(number, [line], comments)
            block = None
        else:
            block.lines.append(line)
    if block is not None:
        yield block
