"""The formats of item banks: the one register of their readers and writers."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from lms.assessment.authored import pictures_in, with_texts
from lms.assessment.kinds.values import AuthoredItem, Texts
from lms.assessment.models import ItemKind
from lms.catalog.messages import Message
from lms.standards.items import limits
from lms.standards.items.aiken.reading import read_aiken
from lms.standards.items.aiken.writing import write_aiken
from lms.standards.items.decoding import decode, in_utf8, is_windows
from lms.standards.items.errors import Unreadable
from lms.standards.items.gift.reading import read_gift
from lms.standards.items.gift.writing import write_gift
from lms.standards.items.kinds.gaps import asks_in, keeps_gaps
from lms.standards.items.model import Loss, Picture, Place, Reading, Weight, Written
from lms.standards.items.moodle.reading import read_moodle
from lms.standards.items.moodle.writing import write_moodle
from lms.standards.items.qti.package import QTI_12, read_qti
from lms.standards.items.qti.writing import write_qti3, write_qti21
from lms.standards.items.texts.images import in_words
from lms.standards.items.xml.reading import root_of

Read = Callable[..., Reading]
Pictures = Mapping[str, Picture]  # by path
Write = Callable[[Sequence[AuthoredItem], dict[str, Texts], Sequence[str], Pictures], Written]
NO_PICTURES: Pictures = {}
HEAD = 4096
# What a question in plain text may begin with; no XML of questions does.
WORDS = re.compile(
    rb"<(?:p|b|i|u|em|strong|span|div|code|pre|h[1-6]|img|br|sub|sup)[\s/>]", re.IGNORECASE
)
ANSWER = re.compile(r"^[ \t]*ANSWER[ \t]*:[ \t]*[A-Z][ \t]*$", re.MULTILINE | re.IGNORECASE)


class ItemFormat(Enum):
    """A format of item banks; a closed set, each with a reader and a writer."""

    GIFT = "gift"
    AIKEN = "aiken"
    MOODLE_XML = "moodle-xml"
    QTI21 = "qti21"
    QTI3 = "qti3"


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
    ItemFormat.MOODLE_XML: Codec(read_moodle, write_moodle, "moodle.xml", "application/xml"),
    ItemFormat.QTI21: Codec(read_qti, write_qti21, "qti21.zip", "application/zip"),
    ItemFormat.QTI3: Codec(read_qti, write_qti3, "qti3.zip", "application/zip"),
}


def recognise(content: bytes) -> ItemFormat:
    """Return the format that a file is in, by its content. Raises Unreadable for none."""
    if content.startswith(b"PK"):
        return ItemFormat.QTI21  # one reader for all versions: the item's own names tell
    head = content[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<") and not WORDS.match(head):
        return _xml_format(content)
    text = decode(content)
    if "{" not in text and ANSWER.search(text):
        return ItemFormat.AIKEN
    if "{" in text or "$CATEGORY:" in text:
        return ItemFormat.GIFT
    raise Unreadable(Message("the file is in none of the known formats"))


def _xml_format(content: bytes) -> ItemFormat:
    match root_of(content):
        case "quiz" | "question":
            return ItemFormat.MOODLE_XML
        case "assessmentItem":
            return ItemFormat.QTI21
        case "qti-assessment-item":
            return ItemFormat.QTI3
        case "questestinterop":
            raise Unreadable(QTI_12)
    raise Unreadable(Message("the file is in none of the known formats"))


@dataclass(frozen=True)
class ReadFile:
    """A file that was read: its format, its SHA-256, what was found in it."""

    form: ItemFormat
    digest: str
    reading: Reading


def read_items(content: bytes, *, language: str, form: ItemFormat | None = None) -> ReadFile:
    """Read a file in ``form``, by default in the one its content shows.

    ``language`` is that of texts that don't name theirs. Raises Unreadable for a file that can't be
    read at all.
    """
    if len(content) > limits.FILE_BYTES:
        raise Unreadable(
            Message(
                "the file is larger than %(limit)s MB", limit=limits.FILE_BYTES // limits.MEGABYTE
            )
        )
    if not content or content.isspace():
        raise Unreadable(Message("the file is empty"))
    digest = hashlib.sha256(content).hexdigest()
    if not content.startswith(b"PK"):
        content = in_utf8(content)
    form = form or recognise(content)
    reading = CODECS[form].read(content, language=language)
    if not reading.found and not reading.rejected:
        raise Unreadable(Message("the file holds no questions"))
    if form in (ItemFormat.GIFT, ItemFormat.AIKEN) and is_windows(content):
        message = Message("the text is no UTF-8; it was read as windows-1251: check its letters")
        reading.note(Place(), message, Weight.FACT)
    if form is ItemFormat.QTI21 and reading.dialect == "3.0":
        form = ItemFormat.QTI3
    return ReadFile(form, digest, reading)


# What no format holds, and what one of them doesn't: told, never dropped silently. Aiken says
# itself what little it can hold.
FOLDERS_ALONE = {
    ItemKind.DIALOGUE: Message("conversations are kept in course folders alone"),
}
LACKS = {
    ItemFormat.GIFT: {
        ItemKind.GAP_TEXT: Message("this format has no texts with gaps"),
        ItemKind.HOTSPOT: Message("this format has no places on a picture"),
        ItemKind.FILE: Message("this format has no file answers"),
    },
}
WORDS_ALONE = {ItemFormat.GIFT, ItemFormat.AIKEN}
EXCHANGED = frozenset(set(ItemKind) - set(FOLDERS_ALONE))


def write_items(
    items: Sequence[AuthoredItem],
    *,
    form: ItemFormat,
    topics: dict[str, Texts],
    languages: Sequence[str],
    pictures: Pictures = NO_PICTURES,
) -> Written:
    """Write items in ``form``; ``languages`` are those to write, the first one leads.

    ``pictures`` are those of the items, by path. An item that asks nothing in any of the languages
    is not written, and told.
    """
    asked = []
    losses = []
    for item in items:
        lack = _lack(item, form, languages, pictures)
        if lack is None:
            shown, lost = _shown(item, form, pictures)
            asked.append(shown)
            losses += lost
        else:
            losses.append(Loss(item.key, lack, whole=True))
    written = CODECS[form].write(asked, topics, languages, pictures)
    unwritten = {loss.item_key for loss in written.losses if loss.whole}
    losses = [loss for loss in losses if loss.item_key not in unwritten]
    return replace(written, losses=(*losses, *written.losses))


def _shown(
    item: AuthoredItem, form: ItemFormat, pictures: Pictures
) -> tuple[AuthoredItem, list[Loss]]:
    """Return an item whose texts show no more pictures than the file can hold, and what is lost."""
    there = set() if form in WORDS_ALONE else set(pictures)
    missing = pictures_in(item) - there
    if not missing:
        return item, []
    message = (
        Message("its pictures: this format has none, what they show stands in words")
        if form in WORDS_ALONE
        else Message("a picture that the course doesn't have: what it shows stands in words")
    )
    told: AuthoredItem = with_texts(item, lambda text: in_words(text, missing))
    return told, [Loss(item.key, message)]


def _lack(
    item: AuthoredItem, form: ItemFormat, languages: Sequence[str], pictures: Pictures
) -> Message | None:
    """Return why an item can't be written at all."""
    lacks = {**FOLDERS_ALONE, **LACKS.get(form, {})}
    if item.kind in lacks:
        return lacks[item.kind]
    if not all(keeps_gaps(item, code) for code in languages):
        return Message("a gap stands inside a mark of the text")
    if not any(asks_in(item, code) for code in languages):
        return Message("it has no text in this language")
    if form is not ItemFormat.AIKEN and set(item.figure.values()) - set(pictures):
        return Message("the course doesn't have its picture")
    return None
