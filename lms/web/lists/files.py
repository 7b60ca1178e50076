"""Writing a list as a file, and sending it."""

import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wsgi import FileWrapper

from lms.core.errors import Invalid
from lms.core.tables.writing import MAX_ROWS, Cell, Count, TooManyRows, csv_pieces, xlsx_pieces
from lms.core.unit_of_work import release
from lms.web import access
from lms.web.errors import error_page
from lms.web.headers import save_as
from lms.web.i18n import show_number
from lms.web.lists import printing
from lms.web.lists.tables import Table, long_reports

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}


class TooLong(Invalid):
    """The list has more rows than such a file holds."""


@dataclass(frozen=True)
class Maker:
    """Who makes a file, and when: printed on a report."""

    name: str
    at: datetime


def write(kind: str, table: Table, maker: Maker) -> tuple[IO[bytes], int]:
    """Write ``table`` into a temporary file; return it and its number of rows.

    The rows are read first. A report is set outside of the transaction, which ends before. Raises
    TooLong, and for a report what the renderer raises.
    """
    if kind == "pdf":
        rows = printing.cells(table, printing.MAX_ROWS)
        if len(rows) > printing.MAX_ROWS:
            raise _too_long_for_paper(printing.MAX_ROWS)
        release()
        pdf = printing.report(table, rows, made_by=maker.name, made_at=maker.at)
        return io.BytesIO(pdf), len(rows)
    if kind == "xlsx":
        check_length(table)
    count = Count()
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who takes it
    try:
        file.writelines(pieces(kind, table, count))
    except BaseException:
        file.close()
        raise
    return file, count.rows


def check_length(table: Table) -> None:
    """Raise TooLong for a list that no sheet can hold, before a row of it is read."""
    if table.is_longer is not None and table.is_longer(MAX_ROWS):
        raise _too_long_for_a_sheet()


def pieces(kind: str, table: Table, count: Count) -> Iterator[bytes]:
    """Yield a table as CSV or XLSX while its rows are read and counted.

    Raises TooLong where more rows come than a sheet holds.
    """
    rows = count.of(table.rows)
    if kind == "csv":
        return csv_pieces(table.headings, rows)
    return _sheet(table, rows)


def _sheet(table: Table, rows: Iterator[list[Cell]]) -> Iterator[bytes]:
    about = (str(_l("About the list")), _about(table)) if table.note else None
    try:
        yield from xlsx_pieces(table.title, table.headings, rows, widths=table.widths, about=about)
    except TooManyRows as error:
        raise _too_long_for_a_sheet() from error


def _too_long_for_a_sheet() -> TooLong:
    return TooLong(
        _l(
            "A sheet holds at most %(limit)s rows: narrow the list or take CSV.",
            limit=show_number(MAX_ROWS),
        )
    )


def _too_long_for_paper(limit: int) -> TooLong:
    return TooLong(
        _l(
            "A report for paper holds at most %(limit)s rows, and this list has more. "
            "Narrow the list, or take it as XLSX.",
            limit=show_number(limit),
        )
    )


def _about(table: Table) -> list[tuple[str, str]]:
    """Return what a workbook says of the list beside its rows, where there is something to say."""
    return [(table.title, table.note), *table.filters]


def refused(error: TooLong) -> ResponseReturnValue:
    """Say at the list that the file can't hold it; without a list, on a page of its own."""
    back = access.safe_next(request.form.get("back"), "")
    if not back:
        return error_page(error.status, error.message)
    flash(str(error.message), "bad")
    return redirect(back, 303)


def send(kind: str, table: Table, maker: Maker) -> tuple[ResponseReturnValue, int]:
    """Return the file and its number of rows; the request may write from then on.

    A report that is too long to wait for is made in the background where that is offered to the
    viewer: the answer leads to where it will be.
    """
    if kind == "pdf" and (begin := long_reports(current_user)):
        rows = printing.cells(table, printing.LONGEST)
        if len(rows) > printing.LONGEST:
            raise _too_long_for_paper(printing.LONGEST)
        if len(rows) > printing.MAX_ROWS:
            release()
            known = printing.facts(table, rows, made_by=maker.name, made_at=maker.at)
            return redirect(begin(known, maker.at), 303), len(rows)
        cells: list[list[Cell]] = [list(row) for row in rows]
        table = replace(table, rows=iter(cells))  # texts stay as they are
    file, count = write(kind, table, maker)
    release()
    return attached(file, f"{table.name}.{kind}", MEDIA_TYPES[kind]), count


def csv_file(name: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Return a short table as a CSV file to be saved under ``name``."""
    content = io.BytesIO(b"".join(csv_pieces(headings, rows)))
    return attached(content, name, MEDIA_TYPES["csv"])


def attached(file: IO[bytes], name: str, media_type: str) -> Response:
    """Return ``file`` as an answer to be saved under ``name``."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    response = Response(FileWrapper(file), content_type=media_type, direct_passthrough=True)
    response.content_length = size
    save_as(response, name)
    return response
