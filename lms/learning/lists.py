"""Lists of people as HR staff send them: pasted numbers, or a file from a spreadsheet.

Reading decides nothing about people: it says what stands on which line, or what is wrong there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from flask_babel import gettext as _

from lms.core.database import fold
from lms.core.tables import Bounds, TableFault, TableRefused, read_date, read_table
from lms.core.tables.texts import trimmed, unguarded
from lms.core.tables.words import refusal_words
from lms.learning.errors import UnreadableList
from lms.web.i18n import show_number

MAX_ROWS = 10_000
MAX_NUMBER = 40  # characters of a personnel number
LATEST = date(2100, 12, 31)  # of a due date; another year is a slip
NUMBER_HEADINGS = frozenset(
    {"personnel number", "personnel_number", "number"}
    | {"табельный номер", "табельный", "таб. номер", "таб. №", "табельный №"}
)
DUE_HEADINGS = frozenset(
    {"due date", "due_on", "due", "срок", "срок прохождения", "пройти до", "дата"}
)
SAMPLE_TERM = timedelta(days=30)
TITLED = 5  # rows among which the headings are looked for: a title may stand above them


class Flaw(Enum):
    """What is wrong with a row by itself."""

    NO_NUMBER = "no_number"
    LONG_NUMBER = "long_number"
    BAD_DATE = "bad_date"


@dataclass(frozen=True)
class ListRow:
    """One row: its line in the text, the personnel number and the due date it names, if any."""

    line: int
    number: str
    due_on: date | None = None
    flaw: Flaw | None = None


def sample_rows(numbers: Sequence[str], today: date) -> list[tuple[str, date | None]]:
    """Return the rows of an example that can be sent as it is: one with a due date, one without."""
    first, *others = numbers
    return [(first, today + SAMPLE_TERM), *((number, None) for number in others)]


def read_pasted(text: str) -> list[ListRow]:
    """Read personnel numbers divided by line ends, commas, semicolons or tabs.

    Rows of a spreadsheet come with the headings or without: with them they are read like a file.
    Raises UnreadableList when there are no numbers or too many.
    """
    lines = text.splitlines()
    if any(_places(re.split(r"[,;\t]", line), NUMBER_HEADINGS) for line in lines[:TITLED]):
        return read_file(text.encode())
    rows = [
        _row(line, number, "")
        for line, content in enumerate(lines, start=1)
        for number in _numbers(content)
    ]
    return _checked(rows)


def _numbers(content: str) -> list[str]:
    """Return the numbers of a line; beside them, in a spreadsheet's row, names may stand."""
    cells = [cell for cell in re.split(r"[,;\t]", content) if trimmed(cell)]
    with_digits = [cell for cell in cells if re.search(r"\d", cell)]
    return with_digits if with_digits and "\t" in content else cells


def read_file(data: bytes) -> list[ListRow]:
    """Read a CSV or XLSX file: personnel number, and optionally a due date, in columns told by a
    heading row or else in this order.

    Empty lines are left out. Raises UnreadableList when it isn't such a file, has no rows or too
    many.
    """
    try:
        table = read_table(data, Bounds(rows=MAX_ROWS + 1))
    except TableRefused as refused:
        if refused.fault is TableFault.EMPTY:
            return _checked([])
        # The heading doesn't count.
        most = TableRefused(refused.fault, line=refused.line, limit=min(refused.limit, MAX_ROWS))
        raise UnreadableList(refusal_words(most)) from refused
    heads = (at for at, row in enumerate(table[:TITLED]) if _places(row.cells, NUMBER_HEADINGS))
    heading = next(heads, None)
    number, due = (0, 1) if heading is None else _columns(table[heading].cells)
    first = 0 if heading is None else heading + 1
    return _checked([_row(row.line, row.cell(number), row.cell(due)) for row in table[first:]])


def _checked(rows: list[ListRow]) -> list[ListRow]:
    if not rows:
        raise UnreadableList(_("There are no personnel numbers in the list."))
    if len(rows) > MAX_ROWS:
        raise UnreadableList(
            _("The list has more than %(most)s rows. Divide it.", most=show_number(MAX_ROWS))
        )
    return rows


def _columns(cells: Sequence[str]) -> tuple[int, int | None]:
    """Return the columns of number and due date, as the headings tell them."""
    numbers, dues = (_places(cells, names) for names in (NUMBER_HEADINGS, DUE_HEADINGS))
    for alike in (numbers, dues):
        if len(alike) > 1:  # which of them is meant can't be told: to guess would enrol others
            first, second = (cells[place].strip() for place in alike[:2])
            raise UnreadableList(
                _(
                    "The columns “%(first)s” and “%(second)s” say the same. Keep one of them.",
                    first=first,
                    second=second,
                )
            )
    return numbers[0], dues[0] if dues else None


def _places(cells: Sequence[str], headings: frozenset[str]) -> list[int]:
    # A narrow column's heading has line ends in it, a required one's a star.
    plain = (fold(" ".join(trimmed(cell).split()).strip('" :*')) for cell in cells)
    return [place for place, heading in enumerate(plain) if heading in headings]


def _row(line: int, number: str, due: str) -> ListRow:
    number = unguarded(number)
    if not number:
        return ListRow(line, "", flaw=Flaw.NO_NUMBER)
    if len(number) > MAX_NUMBER:
        return ListRow(line, number[:MAX_NUMBER], flaw=Flaw.LONG_NUMBER)
    if not due.strip():
        return ListRow(line, number)
    due_on = read_date(due)
    if due_on is None or due_on > LATEST:
        return ListRow(line, number, flaw=Flaw.BAD_DATE)
    return ListRow(line, number, due_on)
