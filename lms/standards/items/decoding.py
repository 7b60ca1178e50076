"""Bytes of a text file as text: UTF-8 or UTF-16 with its mark, nothing guessed."""

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


def decode(content: bytes) -> str:
    """Return the text with LF line ends. Raises Unreadable for other encodings and binary files."""
    encoding = "utf-8"
    content = content.replace(b"\r\n", b"\n") if b"\0" not in content else content
    for mark, name in MARKS:
        if content.startswith(mark):
            content, encoding = content[len(mark) :], name
            break
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
