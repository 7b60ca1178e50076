"""Tables as files: XLSX and CSV, written row by row in constant memory, safe to open.

A text that a spreadsheet would take for a formula is written with an apostrophe before it, in both
kinds of file: a cell that is safe in one program must stay safe when it is saved for another.
"""

import contextlib
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

Cell = str | int | float | Decimal | date | None

# What starts a formula or smuggles one in, also in full width, and behind what programs trim:
# spaces of any kind and characters that take no room.
FORMULA = re.compile(r"[\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*[=+\-@\t\r\n＝＋－＠]")
MAX_ROWS = 1_048_575  # of an XLSX sheet, below the headings
PIECE = 500  # rows of a CSV file that are made at once
MAX_TEXT = 32_767  # characters in an XLSX cell
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


class TooManyRows(ValueError):
    """The table does not fit into one sheet."""


def neutral(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def write_csv(target: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a CSV file as ``csv_pieces`` makes it; return the number of rows below the headings."""
    count = 0

    def counted() -> Iterator[Sequence[Cell]]:
        nonlocal count
        for row in rows:
            yield row
            count += 1

    target.writelines(csv_pieces(headings, counted()))
    return count


def csv_pieces(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield a CSV file as Russian spreadsheets open it: UTF-8 with a mark, semicolons.

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
    return cell.isoformat() if isinstance(cell, date) else cell


def write_xlsx(
    target: IO[bytes],
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    widths: Sequence[int] = (),
    about: tuple[str, Sequence[tuple[str, str]]] | None = None,
) -> int:
    """Write an XLSX file with one sheet; return the number of rows below the headings.

    ``about`` is a second sheet's name and its lines: what, and what is said of it.

    Raises TooManyRows when a sheet can't hold them.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with contextlib.closing(xlsxwriter.Workbook(target, options)) as book:
        sheet = book.add_worksheet(title[:31])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        bold = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, neutral(heading), bold)
        count = 0
        for count, row in enumerate(rows, 1):
            if count > MAX_ROWS:
                raise TooManyRows(f"more than {MAX_ROWS} rows")
            for column, cell in enumerate(row):
                _write_cell(sheet, count, column, cell, day)
        sheet.autofilter(0, 0, max(count, 1), len(headings) - 1)
        if about is not None:
            _write_about(book, *about)
    return count


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
