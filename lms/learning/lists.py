"""Lists of people as HR staff send them: pasted numbers, or a CSV file from a spreadsheet.

Reading decides nothing about people: it says what stands on which line, or what is wrong there.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from flask_babel import gettext as _

from lms.core.database import fold
from lms.learning.errors import UnreadableList

MAX_ROWS = 10_000
MAX_NUMBER = 40  # characters of a personnel number
NUMBER_HEADINGS = frozenset({"personnel number", "personnel_number", "number", "табельный номер"})
DUE_HEADINGS = frozenset({"due date", "due_on", "due", "срок", "пройти до", "дата"})
DELIMITERS = ";\t,"
NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")


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


def read_pasted(text: str) -> list[ListRow]:
    """Read personnel numbers divided by line ends, commas, semicolons or tabs.

    Raises UnreadableList when there are none or too many.
    """
    rows = [
        _row(line, number, "")
        for line, content in enumerate(text.splitlines(), start=1)
        for number in re.split(r"[,;\t]", content)
        if number.strip()
    ]
    return _checked(rows)


def read_csv(data: bytes) -> list[ListRow]:
    """Read a CSV file: personnel number, and optionally a due date, in columns told by a heading
    row or else in this order.

    UTF-8 with or without a mark, UTF-16 with a mark, or Windows-1251; divided by semicolon, tab or
    comma. Empty lines are left out. Raises UnreadableList when it isn't such a file, has no rows or
    too many.
    """
    text = _decoded(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[ListRow] = []
    columns: tuple[int, int | None] | None = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns, is_heading = _columns(cells)
                if is_heading:
                    continue
            rows.append(_row(reader.line_num, _cell(cells, columns[0]), _cell(cells, columns[1])))
            if len(rows) > MAX_ROWS:
                break
    except csv.Error as error:
        raise UnreadableList(
            _("Line %(line)d can't be read as CSV.", line=reader.line_num)
        ) from error
    return _checked(rows)


def _checked(rows: list[ListRow]) -> list[ListRow]:
    if not rows:
        raise UnreadableList(_("There are no personnel numbers in the list."))
    if len(rows) > MAX_ROWS:
        raise UnreadableList(_("The list has more than %(most)d rows. Divide it.", most=MAX_ROWS))
    return rows


def _decoded(data: bytes) -> str:
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = data.decode("utf-16")
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # 0x98 is the one byte that Windows-1251 doesn't know.
        text = data.decode("cp1251", errors="replace")
    if NOT_TEXT.search(text):
        raise UnreadableList(_("This is not a text file. Save the table as CSV."))
    return text


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def _columns(cells: list[str]) -> tuple[tuple[int, int | None], bool]:
    """Return the columns of number and due date, and whether the first row is a heading."""
    names = [fold(cell) or "" for cell in cells]
    number = next((place for place, name in enumerate(names) if name in NUMBER_HEADINGS), None)
    due = next((place for place, name in enumerate(names) if name in DUE_HEADINGS), None)
    if number is None:
        return (0, 1), False
    return (number, due), True


def _cell(cells: list[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _row(line: int, number: str, due: str) -> ListRow:
    # A spreadsheet may guard a number that looks like a formula or has leading zeros.
    number = number.strip().removeprefix("'").strip()
    if not number:
        return ListRow(line, "", flaw=Flaw.NO_NUMBER)
    if len(number) > MAX_NUMBER:
        return ListRow(line, number[:MAX_NUMBER], flaw=Flaw.LONG_NUMBER)
    if not due.strip():
        return ListRow(line, number)
    due_on = read_date(due)
    return ListRow(line, number, due_on, None if due_on else Flaw.BAD_DATE)


def read_date(text: str) -> date | None:
    """Return the date written as 2026-12-31 or 31.12.2026; None when it is neither."""
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a date alone
        except ValueError:
            continue
    return None


def sample_csv() -> bytes:
    """Return an example file that a spreadsheet opens as it should and that ``read_csv`` reads."""
    number, due = _("Personnel number"), _("Due date")
    lines = [f"{number};{due}", f"100001;{date(2026, 12, 31):%d.%m.%Y}", "100002;"]
    return "\r\n".join([*lines, ""]).encode("utf-8-sig")
