"""The formats of item banks: the one register of their readers and writers."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from lms.assessment.authored import AuthoredItem, Texts
from lms.catalog.messages import Message
from lms.standards.items import limits
from lms.standards.items.aiken.reading import read_aiken
from lms.standards.items.aiken.writing import write_aiken
from lms.standards.items.decoding import decode
from lms.standards.items.errors import Unreadable
from lms.standards.items.gift.reading import read_gift
from lms.standards.items.gift.writing import write_gift
from lms.standards.items.model import Reading, Written

Read = Callable[..., Reading]
Write = Callable[[Sequence[AuthoredItem], dict[str, Texts], Sequence[str]], Written]
HEAD = 4096
ANSWER = re.compile(r"^\s*ANSWER\s*:\s*[A-Z]\s*$", re.MULTILINE | re.IGNORECASE)


class ItemFormat(Enum):
    """A format of item banks; a closed set, each with a reader and a writer."""

    GIFT = "gift"
    AIKEN = "aiken"


@dataclass(frozen=True)
class Codec:
    """How a format is read and written, and what its files are called."""

    read: Read
    write: Write
    extension: str
    media_type: str


CODECS = {
    ItemFormat.GIFT: Codec(read_gift, write_gift, "gift.txt", "text/plain"),
    ItemFormat.AIKEN: Codec(read_aiken, write_aiken, "aiken.txt", "text/plain"),
}


def recognise(content: bytes) -> ItemFormat:
    """Return the format that a file is in, by its content. Raises Unreadable for none."""
    text = decode(content)
    if "{" not in text and ANSWER.search(text):
        return ItemFormat.AIKEN
    if "{" in text or "$CATEGORY:" in text:
        return ItemFormat.GIFT
    raise Unreadable(Message("the file is in none of the known formats"))


def read_items(
    content: bytes, *, language: str, form: ItemFormat | None = None
) -> tuple[ItemFormat, Reading]:
    """Read a file in ``form``, by default in the one its content shows. Raises Unreadable."""
    if len(content) > limits.FILE_BYTES:
        raise Unreadable(
            Message(
                "the file is larger than %(limit)s MB", limit=limits.FILE_BYTES // limits.MEGABYTE
            )
        )
    if not content.strip():
        raise Unreadable(Message("the file is empty"))
    form = form or recognise(content)
    reading = CODECS[form].read(content, language=language)
    if not reading.found and not reading.rejected:
        raise Unreadable(Message("the file holds no questions"))
    return form, reading


def write_items(
    items: Sequence[AuthoredItem],
    *,
    form: ItemFormat,
    topics: dict[str, Texts],
    languages: Sequence[str],
) -> Written:
    """Write items in ``form``; ``languages`` are those to write, the first one leads."""
    return CODECS[form].write(items, topics, languages)
