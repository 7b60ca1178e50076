"""Tables as files: XLSX and CSV, written row by row in constant memory, safe to open.

A text that a spreadsheet would take for a formula is written with an apostrophe before it, in both
kinds of file: a cell that is safe in one program must stay safe when it is saved for another. The
cell style that marks a text as quoted (``quotePrefix``) wouldn't do: it is lost in a CSV file, and
when LibreOffice saves the workbook.
"""

import contextlib
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import IO, Any, TypeVar

import xlsxwriter

from lms.core.tables.texts import neutral

Row = TypeVar("Row")
Cell = str | int | float | Decimal | date | None

MAX_ROWS = 1_048_575  # of an XLSX sheet, below the headings
PIECE = 500  # rows of a CSV file that are made at once
PORTION = 1000  # rows of an XLSX file that are made at once
MAX_TEXT = 32_767  # characters in an XLSX cell
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"

# Names of the parts of an XLSX file that tell how many rows there are.
_SHEET, _BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
_SIZE = re.compile(rb"<dimension [^>]*/>")
_OPTIONS = {
    "constant_memory": True,  # texts stand in their cells
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

About = tuple[str, Sequence[tuple[str, str]]]


class TooManyRows(ValueError):
    """The table does not fit into one sheet."""


@dataclass
class Count:
    """The rows that were read and written."""

    rows: int = 0

    def of(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield ``rows`` and count them."""
        for row in rows:
            yield row
            self.rows += 1


def csv_pieces(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield a CSV file as Russian spreadsheets open it: UTF-8 with a mark, semicolons, commas.

    A piece has some hundred rows, the first the headings too; none is empty.
    """
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([neutral(heading) for heading in headings])
    for number, row in enumerate(rows, 1):
        writer.writerow([_plain(cell) for cell in row])
        if number % PIECE == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    if text.tell():
        yield text.getvalue().encode()


def _plain(cell: Cell) -> Any:
    if isinstance(cell, str):
        return neutral(cell)
    if isinstance(cell, float | Decimal):
        return _number(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def _number(value: float | Decimal) -> str:
    """Return a number as such spreadsheets read it: a point would make it a day, 4.5 the 4 May."""
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".").replace(".", ",") if "." in text else text


def xlsx_pieces(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    widths: Sequence[int] = (),
    about: About | None = None,
) -> Iterator[bytes]:
    """Yield an XLSX file with one sheet of rows, while they are read; no piece is empty.

    ``about`` is a second sheet's name and its lines: what, and what is said of it.

    The library writes a file only once all rows are known. So each portion of rows is written as a
    workbook of its own, of which the rows are taken; the parts around them are those of a workbook
    without any. Raises TooManyRows when a sheet can't hold them.
    """
    book = _Book(title, headings, widths, about)
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        parts = book.parts(count=0)
        for name, content in parts.items():
            if name not in (_SHEET, _BOOK):
                file.writestr(name, content)
        with file.open(_SHEET, "w") as sheet:
            sheet.write(_around_rows(parts[_SHEET])[0])
            yield sink.taken()
            count, left = 0, iter(rows)
            while portion := list(islice(left, PORTION)):
                if count + len(portion) > MAX_ROWS:
                    raise TooManyRows(f"more than {MAX_ROWS} rows")
                sheet.write(book.rows(portion, after=count))
                count += len(portion)
                if piece := sink.taken():
                    yield piece
            parts = book.parts(count=count)  # how far the rows reach is told in what follows
            sheet.write(_around_rows(parts[_SHEET])[1])
        file.writestr(_BOOK, parts[_BOOK])
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Takes what is written into a file that goes on its way: nothing of it can be looked up."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since it was taken last."""
        found = b"".join(self._written)
        self._written.clear()
        return found


def _around_rows(sheet: bytes) -> tuple[bytes, bytes]:
    """Return what comes before the second row of a sheet, and what comes after its rows.

    Without its size: it isn't known when the file begins, and needn't be said.
    """
    head, rows, tail = _divided(sheet)
    return _SIZE.sub(b"", head) + rows[: _end_of_first(rows)], tail


def _divided(sheet: bytes) -> tuple[bytes, bytes, bytes]:
    start = sheet.index(b"<sheetData>") + len(b"<sheetData>")
    end = sheet.index(b"</sheetData>")
    return sheet[:start], sheet[start:end], sheet[end:]


def _end_of_first(rows: bytes) -> int:
    return rows.index(b"</row>") + len(b"</row>")


@dataclass(frozen=True)
class _Book:
    """A workbook with one sheet of rows, made again for each portion of them."""

    title: str
    headings: Sequence[str]
    widths: Sequence[int]
    about: About | None

    def parts(self, *, count: int) -> dict[str, bytes]:
        """Return the files in a workbook of ``count`` rows; its sheet has a day instead of them.

        So that days have a format there.
        """
        with self._made() as (file, book, sheet, day):
            sheet.write_datetime(1, 0, date(2000, 1, 1), day)
            # A row is written, and its formats numbered, once another follows: before the other
            # sheet's formats are, as the portions of rows have them.
            sheet.write_number(2, 0, 0)
            sheet.autofilter(0, 0, max(count, 1), len(self.headings) - 1)
            if self.about is not None:
                _write_about(book, *self.about)
        with zipfile.ZipFile(file) as made:
            return {name: made.read(name) for name in made.namelist()}

    def rows(self, rows: Sequence[Sequence[Cell]], *, after: int) -> bytes:
        """Return ``rows`` as a sheet has them below its headings and ``after`` other ones."""
        with self._made() as (file, _book, sheet, day):
            for number, row in enumerate(rows, after + 1):
                for column, cell in enumerate(row):
                    _write_cell(sheet, number, column, cell, day)
        with zipfile.ZipFile(file) as made:
            found = _divided(made.read(_SHEET))[1]
        return found[_end_of_first(found) :]

    @contextmanager
    def _made(self) -> Iterator[tuple[IO[bytes], Any, Any, Any]]:
        """Begin a workbook with its headings, and finish it: formats are numbered alike in all."""
        file = io.BytesIO()
        with contextlib.closing(xlsxwriter.Workbook(file, _OPTIONS)) as book:
            sheet = book.add_worksheet(self.title[:31])
            for column, width in enumerate(self.widths):
                sheet.set_column(column, column, width)
            bold = book.add_format({"bold": True, "bottom": 1})
            day = book.add_format({"num_format": "dd.mm.yyyy"})
            sheet.freeze_panes(1, 0)
            for column, heading in enumerate(self.headings):
                sheet.write_string(0, column, neutral(heading), bold)
            yield file, book, sheet, day


def _write_about(book: Any, name: str, lines: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet(name[:31])
    sheet.set_column(0, 0, 30, book.add_format({"bold": True, "text_wrap": True, "valign": "top"}))
    sheet.set_column(1, 1, 80, book.add_format({"text_wrap": True, "valign": "top"}))
    for place, line in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(place, column, neutral(text))


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, neutral(cell)[:MAX_TEXT])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, day)
    elif cell is not None:
        sheet.write_number(row, column, cell)
