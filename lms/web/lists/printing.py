"""The report for paper: a list as a PDF on A4, in the reader's language."""

from collections.abc import Generator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from lms.core.errors import Overloaded
from lms.core.pdf import Document, RenderTimeout, renderer
from lms.core.settings import PROJECT
from lms.core.tables.writing import Cell
from lms.web.i18n import current_language, show_date, show_datetime, show_number
from lms.web.lists.tables import Table

FOLDER = PROJECT / "templates" / "documents" / "report"
# Some forty pages, made while one waits: a row costs a worker some ten milliseconds, spread evenly
# over the boxes of its cells.
MAX_ROWS = 500
LONGEST = 20_000  # rows of one that is made in the background
SECTION = 250  # rows of it that are set together
NARROW = 110  # characters that fit beside one another on an upright page
LEAST, MOST = 13, 26  # a column's share is neither less nor more than that of so many characters
DIGITS = 2  # decimals at most: what compares figures takes the table
DAYS = {"ru": "dd.MM.y", "en": "d MMM y"}
NOTHING = "\N{EN DASH}"
Facts = dict[str, Any]


def cells(table: Table, most: int) -> list[list[str]]:
    """Return the rows as texts for paper: at most one more than ``most``; the rest isn't read."""
    found = [[_text(cell) for cell in row] for row in islice(table.rows, most + 1)]
    if isinstance(table.rows, Generator):
        table.rows.close()
    return found


def _text(cell: Cell) -> str:
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, date):
        return show_date(cell, DAYS[current_language()])
    if isinstance(cell, float | Decimal):
        return show_number(cell, DIGITS)
    return str(cell)


def facts(table: Table, rows: list[list[str]], *, made_by: str, made_at: datetime) -> Facts:
    """Return all that a report is made of, in the reader's language: values of JSON."""
    language = current_language()
    shares = [min(max(width, LEAST), MOST) for width in table.widths]
    return {
        "language": language,
        "issuer": getattr(current_app.config["SETTINGS"], f"site_name_{language}"),
        "title": table.title,
        "filters": [list(one) for one in table.filters],
        "note": table.note,
        "made_by": made_by,
        "made_at": show_datetime(made_at),
        "headings": list(table.headings),
        "shares": [round(100 * share / sum(shares), 2) for share in shares],
        "is_wide": sum(shares) > NARROW,
        "rows": rows,
    }


def sections(count: int) -> int:
    """Return in how many sections so many rows are set."""
    return -(-count // SECTION) or 1


def section(report: Facts, number: int) -> Document:
    """Return what a worker sets as section ``number`` of a report, counted from 0.

    The first has the report's head; each counts its own pages.
    """
    of = sections(len(report["rows"]))
    data = {name: value for name, value in report.items() if name != "language"}
    data["count"] = len(report["rows"])
    data["rows"] = report["rows"][number * SECTION : (number + 1) * SECTION]
    data["section"], data["sections"] = number + 1, of
    return Document(FOLDER, "report.html", report["language"], data)


def report(table: Table, rows: list[list[str]], *, made_by: str, made_at: datetime) -> bytes:
    """Return the PDF, set as a whole; Overloaded when no worker makes it in time."""
    known = facts(table, rows, made_by=made_by, made_at=made_at)
    data = {name: value for name, value in known.items() if name != "language"}
    data |= {"count": len(rows), "section": 1, "sections": 1}
    try:
        return renderer().render(Document(FOLDER, "report.html", known["language"], data))
    except RenderTimeout as error:
        raise Overloaded(
            _l("The report is taking too long. Please try again, or narrow the list.")
        ) from error
