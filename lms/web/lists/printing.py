"""The report for paper: a list as a PDF on A4, in the reader's language."""

from datetime import date, datetime
from itertools import islice
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from lms.core.errors import Overloaded
from lms.core.pdf import Document, RenderTimeout, renderer
from lms.core.settings import PROJECT
from lms.core.spreadsheets import Cell
from lms.web.i18n import current_language, show_date, show_datetime
from lms.web.lists.tables import Table

FOLDER = PROJECT / "templates" / "documents" / "report"
# Some forty pages: a worker sets forty rows a second at best. More belongs into a spreadsheet.
MAX_ROWS = 500
NARROW = 110  # characters that fit beside one another on an upright page
LEAST, MOST = 13, 26  # a column's share is neither less nor more than that of so many characters
DAYS = {"ru": "dd.MM.y", "en": "d MMM y"}
NOTHING = "\N{EN DASH}"


def cells(table: Table) -> list[list[str]]:
    """Return the rows as texts for paper: one more than a report holds at most."""
    return [[_text(cell) for cell in row] for row in islice(table.rows, MAX_ROWS + 1)]


def _text(cell: Cell) -> str:
    if cell is None or cell == "":
        return NOTHING
    if isinstance(cell, date):
        return show_date(cell, DAYS[current_language()])
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def report(table: Table, rows: list[list[str]], *, made_by: str, made_at: datetime) -> bytes:
    """Return the PDF; Overloaded when no worker makes it in time."""
    language = current_language()
    shares = [min(max(width, LEAST), MOST) for width in table.widths]
    data: dict[str, Any] = {
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
    try:
        return renderer().render(Document(FOLDER, "report.html", language, data))
    except RenderTimeout as error:
        raise Overloaded(
            _l("The report is taking too long. Please try again, or narrow the list.")
        ) from error
