"""Writing a PDF of which memory holds no more than where its objects are.

Objects are copied from other documents one after another and get new numbers; no library does that
without keeping them all. The file is in the form of ISO 32000-1, 7.5.7 and 7.5.8: what isn't a
stream goes, a few hundred together, into compressed streams of objects.
"""

import hashlib
import re
import zlib
from typing import BinaryIO

import pikepdf

HEAD = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
LEVEL = 6  # of compression: the highest takes three times as long for one byte in a hundred
TOGETHER = 200  # objects in one stream
WIDTHS = (1, 5, 2)  # bytes of a row of the table that tells where objects are
# A string, within which nothing is a reference, or a reference; as qpdf writes them.
STRING_OR_REFERENCE = re.compile(rb"\((?:[^\\()]++|\\.)*+\)|\b(\d+) 0 R\b", re.DOTALL)


class Joined:
    """A document that is written to ``file`` as its objects come."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._rows = bytearray(_row(0, 0, 65535))
        self._waiting: list[tuple[int, bytes]] = []
        self._digest = hashlib.md5(usedforsecurity=False)
        file.write(HEAD)

    def number(self) -> int:
        """Return the number of an object that is to come."""
        self._rows += _row(0, 0, 0)
        return len(self._rows) // sum(WIDTHS) - 1

    def add(self, number: int, text: bytes) -> None:
        """Write an object that isn't a stream."""
        self._waiting.append((number, text))
        if len(self._waiting) == TOGETHER:
            self._pack()

    def add_stream(self, number: int, entries: bytes, content: bytes) -> None:
        """Write a stream; ``entries`` is its dictionary, the length of ``content`` included."""
        self._place(number, 1, self._file.tell(), 0)
        self._write(b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, entries, content))

    def end(self, trailer: bytes) -> None:
        """Write where everything is; ``trailer`` has entries of its dictionary, /Root for one."""
        if self._waiting:
            self._pack()
        number, start = self.number(), self._file.tell()
        self._place(number, 1, start, 0)
        table = zlib.compress(self._rows, LEVEL)
        widths, digest = b"%d %d %d" % WIDTHS, self._digest.hexdigest().encode()
        told = b"<< /Type /XRef /Size %d /W [ %b ] /ID [ <%b> <%b> ] %b %b >>"
        entries = told % (number + 1, widths, digest, digest, trailer, _packed_as(table))
        self.add_stream(number, entries, table)
        self._file.write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _pack(self) -> None:
        number, body, heads = self.number(), bytearray(), []
        for index, (one, text) in enumerate(self._waiting):
            self._place(one, 2, number, index)
            heads.append(b"%d %d" % (one, len(body)))
            body += text + b"\n"
        head = b" ".join(heads) + b"\n"
        content = zlib.compress(head + body, LEVEL)
        told = b"<< /Type /ObjStm /N %d /First %d %b >>"
        entries = told % (len(heads), len(head), _packed_as(content))
        self._waiting.clear()
        self.add_stream(number, entries, content)

    def _place(self, number: int, kind: int, second: int, third: int) -> None:
        width = sum(WIDTHS)
        self._rows[number * width : (number + 1) * width] = _row(kind, second, third)

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._file.write(data)


class Copier:
    """Copies objects of one document, and what they refer to, each once.

    ``fixed`` tells for numbers of the document which objects of the joined one stand for them.
    """

    def __init__(self, joined: Joined, source: pikepdf.Pdf, fixed: dict[int, int]) -> None:
        self._joined, self._source = joined, source
        self._numbers = dict(fixed)
        self._to_copy: list[int] = []

    def of(self, one: pikepdf.Object) -> bytes:
        """Return a value or a reference as it is to be written; ``finish`` copies what it needs."""
        return STRING_OR_REFERENCE.sub(self._renumbered, one.unparse())

    def finish(self) -> None:
        """Copy everything that was referred to."""
        while self._to_copy:
            number = self._to_copy.pop()
            self._copy(self._source.get_object(number, 0), self._numbers[number])

    def _copy(self, one: pikepdf.Object, number: int) -> None:
        if isinstance(one, pikepdf.Stream):
            content = one.read_raw_bytes()
            entries = one.stream_dict
            entries["/Length"] = len(content)
            self._joined.add_stream(number, self._text(entries), content)
        else:
            self._joined.add(number, self._text(one))

    def _text(self, one: pikepdf.Object) -> bytes:
        return STRING_OR_REFERENCE.sub(self._renumbered, one.unparse(resolved=True))

    def _renumbered(self, found: re.Match[bytes]) -> bytes:
        if found[1] is None:
            return found[0]
        number = int(found[1])
        if number not in self._numbers:
            self._numbers[number] = self._joined.number()
            self._to_copy.append(number)
        return b"%d 0 R" % self._numbers[number]


def _packed_as(content: bytes) -> bytes:
    return b"/Filter /FlateDecode /Length %d" % len(content)


def _row(kind: int, second: int, third: int) -> bytes:
    numbers = zip((kind, second, third), WIDTHS, strict=True)
    return b"".join(number.to_bytes(width, "big") for number, width in numbers)
