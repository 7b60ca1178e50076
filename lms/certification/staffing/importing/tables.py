"""Which tables are taken, their columns, and reading them. Decides nothing about what they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.database import fold
from lms.core.tables import Bounds, Row, TableRefused, read_table
from lms.core.tables.texts import unguarded
from lms.core.tables.words import refusal_words
from lms.core.tables.writing import Cell
from lms.learning.errors import UnreadableList

MAX_ROWS = 10_000
MAX_CELL = 200
TITLED = 5  # rows among which the headings are looked for


class TableKind(Enum):
    """What a table is about."""

    WINDOWS = "windows"
    NEEDS = "needs"
    HOURS = "hours"
    WORK = "work"
    DAYS = "days"


KIND_NAMES = {
    TableKind.WINDOWS: _l("Windows and what they offer"),
    TableKind.NEEDS: _l("How many windows must serve what"),
    TableKind.HOURS: _l("Opening hours"),
    TableKind.WORK: _l("Who works when"),
    TableKind.DAYS: _l("Days that differ"),
}


@dataclass(frozen=True)
class Column:
    """A column: its name in code, its heading as shown, and other headings that are known."""

    key: str
    heading: Any
    others: frozenset[str] = frozenset()

    @property
    def headings(self) -> frozenset[str]:
        """All headings that name it, folded."""
        return self.others | {self.key, fold(str(self.heading)) or ""}


def _column(key: str, heading: Any, *others: str) -> Column:
    return Column(key, heading, frozenset(fold(one) or "" for one in others))


CENTRE = _column("centre", _l("Code of the centre"), "Код центра", "Центр")
GROUP = _column("group", _l("Service group"), "Группа услуг")
WEEKDAY = _column("weekday", _l("Day of the week"), "День недели")
NUMBER = _column("number", _l("Personnel number"), "Табельный номер")
COLUMNS: dict[TableKind, tuple[Column, ...]] = {
    TableKind.WINDOWS: (
        CENTRE,
        _column("window", _l("Window"), "Окно"),
        _column("offers", _l("What it offers"), "Что здесь принимают", "Группы услуг"),
    ),
    TableKind.NEEDS: (
        CENTRE,
        WEEKDAY,
        _column("part", _l("Part of the day"), "Часть дня"),
        GROUP,
        _column("windows", _l("Windows"), "Окон", "Окна"),
    ),
    TableKind.HOURS: (
        CENTRE,
        WEEKDAY,
        _column("opens", _l("Opens"), "Открытие", "Открывается"),
        _column("changes", _l("Second half begins"), "Начало второй половины"),
        _column("closes", _l("Closes"), "Закрытие", "Закрывается"),
    ),
    TableKind.WORK: (NUMBER, _column("pattern", _l("Parts of the week"), "Половины дней недели")),
    TableKind.DAYS: (
        NUMBER,
        _column("first", _l("First day"), "Первый день"),
        _column("last", _l("Last day"), "Последний день"),
        _column("works", _l("Works"), "Работает"),
    ),
}


@dataclass(frozen=True)
class Given:
    """A row as it was sent: its line, and its cells by the column's name."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Named:
    """What an example names: a centre's code, keys of service groups, personnel numbers."""

    centre: str
    groups: Sequence[str]
    numbers: Sequence[str]


def sample_rows(kind: TableKind, named: Named, today: date) -> Sequence[Sequence[Cell]]:
    """Return the rows of an example of ``kind`` that can be sent as it is."""
    centre, group = named.centre, named.groups[0]
    if kind is TableKind.WINDOWS:
        return (centre, "1", " ".join(named.groups)), (centre, "2", group)
    if kind is TableKind.NEEDS:
        return (centre, "1", "1", group, "3"), (centre, "1", "2", group, "2")
    if kind is TableKind.HOURS:
        return (centre, "1", "8:00", "14:00", "20:00"), (centre, "7", "", "", "")
    if kind is TableKind.WORK:
        return list(zip(named.numbers, ("1/1 1/2 2/1 2/2", ""), strict=False))
    ahead = [today + timedelta(days=days) for days in (1, 5, 14)]
    days = ((ahead[0], ahead[2], "0"), (ahead[1], ahead[1], "1"))
    return [(number, *row) for number, row in zip(named.numbers, days, strict=False)]


def read(kind: TableKind, data: bytes) -> list[Given]:
    """Return the rows below the headings; without headings the columns come in their order.

    A title may stand above the headings. Raises UnreadableList, also where a column lacks: an empty
    cell says something, that a centre is closed or that nobody works.
    """
    try:
        table = read_table(data, Bounds(rows=MAX_ROWS + 1, characters=MAX_CELL))
    except TableRefused as refused:
        raise UnreadableList(refusal_words(refused)) from refused
    columns = COLUMNS[kind]
    headed = (at for at, row in enumerate(table[:TITLED]) if _place(columns[0], row) is not None)
    at = next(headed, None)
    if at is None:
        places: dict[str, int | None] = {one.key: n for n, one in enumerate(columns)}
        rows = table
    else:
        places, rows = {one.key: _place(one, table[at]) for one in columns}, table[at + 1 :]
    lacking = [str(one.heading) for one in columns if places[one.key] is None]
    if lacking:
        raise UnreadableList(_("There is no column called: %(names)s.", names=", ".join(lacking)))
    return [
        Given(row.line, {key: unguarded(row.cell(n)) for key, n in places.items()}) for row in rows
    ]


def _place(column: Column, row: Row) -> int | None:
    names = ((fold(cell) or "").rstrip(":* ") for cell in row.cells)
    return next((n for n, name in enumerate(names) if name in column.headings), None)
