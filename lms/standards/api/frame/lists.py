"""Pages of lists: keyset paging with an opaque cursor that is refused when it isn't ours."""

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from lms.standards.api.frame.faults import fault
from lms.standards.api.frame.schemas import PageOf, Paging
from lms.web.paging import decode, encode, paginate

Readers = Sequence[Callable[[Any], Any]]


def check_cursor(cursor: str | None, readers: Readers) -> None:
    """Raise Invalid unless ``cursor`` can be one of this list's."""
    if cursor is not None and not decode(cursor, readers)[1]:
        raise fault("query.cursor", _l("isn't a cursor of this list"))


def page_of(
    statement: sa.Select[Any],
    paging: Paging,
    show: Callable[[Any], Any],
    *,
    columns: Sequence[Any],
    readers: Readers,
    key: Callable[[Any], Sequence[Any]],
    descending: bool = False,
) -> PageOf[Any]:
    """Return the asked page of ``statement``, each row as ``show`` gives it."""
    check_cursor(paging.cursor, readers)
    page = paginate(
        statement,
        columns=columns,
        readers=readers,
        key=key,
        cursor=paging.cursor,
        size=paging.limit,
        descending=descending,
    )
    return PageOf[Any](items=[show(row) for row in page.rows], next=page.next_cursor)


def slice_of(rows: Sequence[Any], paging: Paging, show: Callable[[Any], Any]) -> PageOf[Any]:
    """Return the asked page of rows that no table holds, by their places."""
    return part_of(lambda part: (rows[part], part.stop < len(rows)), paging, show)


def part_of(
    read: Callable[[slice], tuple[Sequence[Any], bool]],
    paging: Paging,
    show: Callable[[Any], Any],
) -> PageOf[Any]:
    """Return the asked page of what ``read`` finds by places, telling whether more follows."""
    readers = (int,)
    check_cursor(paging.cursor, readers)
    _backwards, place = decode(paging.cursor, readers)
    first = max(0, *place) if place else 0
    after = first + paging.limit
    rows, has_more = read(slice(first, after))
    return PageOf[Any](
        items=[show(row) for row in rows], next=encode([after]) if has_more else None
    )
