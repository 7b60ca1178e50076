"""Bytes of a text file as text: UTF-8, UTF-16, or Russian in windows-1251.

The last is taken only where each letter is one of Russian's: a broken UTF-8 never reads so.
"""

import base64
import codecs
import re

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


LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
SMALL, CAPITALS = LETTERS.encode("cp1251"), LETTERS.upper().encode("cp1251")
RUSSIAN = SMALL + CAPITALS + "«»„“”‘’…–—№\u00a0".encode("cp1251")
ASCII = bytes(range(128))


SPACES = b" \t\r\n\f\v"
DECLARED = re.compile(r"""\A(\s*<\?xml[^>]{0,100}?)\s+encoding\s*=\s*(["'])[^"'>]*\2""")


def in_utf8(content: bytes) -> bytes:
    """Return UTF-16, with its mark or without it, as UTF-8; all else as it is.

    XML then no longer declares an encoding.
    """
    unmarked = (b"", _unmarked(content))
    mark, name = next((one for one in MARKS[1:] if content.startswith(one[0])), unmarked)
    if not name:
        return content
    try:
        text = content[len(mark) :].decode(name)
    except UnicodeDecodeError:
        return content
    return DECLARED.sub(r"\1", text, count=1).encode()


def _unmarked(content: bytes) -> str:
    """Return which UTF-16 has lost its mark: of its ASCII every second byte is zero."""
    first, second = content[::2].count(0), content[1::2].count(0)
    if len(content) % 2 or bool(first) == bool(second):
        return ""
    return "utf-16-be" if first else "utf-16-le"


def from_base64(text: bytes) -> bytes:
    """Return what a file says in base64, however it is broken into lines. Raises ValueError."""
    return base64.b64decode(text.translate(None, SPACES), validate=True)


def is_windows(content: bytes) -> bool:
    """Tell whether the bytes are Russian in windows-1251."""
    if b"\0" in content or any(content.startswith(mark) for mark, _ in MARKS):
        return False
    if is_utf8(content) or content.translate(None, ASCII + RUSSIAN):
        return False
    # KOI8-R read so has its capital and small letters changed round.
    return len(content.translate(None, SMALL)) < len(content.translate(None, CAPITALS))


def is_utf8(content: bytes) -> bool:
    """Tell whether the bytes are UTF-8."""
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
