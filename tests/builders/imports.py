"""Builders of tables of people, as files and as plans."""

import io
from datetime import UTC, date, datetime

import xlsxwriter

from lms.core.tables import Row
from lms.people.importing.applying import apply_plan
from lms.people.importing.models import PeopleImport
from lms.people.importing.planning import Importer, Wanted, make_plan
from lms.people.importing.rules.fields import guess
from lms.people.importing.rules.plans import Plan, PlannedRow
from lms.people.importing.services import take_upload
from lms.people.models import Account

TODAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVERYTHING = Importer(frozenset({"/network/"}))
HEADINGS = "Табельный номер;Фамилия;Имя;Отчество;Центр;Должность;В должности с;Почта;Дата увольнения;Отпуск с;Отпуск по"


def csv_file(*lines: str, headings: str = HEADINGS) -> bytes:
    """A file with these rows, cells divided by semicolons."""
    return "\n".join([headings, *lines, ""]).encode()


def xlsx_file(*rows: list[object]) -> bytes:
    """A workbook with these rows on its first sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy"})
        for line, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                if isinstance(cell, date):
                    sheet.write_datetime(line, place, cell, day)
                else:
                    sheet.write(line, place, cell)
    return out.getvalue()


def rows_of(*lines: str, headings: str = HEADINGS) -> list[Row]:
    """The rows of ``csv_file``, the headings first."""
    return [
        Row(line, tuple(text.split(";"))) for line, text in enumerate([headings, *lines], start=1)
    ]


def wanted(*lines: str, headings: str = HEADINGS, **options: object) -> Wanted:
    """What to import, the columns guessed."""
    rows = rows_of(*lines, headings=headings)
    columns = guess(rows[0].cells, {})
    return Wanted(rows[1:], columns, **{"effective_on": TODAY, **options})  # type: ignore[arg-type]


def plan(*lines: str, importer: Importer = EVERYTHING, **options: object) -> Plan:
    """What these rows would do today."""
    return make_plan(importer, wanted(*lines, **options), today=TODAY)  # type: ignore[arg-type]


def planned(line: str, **options: object) -> PlannedRow:
    """What one row would do today."""
    return plan(line, **options).rows[0]  # type: ignore[arg-type]


def do(*lines: str, importer: Importer = EVERYTHING, **options: object) -> Plan:
    """Import these rows today."""
    shown = plan(*lines, importer=importer, **options)
    apply_plan(shown, importer=importer, key="k" * 16, now=AT, today=TODAY, language="ru")
    return shown


def changes(row: PlannedRow) -> dict[str, tuple[object, object]]:
    """What changes, by field: before and after; units and posts by their code."""
    return {
        one.field.value: (
            getattr(one.before, "code", one.before),
            getattr(one.after, "code", one.after),
        )
        for one in row.changes
    }


def reasons(row: PlannedRow) -> list[str]:
    """All that a row is refused for."""
    return [one.reason.value for one in row.faults]


def reason(row: PlannedRow) -> str:
    """Why a row is refused."""
    assert row.faults
    return row.faults[0].reason.value


def make_upload(account: Account, *lines: str) -> PeopleImport:
    """A table that ``account`` uploaded."""
    return take_upload(
        account=account, file_name="staff.csv", rows=rows_of(*lines), now=AT, today=TODAY
    )
