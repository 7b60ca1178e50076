"""The rows of a saved list, as whoever asks may see them now: by pages, or as a file."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from flask import current_app
from pydantic import Field

from lms.audit import services as audit
from lms.core.errors import Missing
from lms.core.tables.writing import Cell
from lms.reporting.mailing.models import FileKind
from lms.reporting.resources.shown import TAG, kind_for
from lms.reporting.saved.models import SavedList
from lms.reporting.saved.queries import open_list
from lms.standards.api.frame.lists import check_cursor, slice_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import PageOf, Paging, Query, Sent
from lms.standards.api.tokens.scopes import Scope
from lms.web.lists import files, streaming
from lms.web.lists.moving import standing
from lms.web.lists.tables import Table


class FilterOut(Sent):
    """What a list is narrowed by, in words."""

    name: str
    value: str


class RowsOut(Sent):
    """A page of rows; the words are in the language asked for."""

    title: str
    headings: list[str] = Field(examples=[["Name"]])
    filters: list[FilterOut]
    note: str = Field(description="How to read it.")
    rows: list[list[str | int | float | None]] = Field(
        description="A cell for each heading; days are `2026-12-31`."
    )
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


class FileQuery(Query):
    """As which file."""

    form: FileKind = FileKind.CSV


@operation(
    "GET",
    "/saved-lists/{list_id}/rows",
    tag=TAG,
    scope=Scope.LISTS_READ,
    summary="Read the rows of a saved list",
    query=Paging,
    answer=RowsOut,
)
def list_saved_rows(call: Call, list_id: str) -> Answer:
    """The rows as the token's owner may see them now. Needs, too, the scope that its kind names
    (`/saved-list-kinds`).
    """
    table = _table(call, _open(call, list_id))
    page = _page(table, call.query)
    return Answer(
        RowsOut(
            title=table.title,
            headings=list(table.headings),
            filters=[FilterOut(name=str(name), value=str(value)) for name, value in table.filters],
            note=table.note,
            rows=page.items,
            next=page.next,
        )
    )


def _page(table: Table, paging: Paging) -> PageOf[Any]:
    """Return the asked page: by key, or by place of a list that is made as a whole."""
    if table.pages is None:
        return slice_of(list(table.rows), paging, _shown)
    check_cursor(paging.cursor, table.pages.readers)
    page = table.pages.read(paging.cursor, paging.limit)
    return PageOf[Any](items=[_shown(row) for row in page.rows], next=page.next_cursor)


def _shown(row: list[Cell]) -> list[Any]:
    return [_plain(cell) for cell in row]


def _plain(cell: Cell) -> Any:
    if isinstance(cell, date):
        return cell.isoformat()
    return float(cell) if isinstance(cell, Decimal) else cell


@operation(
    "GET",
    "/saved-lists/{list_id}/file",
    tag=TAG,
    scope=Scope.LISTS_READ,
    summary="Download a saved list",
    query=FileQuery,
    files=tuple(kind.partition(";")[0] for kind in files.MEDIA_TYPES.values()),
    refusals=(503,),
)
def get_saved_file(call: Call, list_id: str) -> Answer:
    """The list as a file in the language asked for. A long CSV leaves while it is read. A sheet
    holds 1,048,575 rows and a report for paper 500 (422). That it was taken stands in the audit
    log. Needs, too, the scope that its kind names.
    """
    row, kind = _open(call, list_id), call.query.form.value
    note = partial(
        audit.record,
        actor_key=call.viewer.person.public_id,
        action="reporting.list_taken",
        subject_kind="saved_list",
        subject_key=row.public_id,
        kind=kind,
    )
    again = partial(_table, call, row)
    maker = files.Maker(call.viewer.person.full_name, call.now)
    sent = streaming.send(kind, again(), again, maker, note)
    return Answer(file=current_app.make_response(sent))


def _open(call: Call, list_id: str) -> SavedList:
    row = open_list(call.viewer, list_id)
    if row is None:
        raise Missing
    return row


def _table(call: Call, row: SavedList) -> Table:
    kind = kind_for(call.viewer, row.kind)
    table = kind.table(call.viewer, standing(row.values, kind.dates, call.today), call.today)
    if table is None:
        raise Missing
    return table
