"""Bytes of a text file as text: UTF-8, UTF-16 with its mark, or Russian in windows-1251.

The last is taken only where each letter is one of Russian's: a broken UTF-8 never reads so.
"""

import codecs

from lms.catalog.messages import Message
from lms.standards.items import limits
from lms.standards.items.errors import Unreadable

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


RUSSIAN = frozenset(
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюяАБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ«»„“”‘’…–—№\u00a0"
)


def is_windows(content: bytes) -> bool:
    """Tell whether the bytes are Russian in windows-1251."""
    if b"\0" in content or any(content.startswith(mark) for mark, _ in MARKS):
        return False
    try:
        text = content.decode("cp1251")
    except UnicodeDecodeError:
        return False
    foreign = [letter for letter in text if not letter.isascii()]
    if not foreign or not RUSSIAN.issuperset(foreign) or _is_utf8(content):
        return False
    # KOI8-R read so has its capital and small letters changed round.
    return sum(map(str.islower, foreign)) > sum(map(str.isupper, foreign))


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def decode(content: bytes) -> str:
    """Return the text with LF line ends. Raises Unreadable for other encodings and binary files."""
    encoding = "utf-8"
    content = content.replace(b"\r\n", b"\n") if b"\0" not in content else content
    for mark, name in MARKS:
        if content.startswith(mark):
            content, encoding = content[len(mark) :], name
            break
    if encoding == "utf-8" and is_windows(content):
        encoding = "cp1251"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(
            Message("the file is no text in UTF-8; save it as UTF-8 and try again"), line=line
        ) from error
    if "\0" in text:
        raise Unreadable(Message("the file is no text: it has NUL characters"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > limits.LINES:
        raise Unreadable(Message("the file has more than %(limit)s lines", limit=limits.LINES))
    return text
