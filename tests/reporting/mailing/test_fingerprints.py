"""Whether a list has changed: told by its rows, whatever their order."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lms.core.tables.writing import Cell
from lms.reporting.mailing.fingerprints import Fingerprint

cells = st.one_of(st.none(), st.text(max_size=5), st.integers(0, 9), st.dates())
tables = st.lists(st.lists(cells, min_size=2, max_size=2), max_size=6)


def fingerprint(rows: list[list[Cell]], dated: tuple[int, ...] = ()) -> str:
    seen = Fingerprint(dated=dated)
    assert list(seen.watch(iter(rows))) == rows
    return seen.text


@given(rows=tables, place=st.integers(0, 6))
def test_the_order_of_rows_is_no_change(rows: list[list[Cell]], place: int) -> None:
    assert fingerprint(rows[place:] + rows[:place]) == fingerprint(rows)
    assert fingerprint(rows[::-1]) == fingerprint(rows)


@given(rows=tables, more=st.lists(cells, min_size=2, max_size=2))
def test_a_row_more_is_a_change_also_one_that_was_there(
    rows: list[list[Cell]], more: list[Cell]
) -> None:
    assert fingerprint([*rows, more]) != fingerprint(rows)


def test_another_cell_is_a_change_unless_it_says_the_day_alone() -> None:
    first: list[list[Cell]] = [["Иванова", Decimal("1.5"), date(2026, 3, 2)]]
    later: list[list[Cell]] = [["Иванова", Decimal("1.5"), date(2026, 3, 3)]]
    assert fingerprint(first) != fingerprint(later)
    assert fingerprint(first, (2,)) == fingerprint(later, (2,))
