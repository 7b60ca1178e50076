"""Why a table that was sent can't be read, in words."""

from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l

from lms.core.tables.faults import TableFault, TableRefused

FAULTS: dict[TableFault, Any] = {
    TableFault.EMPTY: _l("There is nothing in the table."),
    TableFault.TOO_MANY_ROWS: _l("The list has more than %(most)s rows. Divide it."),
    TableFault.TOO_MANY_COLUMNS: _l("The table has more than %(most)s columns."),
    TableFault.LONG_CELL: _l("A cell on line %(line)d is too long."),
    TableFault.NOT_TEXT: _l("This is not a text file. Save the table as CSV."),
    TableFault.BROKEN_LINE: _l("Line %(line)d can't be read as CSV."),
    TableFault.BROKEN_BOOK: _l("The workbook is damaged. Save it again as XLSX or as CSV."),
    TableFault.LARGE_BOOK: _l(
        "The workbook unpacks to far more than a list of people. It was not read."
    ),
    TableFault.LOCKED_BOOK: _l("The workbook is locked with a password. Save it without one."),
    TableFault.OLD_BOOK: _l("This kind of workbook isn’t read. Save the table as XLSX or as CSV."),
}


def refusal_words(refused: TableRefused) -> str:
    """Return the sentence for the reader."""
    return str(FAULTS[refused.fault]) % {
        "line": refused.line,
        "most": format_decimal(refused.limit),
    }
