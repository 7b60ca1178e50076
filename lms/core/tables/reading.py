"""Reading a table of either kind, and CSV itself."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from lms.core.tables.books import read_book
from lms.core.tables.faults import Bounds, Row, TableFault, TableRefused
from lms.core.tables.texts import original, trimmed

DELIMITERS = ";\t,"
DIVIDED_BY = re.compile(rf"sep=([{DELIMITERS}])\r?\n")  # spreadsheets' own first line
QUOTED = re.compile(r'"[^"]*"')
HEAD = 20_000  # characters in which the delimiter is looked for
NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")
RUSSIAN = "".join(map(chr, range(ord("А"), ord("я") + 1))) + "Ёё"
CODED = {name: RUSSIAN.encode(name) for name in ("cp1251", "cp866")}  # the usual one first
ZIP = b"PK"
OLE = b"\xd0\xcf\x11\xe0"  # workbooks before XLSX, and encrypted ones


def read_table(data: bytes, bounds: Bounds) -> list[Row]:
    """Return the rows of a CSV file or of an XLSX workbook's first sheet that aren't empty.

    CSV is UTF-8 with or without a mark, UTF-16 with a mark, Windows-1251 or, of old programs,
    cp866; divided by semicolon, tab or comma. A formula counts as the value that the spreadsheet
    stored for it, a text that our own tables made safe as it was. Raises TableRefused.
    """
    if data.startswith(OLE):
        raise TableRefused(TableFault.OLD_BOOK)
    lines = read_book(data, bounds) if data.startswith(ZIP) else _lines(data)
    rows = list(_bounded(lines, bounds))
    if not rows:
        raise TableRefused(TableFault.EMPTY)
    return rows


def _bounded(lines: Iterable[tuple[int, Sequence[str]]], bounds: Bounds) -> Iterator[Row]:
    count = 0
    for line, cells in lines:
        plain = [original(trimmed(cell)) for cell in cells]
        while plain and not plain[-1]:
            plain.pop()
        if not plain:
            continue
        count += 1
        if count > bounds.rows:
            raise TableRefused(TableFault.TOO_MANY_ROWS, line=line, limit=bounds.rows)
        if len(plain) > bounds.columns:
            raise TableRefused(TableFault.TOO_MANY_COLUMNS, line=line, limit=bounds.columns)
        if max(map(len, plain)) > bounds.characters:
            raise TableRefused(TableFault.LONG_CELL, line=line, limit=bounds.characters)
        yield Row(line, tuple(plain))


def _lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(data)
    told = DIVIDED_BY.match(text)
    delimiter = told[1] if told else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    if told:
        next(reader)
    while True:
        line = reader.line_num + 1  # a cell may hold line ends: a row is named by its first line
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            is_long = "field limit" in str(error)  # of the library, beyond any of ours
            fault = TableFault.LONG_CELL if is_long else TableFault.BROKEN_LINE
            raise TableRefused(fault, line=line) from error
        yield line, cells


def _decoded(data: bytes) -> str:
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = data.decode("utf-16")
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _in_old_russian(data)
    if NOT_TEXT.search(text):
        raise TableRefused(TableFault.NOT_TEXT)
    return text


def _in_old_russian(data: bytes) -> str:
    """Return what reads with the most Russian letters, of the encodings that know no other sign."""
    encoding = min(CODED, key=lambda name: len(data.translate(None, CODED[name])))
    # 0x98 is the one byte that Windows-1251 doesn't know.
    return data.decode(encoding, errors="replace")


def _delimiter(text: str) -> str:
    """Return what divides the first row that is divided at all; what stands in quotes doesn't."""
    start = QUOTED.sub("", text[:HEAD])
    first = next((line for line in io.StringIO(start) if any(map(line.count, DELIMITERS))), "")
    return max(DELIMITERS, key=first.count)
