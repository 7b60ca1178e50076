"""Rows of a table as entries about people: what each cell says, or what is wrong with it."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lms.core.mailing import is_address
from lms.core.tables import Row, read_date
from lms.core.tables.texts import unguarded
from lms.people.importing.rules.fields import Field
from lms.people.importing.rules.refusals import Reason, Refused

MAX_NUMBER = 40  # characters
MAX_NAME = 120
MAX_CODE = 200
EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)
OPEN_ENDS = (Field.LEFT_ON, Field.LEAVE_UNTIL)  # where other systems write 31.12.9999 for no end
NUMBER = re.compile(r"\w[\w ./№#-]*")
NAME = re.compile(r"[^\W\d_][\w .'’ʼ`()/-]*")
DATES = (Field.SINCE, Field.LEFT_ON, Field.LEAVE_FROM, Field.LEAVE_UNTIL)
NAMES = (Field.FAMILY_NAME, Field.GIVEN_NAME, Field.PATRONYMIC)


@dataclass(frozen=True)
class Entry:
    """What one row says of a person. What it leaves empty it leaves as it is."""

    line: int
    number: str
    family_name: str = ""
    given_name: str = ""
    patronymic: str = ""
    is_whole_name: bool = False  # it stands in one column, so the parts are a guess
    unit: str = ""  # code or name
    post: str = ""
    email: str = ""
    since: date | None = None
    left_on: date | None = None
    leave_from: date | None = None
    leave_until: date | None = None
    faults: tuple[Refused, ...] = ()  # of its cells, in the order of the table's fields

    @property
    def name(self) -> str:
        """The full name as the row has it."""
        return " ".join(filter(None, (self.family_name, self.given_name, self.patronymic)))


def read_entries(
    rows: Sequence[Row], columns: Sequence[Field | None], chosen: Collection[int] | None = None
) -> list[Entry]:
    """Return the entry of each row, or of those at ``chosen`` places. The same number twice refuses
    each row that has it.
    """
    places = {field: place for place, field in enumerate(columns) if field is not None}
    numbers = [unguarded(_plain(row.cell(places[Field.NUMBER]))) for row in rows]
    lines: dict[str, list[int]] = {}
    for row, number in zip(rows, numbers, strict=True):
        if number:
            lines.setdefault(number[:MAX_NUMBER].upper(), []).append(row.line)
    asked = range(len(rows)) if chosen is None else chosen
    return [_refuse_double(_entry(rows[at], numbers[at], places), lines) for at in asked]


def _refuse_double(entry: Entry, lines: dict[str, list[int]]) -> Entry:
    same = lines.get(entry.number.upper(), [])
    if len(same) < 2:
        return entry
    named = ", ".join(str(line) for line in same[:5]) + (" …" if len(same) > 5 else "")
    double = Refused(Reason.DOUBLE, Field.NUMBER, named)
    return replace(entry, faults=(double, *entry.faults))


def _entry(row: Row, number: str, places: dict[Field, int]) -> Entry:
    cells = {field: _plain(row.cell(place)) for field, place in places.items()}
    names = _names(cells)
    dates = {field: read_date(text) for field in DATES if (text := cells.get(field))}
    for field in OPEN_ENDS:
        if dates.get(field) == date.max:
            del dates[field]
    return Entry(
        line=row.line,
        number=number[:MAX_NUMBER],
        family_name=names[Field.FAMILY_NAME][:MAX_NAME],
        given_name=names[Field.GIVEN_NAME][:MAX_NAME],
        patronymic=names[Field.PATRONYMIC][:MAX_NAME],
        is_whole_name=Field.FULL_NAME in cells,
        unit=cells.get(Field.UNIT, "")[:MAX_CODE],
        post=cells.get(Field.POST, "")[:MAX_CODE],
        email=cells.get(Field.EMAIL, "")[:254],
        since=dates.get(Field.SINCE),
        left_on=dates.get(Field.LEFT_ON),
        leave_from=dates.get(Field.LEAVE_FROM),
        leave_until=dates.get(Field.LEAVE_UNTIL),
        faults=(
            *_number_faults(number),
            *_text_faults(cells, names),
            *_date_faults(cells, dates),
        ),
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()) if text else ""


def _names(cells: dict[Field, str]) -> dict[Field, str]:
    """Return the parts of the name; a full name is family name, given name, and the rest."""
    full = cells.get(Field.FULL_NAME, "").split(" ", 2)
    if Field.FULL_NAME in cells:
        return dict(zip(NAMES, [*full, "", ""][:3], strict=True))
    return {field: cells.get(field, "") for field in NAMES}


def _number_faults(number: str) -> Iterator[Refused]:
    if not number:
        yield Refused(Reason.NO_NUMBER, Field.NUMBER)
    elif len(number) > MAX_NUMBER or not NUMBER.fullmatch(number):
        yield Refused(Reason.BAD_NUMBER, Field.NUMBER, number[:MAX_NUMBER])


def _text_faults(cells: dict[Field, str], names: dict[Field, str]) -> Iterator[Refused]:
    for field, name in names.items():
        if name and (len(name) > MAX_NAME or not NAME.fullmatch(name)):
            yield Refused(Reason.BAD_NAME, field, name[:MAX_NUMBER])
    email = cells.get(Field.EMAIL, "")
    if email and not is_address(email):
        yield Refused(Reason.BAD_EMAIL, Field.EMAIL, email[:80])


def _date_faults(cells: dict[Field, str], dates: dict[Field, date | None]) -> Iterator[Refused]:
    for field, value in dates.items():
        if value is None or not EARLIEST <= value <= LATEST:
            yield Refused(Reason.BAD_DATE, field, cells[field][:40])
