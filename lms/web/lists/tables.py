"""What a list is as a file, and the register of lists that can be kept under a name."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from flask import current_app

from lms.core import clock
from lms.core.clock import local_date
from lms.core.database import in_pieces
from lms.core.settings import Settings
from lms.core.tables.writing import Cell
from lms.web.lists.asking import NotOffered
from lms.web.lists.moving import Step, moves_by_default
from lms.web.paging import Page, paginate

# What a list is narrowed to: names and values as its address has them.
Values = Mapping[str, str]
# Begins a report made of these facts (see ``printing.facts``); returns the address it will be at.
Begin = Callable[[dict[str, Any], datetime], str]
Cells = Iterator[list[Cell]]
CHUNK = 500  # rows read at once
LONGEST_TOLD = 80  # characters of a value


@dataclass(frozen=True)
class Pages:
    """How a list is read by pages, each at one price at any depth."""

    readers: Sequence[Callable[[Any], Any]]  # of what its cursors hold
    read: Callable[[str | None, int], Page]  # by a cursor and the most rows; these are cells


@dataclass(frozen=True)
class Table:
    """A list as a file: what it is called, what it is narrowed to, its columns and its rows."""

    name: str  # of the file, without an ending
    title: str  # of the sheet and of the report
    headings: Sequence[str]
    rows: Cells
    widths: Sequence[int]  # in characters
    filters: Sequence[tuple[str, str]] = ()  # in words: (what, to which value)
    note: str = ""  # how to read it, in a sentence
    dated: Sequence[int] = ()  # places of columns that say no more than the day it was made
    # Tells, before a row is read, whether there are more than so many; None: there never are.
    is_longer: Callable[[int], bool] | None = None
    pages: Pages | None = None  # None: it is made as a whole, whatever is asked of it


def ordered(
    statement: sa.Select[Any],
    cells: Callable[[Iterable[Any]], Cells],
    *,
    columns: Sequence[Any],
    readers: Sequence[Callable[[Any], Any]],
    key: Callable[[Any], Sequence[Any]],
    descending: bool = False,
) -> tuple[Cells, Pages]:
    """Return a statement's rows in the order of ``columns``: all in one reading, and by pages.

    ``cells`` turns rows of the statement into those of the table; all else is as of ``paginate``.
    """

    def page(cursor: str | None, size: int) -> Page:
        found = paginate(
            statement,
            columns=columns,
            readers=readers,
            key=key,
            cursor=cursor,
            size=size,
            descending=descending,
        )
        return replace(found, rows=list(cells(found.rows)))

    order = [column.desc() if descending else column.asc() for column in columns]
    rows = in_pieces(statement.order_by(*order), CHUNK)
    if len(statement.column_descriptions) == 1:  # as ``paginate`` has them
        rows = (row for (row,) in rows)
    return cells(rows), Pages(readers, page)


@dataclass(frozen=True)
class ListKind:
    """A list of people or of their papers, told by its domain.

    ``make`` takes a viewer, the values of the list's address and the day, and returns the list as
    this viewer may see it; None, or NotOffered raised, when the values ask for what there isn't, or
    isn't for them.
    """

    key: str
    label: Any  # lazily translated
    endpoint: str  # the list's page
    permission: Enum
    fields: tuple[str, ...]  # names of the values that narrow it
    make: Callable[[Any, Values, date], Table | None]
    dates: Mapping[str, Step] = field(default_factory=dict)  # fields that hold dates
    needed: frozenset[str] = frozenset()  # fields without which the page has no address
    typed: frozenset[str] = frozenset()  # fields with what somebody typed: names of people, mostly

    def table(self, viewer: Any, values: Values, today: date) -> Table | None:
        """Return the list as this viewer may see it; None when the values make none for them."""
        try:
            return self.make(viewer, values, today)
        except NotOffered:
            return None

    def told(self, values: Mapping[str, str]) -> str:
        """Return what a list is narrowed to, for the log, which never forgets: without what was
        typed, and no more of a value than tells it.
        """
        named = sorted(
            (name, "…" if name in self.typed else text[:LONGEST_TOLD])
            for name, text in values.items()
        )
        return ", ".join(f"{name}={text}" for name, text in named)


@dataclass(frozen=True)
class Kept:
    """A list that is kept under a name, as the page of its kind offers it."""

    name: str
    address: str
    own_key: str | None  # of the viewer's own, which they may change; None: a colleague's


def register(app: Any, *kinds: ListKind) -> None:
    """Add lists that can be kept under a name."""
    app.extensions.setdefault("lists", {}).update({kind.key: kind for kind in kinds})


def keep(app: Any, source: Callable[[str], list[Kept]]) -> None:
    """Let ``source`` tell the lists of a kind that the viewer has kept or shares in."""
    app.extensions["kept_lists"] = source


def kept_lists(kind: str) -> list[Kept]:
    """Return the lists of a kind that the viewer has kept or shares in, for its page."""
    source: Callable[[str], list[Kept]] = current_app.extensions["kept_lists"]
    return source(kind)


def offer_long(app: Any, offer: Callable[[Any], Begin | None]) -> None:
    """Let ``offer`` tell what begins a report that is too long to wait for; None: nothing does."""
    app.extensions["long_reports"] = offer


def long_reports(viewer: Any) -> Begin | None:
    """Return what begins such a report in the background for the viewer, if anything does."""
    offer: Callable[[Any], Begin | None] = current_app.extensions["long_reports"]
    return offer(viewer)


def kinds() -> Mapping[str, ListKind]:
    """Return the registered lists by key."""
    found: Mapping[str, ListKind] = current_app.extensions.get("lists", {})
    return found


def dates_of(kind: str, chosen: Values) -> tuple[bool, bool]:
    """Return, of a list that is shown, whether it has dates and whether they likely move along."""
    found = kinds()[kind].dates
    settings: Settings = current_app.config["SETTINGS"]
    today = local_date(clock.now(), settings.time_zone)
    return any(chosen.get(name) for name in found), moves_by_default(chosen, found, today)
