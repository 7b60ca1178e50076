"""Sending a list: a long one as CSV while it is still being read, everything else as a whole.

What is sent while it is read has no length that is told before. HTTP/1.1 marks its end, so that a
browser notices and says when the rest of it didn't come; whoever asks by HTTP/1.0, where the end of
the connection is all there is, gets it as a whole.
"""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from itertools import islice

from flask import Response, request, stream_with_context
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import Missing
from lms.core.spreadsheets import Cell, csv_pieces
from lms.core.unit_of_work import only_reading, release, unit_of_work
from lms.web.lists import files
from lms.web.lists.tables import Table

WHOLE = 2000  # rows of a CSV file that is written before it is sent
# The list is as it was at one moment, for which the database keeps what others change meanwhile:
# not for ever for somebody who reads slowly.
LONGEST_SECONDS = 30 * 60

# Writes down that the list was taken; called with ``now``, and ``rows`` or ``sent`` or both.
Note = Callable[..., None]


class Sent(Enum):
    """How far a list came that is sent while it is read."""

    BEGUN = "begun"
    WHOLE = "whole"
    BROKEN_OFF = "broken_off"


class TookTooLong(Exception):
    """Whoever takes the list reads too slowly."""


def send(
    kind: str, table: Table, again: Callable[[], Table | None], maker: files.Maker, note: Note
) -> ResponseReturnValue:
    """Return the list as a file, and have it written down that it was taken.

    ``again`` returns the same table anew. Of one that is sent while it is read is written down that
    it was begun, before the first of it leaves, and what became of it.
    """
    if kind == "csv" and request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0":
        first = list(islice(table.rows, WHOLE + 1))
        if len(first) > WHOLE:
            _close(table)
            release()
            note(now=maker.at, sent=Sent.BEGUN.value)
            return _streamed(f"{table.name}.csv", _pieces(again, note))
        table = replace(table, rows=iter(first))
    response, count = files.send(kind, table, maker)
    note(now=maker.at, rows=count)
    return response


def _streamed(name: str, pieces: Iterator[bytes]) -> Response:
    response = Response(stream_with_context(pieces), content_type=files.MEDIA_TYPES["csv"])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@contextmanager
def _opened(again: Callable[[], Table | None]) -> Iterator[Table]:
    table = again()
    if table is None:
        raise Missing
    try:
        yield table
    finally:
        _close(table)


def _close(table: Table) -> None:
    """End the reading of rows, within its transaction."""
    if isinstance(table.rows, Generator):
        table.rows.close()


def _pieces(again: Callable[[], Table | None], note: Note) -> Iterator[bytes]:
    """Yield the file, read in a transaction of its own; then have its end written down."""
    count, end, state = 0, time.monotonic() + LONGEST_SECONDS, Sent.BROKEN_OFF

    def counted(rows: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
        nonlocal count
        for row in rows:
            yield row
            count += 1

    try:
        with only_reading(), _opened(again) as table:
            for piece in csv_pieces(table.headings, counted(table.rows)):
                if time.monotonic() > end:
                    raise TookTooLong
                yield piece
        state = Sent.WHOLE
    finally:
        with unit_of_work():
            note(now=clock.now(), rows=count, sent=state.value)
