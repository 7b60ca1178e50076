"""Paging by key: a page starts after the last row of the one before, at any depth for one price.

The cursor in the address is the sort values and the id of the boundary row, as signed-free plain
JSON in base64: it only positions, the query's scope still decides what is seen.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from lms.core.database import db

# A list says how many rows it has up to here; beyond it says 'more than': counting all of a million
# would cost more than the page itself.
MOST_COUNTED = 10_000
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True)
class Page:
    """A page of rows with cursors to its neighbours (None where there is none)."""

    rows: Sequence[Any]
    next_cursor: str | None
    previous_cursor: str | None


def encode(values: Sequence[Any], *, backwards: bool = False) -> str:
    """Return a cursor for the boundary row's sort values."""
    plain = [value.isoformat() if hasattr(value, "isoformat") else value for value in values]
    text = json.dumps([int(backwards), plain], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str | None, readers: Sequence[Callable[[Any], Any]]) -> tuple[bool, list[Any]]:
    """Return (backwards, values) of a cursor; (False, []) for none or a damaged one.

    ``readers`` turn each plain value back into the column's type.
    """
    if not cursor:
        return False, []
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        backwards, plain = json.loads(base64.urlsafe_b64decode(padded.encode()))
        if len(plain) != len(readers):
            return False, []
        values = [read(value) for read, value in zip(readers, plain, strict=True)]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, binascii.Error):
        return False, []
    return (bool(backwards), values) if all(map(_storable, values)) else (False, [])


def _storable(value: Any) -> bool:
    """Tell whether every column takes the value: no NUL or half character, 32 bits, UTC."""
    if isinstance(value, int):
        return abs(value) < 2**31
    if isinstance(value, datetime):
        return value.utcoffset() == timedelta(0)  # as ``encode`` writes instants
    return not isinstance(value, str) or not _UNSTORABLE.search(value)


def _beyond(
    columns: Sequence[Any], values: Sequence[Any], *, descending: bool
) -> sa.ColumnElement[bool]:
    row, bound = (
        sa.tuple_(*columns),
        sa.tuple_(*(sa.literal(v, c.type) for v, c in zip(values, columns, strict=True))),
    )
    # The leading column by itself too: where the columns are of several tables, no index serves the
    # row, and a page deep down would read all before it.
    beyond = row < bound if descending else row > bound
    first, value = columns[0], sa.literal(values[0], columns[0].type)
    return sa.and_(first <= value if descending else first >= value, beyond)


def paginate(
    statement: sa.Select[Any],
    *,
    columns: Sequence[InstrumentedAttribute[Any]],
    readers: Sequence[Callable[[Any], Any]],
    key: Callable[[Any], Sequence[Any]],
    cursor: str | None,
    size: int = 50,
    descending: bool = False,
) -> Page:
    """Return one page of ``statement`` (without its own order) sorted by ``columns``.

    ``columns`` end with a unique one and are never null; ``key(row)`` returns their values. Rows
    are what ``session.execute(...).all()`` gives, or scalars when the statement selects one entity.
    """
    backwards, values = decode(cursor, readers)
    downwards = descending != backwards
    if values:
        statement = statement.where(_beyond(columns, values, descending=downwards))
    order = [column.desc() if downwards else column.asc() for column in columns]
    result = db.session.execute(statement.order_by(None).order_by(*order).limit(size + 1))
    rows = list(result.scalars() if len(statement.column_descriptions) == 1 else result.all())
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if backwards else (more, bool(values))
    return Page(
        rows,
        encode(key(rows[-1])) if rows and has_next else None,
        encode(key(rows[0]), backwards=True) if rows and has_previous else None,
    )


def has_more(statement: sa.Select[Any], most: int) -> bool:
    """Tell whether ``statement`` has more than ``most`` rows."""
    return count_up_to(statement, most) > most


def count_up_to(statement: sa.Select[Any], most: int = MOST_COUNTED) -> int:
    """Return how many rows ``statement`` has; ``most`` + 1 stands for any larger number."""
    rows = statement.with_only_columns(sa.literal(1), maintain_column_froms=True)
    some = rows.order_by(None).limit(most + 1).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
