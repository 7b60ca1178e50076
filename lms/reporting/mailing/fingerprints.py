"""Whether a list is the same as last time: a fingerprint of its rows.

The rows' hashes (SHA-256 of their cells as the reader sees them, without columns that say the day
alone) are added up: the same rows in another order are the same list, and memory stays constant.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from lms.core.tables.writing import Cell

_SIZE = 2**256


class Fingerprint:
    """Counts and adds up rows on their way into a file."""

    def __init__(self, *, dated: Sequence[int] = ()) -> None:
        self._dated = frozenset(dated)
        self._sum = 0
        self.rows = 0

    def watch(self, rows: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
        """Yield ``rows`` and take note of each."""
        for row in rows:
            self.rows += 1
            self._sum = (self._sum + self._number(row)) % _SIZE
            yield row

    @property
    def text(self) -> str:
        """The fingerprint of the rows seen so far: 64 hexadecimal digits."""
        return hashlib.sha256(f"{self.rows}:{self._sum:x}".encode()).hexdigest()

    def _number(self, row: list[Cell]) -> int:
        cells = [_plain(cell) for place, cell in enumerate(row) if place not in self._dated]
        told = json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
        return int.from_bytes(hashlib.sha256(told.encode()).digest())


def _plain(cell: Cell) -> Any:
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, Decimal) else cell
