"""Tables as files: safe to open, exact, at any length."""

import csv
import io
import tracemalloc
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.tables import Bounds, read_table, writing
from lms.core.tables.texts import neutral, original, trimmed
from lms.core.tables.writing import Count, TooManyRows, csv_pieces, xlsx_pieces

ROW = ["Иванова; «Мария»\nи ещё", 7, 92.5, Decimal("16.0"), date(2026, 3, 10), None]
HEADINGS = ["Имя", "a", "b", "c", "d", "e"]
HOSTILE = [
    "=HYPERLINK(1)", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx", "\r=1", "＝1", " =1",
    "\u2003=1", "\u200b\ufeff =1", "\x0b=1", "\u2060＋1",
]  # fmt: skip


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def sheet_of(pieces: Iterable[bytes]) -> Any:
    return openpyxl.load_workbook(io.BytesIO(b"".join(pieces))).active


def test_csv_opens_in_a_russian_spreadsheet() -> None:
    assert read_csv(b"".join(csv_pieces(HEADINGS, [ROW]))) == [
        HEADINGS,
        ["Иванова; «Мария»\nи ещё", "7", "92,5", "16", "2026-03-10", ""],
    ]


@pytest.mark.parametrize("about", [None, ("О списке", [("a", "b"), ("c", "d")])])
def test_xlsx_keeps_kinds_of_values(about: Any) -> None:
    sheet = sheet_of(xlsx_pieces("Лист", HEADINGS, [ROW], widths=[30], about=about))
    assert [cell.value for cell in sheet[1]] == HEADINGS
    values = [cell.value for cell in sheet[2]]
    assert values[:4] == ["Иванова; «Мария»\nи ещё", 7, 92.5, 16]
    assert values[4].date() == date(2026, 3, 10)
    assert sheet["E2"].number_format == "dd.mm.yyyy"
    assert values[5] is None


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_becomes_a_formula(text: str) -> None:
    for row in read_csv(b"".join(csv_pieces([text], [[text]]))):
        assert row[0].startswith("'")
    for (cell,) in sheet_of(xlsx_pieces("x", [text], [[text]])).iter_rows():
        assert cell.data_type == "s"
        assert cell.value.startswith("'")
    row = ["a", text]
    for pieces in (csv_pieces(row, [row]), xlsx_pieces("x", row, [row])):
        rows = read_table(b"".join(pieces), Bounds(rows=2))
        assert [one.cells for one in rows] == [("a", trimmed(text))] * 2  # it comes back as it was


@given(st.text())
def test_what_is_written_never_starts_a_formula(text: str) -> None:
    written = neutral(text)
    assert written in (text, f"'{text}")
    assert not written.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not written.startswith(("\t", "\r", "\n"))
    assert text.startswith("'") or original(written) == trimmed(text)


def test_a_link_is_text() -> None:
    sheet = sheet_of(xlsx_pieces("x", ["a"], [["https://learn.example"], ["007"]]))
    assert sheet["A2"].hyperlink is None
    assert sheet["A3"].value == "007"


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MAX_ROWS", 3)
    with pytest.raises(TooManyRows):
        list(xlsx_pieces("x", ["a"], [[1]] * 4))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_table_takes_little_memory(kind: str, tmp_path: Any) -> None:
    def rows() -> Iterator[list[Any]]:
        for number in range(20_000):
            yield [f"Строка {number}", number, "Центр госуслуг района Арбат"]

    count = Count()
    tracemalloc.start()
    with (tmp_path / "table").open("wb") as file:
        headings, read = ["a", "b", "c"], count.of(rows())
        made = csv_pieces(headings, read) if kind == "csv" else xlsx_pieces("x", headings, read)
        file.writelines(made)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count.rows == 20_000
    assert peak < 8 * 2**20
