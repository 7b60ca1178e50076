"""Tables as spreadsheets and people make them, the hostile ones too."""

import io
import time
import zipfile
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.tables import Bounds, TableFault, TableRefused, read_date, read_table
from tests.builders.imports import xlsx_file

BOUNDS = Bounds(rows=100, columns=10, characters=500)
SHEET = "xl/worksheets/sheet1.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"


def cells(data: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read_table(data, BOUNDS)]


def fault(data: bytes, bounds: Bounds = BOUNDS) -> TableFault:
    with pytest.raises(TableRefused) as refused:
        read_table(data, bounds)
    return refused.value.fault


def with_member(name: str, content: bytes) -> bytes:
    """A workbook of which one member says something else."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_file(["number"], ["1"]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return out.getvalue()


def sheet(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    text = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
    return with_member(SHEET, text.encode())


def relations(target: str) -> bytes:
    """Relations of a workbook whose sheet stands elsewhere."""
    with zipfile.ZipFile(io.BytesIO(xlsx_file(["number"]))) as book:
        return book.read(RELATIONS).replace(b"worksheets/sheet1.xml", target.encode())


@pytest.mark.parametrize("divider", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "cp866", "utf-16"])
def test_csv_is_read_in_any_usual_form(divider: str, encoding: str) -> None:
    text = f"Номер{divider}ФИО\r\n\r\n 1 {divider}Ёлкина Яна{divider}\r\n"
    expected = [("Номер", "ФИО"), ("1", "Ёлкина Яна")]
    assert cells(text.encode(encoding)) == expected
    assert cells(f"sep={divider}\r\n{text}".encode(encoding)) == expected


def test_a_workbook_is_read_as_one_would_type_it() -> None:
    data = xlsx_file(
        ["number", "since", "share", "formula"], [100001, date(2026, 3, 1), 0.5, "=1+1"]
    )
    assert cells(data)[1] == ("100001", "2026-03-01", "0.5", "0")  # what the file stores for it


def test_a_sheet_with_nothing_on_it_is_passed_over() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet()
        book.add_worksheet().write(0, 0, "number")
    assert cells(out.getvalue()) == [("number",)]


def test_an_error_in_a_cell_is_no_empty_cell() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" s="0" t="e"><f>NA()</f><v>#N/A</v></c></row></sheetData></worksheet>'
    )
    assert cells(with_member(SHEET, sheet)) == [("#N/A",)]


def test_lines_are_numbered_as_the_workbook_has_them() -> None:
    rows = read_table(xlsx_file([], ["number"], [], ["1"]), BOUNDS)
    assert [(row.line, row.cells) for row in rows] == [(2, ("number",)), (4, ("1",))]


def test_a_row_is_named_by_its_first_line() -> None:
    rows = read_table(b'a;b\n"1\n2";x\n\n3;y\n', BOUNDS)
    assert [row.line for row in rows] == [1, 2, 5]
    for rest in (b'"b\nc', b'"' + b"x" * 200_000 + b'"', b"x" * 200_000, b"x" * 501):
        with pytest.raises(TableRefused) as refusal:
            read_table(b"a\n" + rest + b"\n\nc\n", BOUNDS)
        assert refusal.value.line == 2


def test_what_can_not_be_seen_around_a_copied_text_does_not_count() -> None:
    text = "\ufeffnumber;name\n\u202e\u200bМФЦ-1\u00a0\ufeff;\u200eم‌ن\u200f\n\u200b;\u2060\n"
    rows = read_table(text.encode("utf-8-sig"), BOUNDS)
    assert [row.cells for row in rows] == [("number", "name"), ("МФЦ-1", "م‌ن")]


FAULTS = {
    "nothing": (b"", TableFault.EMPTY),
    "empty lines": (b";;;\n;;\n", TableFault.EMPTY),
    "an empty workbook": (xlsx_file([]), TableFault.EMPTY),
    "zeros": (bytes(100), TableFault.NOT_TEXT),
    "an open quote": (b'a\n"b\nc', TableFault.BROKEN_LINE),
    "a huge field": (b'a\n"' + b"x" * 200_000 + b'"', TableFault.LONG_CELL),
    "a long cell": (b"a\n" + b"x" * 501, TableFault.LONG_CELL),
    "many rows": (b"a\n" * 101, TableFault.TOO_MANY_ROWS),
    "many columns": (b"a;" * 10 + b"a\n", TableFault.TOO_MANY_COLUMNS),
    "many columns of a workbook": (xlsx_file(["a"] * 11), TableFault.TOO_MANY_COLUMNS),
    "many rows of a workbook": (xlsx_file(*[["a"]] * 101), TableFault.TOO_MANY_ROWS),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + bytes(50), TableFault.OLD_BOOK),
    "half an archive": (xlsx_file(["a"])[:500], TableFault.BROKEN_BOOK),
    "an archive of something else": (b"PK\x05\x06" + bytes(18), TableFault.OLD_BOOK),
    "broken XML": (with_member(SHEET, b"<worksheet><row"), TableFault.BROKEN_BOOK),
    "entities": (
        with_member(SHEET, b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;</worksheet>'),
        TableFault.LARGE_BOOK,
    ),
    "a cell at the far end": (
        sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        TableFault.TOO_MANY_ROWS,
    ),
    "a cell far to the right": (
        sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>'),
        TableFault.TOO_MANY_COLUMNS,
    ),
    "a sheet that isn't looked at": (
        with_member(RELATIONS, relations("media/picture.png")),
        TableFault.BROKEN_BOOK,
    ),
    "a bomb": (with_member(SHEET, b" " * 70_000_000), TableFault.LARGE_BOOK),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_no_table_is_refused_with_a_reason(name: str) -> None:
    data, expected = FAULTS[name]
    assert fault(data) is expected


def test_a_workbook_of_very_many_cells_is_refused_in_bounded_time() -> None:
    began = time.perf_counter()
    data = sheet("<row>" + "<c/>" * 1_600_000 + "</row>")
    assert fault(data) is TableFault.LARGE_BOOK
    assert time.perf_counter() - began < 20


@settings(max_examples=60)
@given(data=st.binary(max_size=200), is_book=st.booleans())
def test_any_bytes_are_read_or_refused(data: bytes, is_book: bool) -> None:
    try:
        rows = read_table(b"PK" + data if is_book else data, BOUNDS)
    except TableRefused:
        return
    assert rows


@pytest.mark.parametrize(
    "text",
    [
        "05.03.2026",
        " 2026-03-05 ",
        "5.3.2026",
        "05.03.2026 0:00:00",
        "2026-03-05T00:00:00",
        "46086",
        "05.03.26",
        "5 марта 2026",
        "«05» Марта 2026 г.",
        '"5" марта 2026 года',
        "5 мар. 2026",
        "5\u00a0March 2026",
        "05-мар-26",
        "5-Mar-2026",
        "March 5, 2026",
    ],
)
def test_dates_are_read_as_people_and_programs_write_them(text: str) -> None:
    assert read_date(text) == date(2026, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        *["", "05/03/2026", "05/03/26", "2026-02-30", "soon", "05.03.2026 10:30", "99999"],
        *[
            "29.02.26",
            "٠٥.٠٣.٢٠٢٦",
            "26-03-05",
            "5 ма 2026",
            "31 апреля 2026",
            "5 Marz 2026",
            "5 марта",
            "марта 2026",
        ],
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None
