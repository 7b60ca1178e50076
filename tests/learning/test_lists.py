"""Lists of people as spreadsheets and hands make them, the hostile ones too."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.tables.writing import csv_pieces
from lms.learning.errors import UnreadableList
from lms.learning.lists import (
    MAX_ROWS,
    Flaw,
    ListRow,
    read_date,
    read_file,
    read_pasted,
    sample_rows,
)

ROWS = [ListRow(2, "МФЦ-1", date(2026, 12, 31)), ListRow(3, "МФЦ-2")]


pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.in_turn
@pytest.mark.parametrize("divider", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_is_read_in_any_usual_form(divider: str, encoding: str, end: str) -> None:
    lines = [["Табельный номер", "Срок"], ["МФЦ-1", "31.12.2026"], ["МФЦ-2", ""]]
    text = end.join(divider.join(line) for line in lines) + end
    assert read_file(text.encode(encoding)) == ROWS


def test_columns_are_found_by_their_headings() -> None:
    data = "Фамилия;срок;ТАБЕЛЬНЫЙ НОМЕР\nИванова;2026-12-31;МФЦ-1\nПетров;;МФЦ-2\n"
    assert read_file(data.encode()) == ROWS


def test_without_headings_the_number_comes_first_and_the_date_second() -> None:
    assert read_file("МФЦ-1;2026-12-31;x\nМФЦ-2".encode()) == [
        ListRow(1, "МФЦ-1", date(2026, 12, 31)),
        ListRow(2, "МФЦ-2"),
    ]


def test_lines_are_numbered_as_the_file_has_them() -> None:
    data = b'number\n\n1\n\n"2"\n   \n3\n'
    assert [(row.line, row.number) for row in read_file(data)] == [(3, "1"), (5, "2"), (7, "3")]


@pytest.mark.in_turn
@pytest.mark.parametrize("text", ["31/12/2026", "2026-02-30", "soon", "32.01.2026", "=TODAY()"])
def test_a_date_that_is_none_is_a_flaw_of_its_row(text: str) -> None:
    [row] = read_file(f"number;due\n1;{text}\n".encode())
    assert row.flaw is Flaw.BAD_DATE


def test_a_row_without_a_number_and_one_with_a_novel_are_flaws() -> None:
    rows = read_file(f"number;due\n;31.12.2026\n{'9' * 5000};\n".encode())
    assert [row.flaw for row in rows] == [Flaw.NO_NUMBER, Flaw.LONG_NUMBER]
    assert len(rows[1].number) == 40


def test_a_guarded_number_is_read_without_its_guard() -> None:
    assert read_file(b"number\n'0012\n")[0].number == "0012"


@pytest.mark.in_turn
@pytest.mark.parametrize("divider", [";", ",", "\t"])
def test_a_heading_of_two_lines_below_a_title_is_read(divider: str) -> None:
    lines = [
        ["На обучение"],
        [],
        ['"Фамилия; имя,\nотчество"', '"Таб.\nномер *"', '"Срок\nпрохождения"'],
        ['"Иванова, ""Аня"";\nАнна"', "МФЦ-1", "31.12.2026 0:00"],
        ["Петров", '="МФЦ-2"', ""],
    ]
    text = "\r\n".join(divider.join(cells) for cells in lines)
    rows = read_file(text.encode())
    assert [(row.number, row.due_on) for row in rows] == [(row.number, row.due_on) for row in ROWS]


def test_rows_pasted_from_a_spreadsheet_are_read_without_what_stands_beside_the_numbers() -> None:
    rows = read_pasted('МФЦ-1\tИванова Анна\tАрбат\r\n"МФЦ-2"\tПетров\t\r\nМФЦ-3\tМФЦ-4\r\n')
    assert [row.number for row in rows] == ["МФЦ-1", "МФЦ-2", "МФЦ-3", "МФЦ-4"]
    with_headings = "ФИО\tТабельный номер\tСрок\r\nИванова\tМФЦ-1\t31.12.2026\r\nПетров\tМФЦ-2\t"
    assert read_pasted(with_headings) == ROWS
    assert [row.number for row in read_pasted("Табельный номер\nМФЦ-1")] == ["МФЦ-1"]


HOSTILE = {
    "nothing": b"",
    "only space": b" \n\t\r\n ",
    "only a heading": "Табельный номер;Срок\n".encode(),
    "a zip (xlsx)": b"PK\x03\x04\x14\x00\x06\x00",
    "zeros": b"\x00" * 1000,
    "an open quote": b'number\n"1\n2\n3',
    "a quote in the middle": b'number\n1"2"3;"4"5\n',
    "half a character": "МФЦ".encode("utf-16")[:-1],
    "a huge cell": b'number\n"' + b"x" * 200_000 + b'"\n',
    "too many rows": b"number\n" + b"1\n" * (MAX_ROWS + 1),
}


@pytest.mark.in_turn
@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_list_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(UnreadableList) as refusal:
        read_file(HOSTILE[name])
    assert str(refusal.value.message).endswith(".")


@pytest.mark.parametrize(
    "headings", ["Табельный номер;табельный номер", "number;Срок;Дата", "due;number;Number"]
)
def test_two_columns_of_one_meaning_are_refused_by_their_headings(headings: str) -> None:
    with pytest.raises(UnreadableList) as refusal:
        read_file(f"{headings}\n1;2;3\n".encode())
    alike = headings.removeprefix("number;").removeprefix("due;").split(";")
    assert all(heading in str(refusal.value.message) for heading in alike)


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        rows = read_file(data)
    except UnreadableList:
        return
    assert rows
    assert all(row.number or row.flaw is Flaw.NO_NUMBER for row in rows)


def test_pasted_numbers_may_be_divided_by_lines_commas_semicolons_and_tabs() -> None:
    rows = read_pasted("\ufeff1, 2;3\t\u200e4\n\n 5 \r\n6,\u200b")
    assert [(row.line, row.number) for row in rows] == [
        (1, "1"), (1, "2"), (1, "3"), (1, "4"), (3, "5"), (4, "6"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", " \n , ; "])
def test_a_pasted_list_without_numbers_is_refused(text: str) -> None:
    with pytest.raises(UnreadableList):
        read_pasted(text)


def test_the_example_file_is_read_without_a_flaw() -> None:
    example = sample_rows(["МФЦ-1", "МФЦ-2"], date(2026, 12, 1))
    assert read_file(b"".join(csv_pieces(["Табельный номер", "Срок"], example))) == ROWS


def test_dates_are_read_as_russians_and_as_computers_write_them() -> None:
    assert read_date(" 05.03.2026 ") == read_date("2026-03-05") == date(2026, 3, 5)
