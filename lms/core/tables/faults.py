"""What a table is made of, how large it may be, and why one is refused."""

from dataclasses import dataclass
from enum import Enum


class TableFault(Enum):
    """Why a table can't be read at all."""

    EMPTY = "empty"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    LONG_CELL = "long_cell"
    NOT_TEXT = "not_text"
    BROKEN_LINE = "broken_line"
    BROKEN_BOOK = "broken_book"
    LARGE_BOOK = "large_book"  # unpacks to more than anybody's table, or hides something
    LOCKED_BOOK = "locked_book"
    OLD_BOOK = "old_book"  # the binary format before XLSX, or one that isn't Excel's


class TableRefused(Exception):
    """The file is no table, or too large a one; ``line`` says where, ``limit`` how much may be."""

    def __init__(self, fault: TableFault, *, line: int = 0, limit: int = 0) -> None:
        super().__init__(fault.value)
        self.fault, self.line, self.limit = fault, line, limit


@dataclass(frozen=True)
class Bounds:
    """How large a table may be."""

    rows: int
    columns: int = 60
    characters: int = 32_767  # in one cell: as many as a spreadsheet takes


@dataclass(frozen=True)
class Row:
    """One row that isn't empty: its line in the file, from 1, and its cells."""

    line: int
    cells: tuple[str, ...]

    def cell(self, place: int | None) -> str:
        """Return the cell at ``place``, from 0; nothing where the row is shorter."""
        return self.cells[place] if place is not None and place < len(self.cells) else ""
