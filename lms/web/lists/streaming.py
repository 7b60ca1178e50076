"""Sending a list: a long one as table or lines while it is still being read, all else as a whole.

What is sent while it is read has no length that is told before. HTTP/1.1 marks its end, so that a
browser notices and says when the rest of it didn't come; whoever asks by HTTP/1.0, where the end of
the connection is all there is, gets it as a whole.
"""

import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from enum import Enum
from functools import partial
from itertools import islice
from typing import IO

from flask import Response, request, stream_with_context
from flask.typing import ResponseReturnValue

from lms.core import clock
from lms.core.errors import Missing
from lms.core.tables.writing import Count
from lms.core.unit_of_work import only_reading, release, unit_of_work
from lms.web.headers import save_as
from lms.web.lists import files
from lms.web.lists.tables import Table

WHOLE = 2000  # rows of a table that is written before it is sent
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


# Yields a file's pieces, and counts its rows. Closing it ends the reading.
Read = Callable[[Count], Generator[bytes, None, None]]


def send(
    kind: str, table: Table, again: Callable[[], Table | None], maker: files.Maker, note: Note
) -> ResponseReturnValue:
    """Return the list as a file, and have it written down that it was taken.

    ``again`` returns the same table anew. Of one that is sent while it is read is written down that
    it was begun, before the first of it leaves, and what became of it.
    """
    if kind != "pdf" and _end_is_told():
        first = list(islice(table.rows, WHOLE + 1))
        if len(first) > WHOLE:
            _close(table)
            if kind == "xlsx":
                files.check_length(table)
            name, read = f"{table.name}.{kind}", partial(_rows, kind, again)
            return _streamed(name, files.MEDIA_TYPES[kind], read, maker, note)
        table = replace(table, rows=iter(first), is_longer=None)
    response, count = files.send(kind, table, maker)
    note(now=maker.at, rows=count)
    return response


def send_lines(
    name: str, media_type: str, read: Read, maker: files.Maker, note: Note
) -> ResponseReturnValue:
    """Return a file that isn't a table, and have it written down as ``send`` does."""
    if _end_is_told():
        return _streamed(name, media_type, read, maker, note)
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the server
    count = Count()
    file.writelines(read(count))
    release()
    note(now=maker.at, rows=count.rows)
    return files.attached(file, name, media_type)


def _end_is_told() -> bool:
    return request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0"


def _streamed(name: str, media_type: str, read: Read, maker: files.Maker, note: Note) -> Response:
    release()
    note(now=maker.at, sent=Sent.BEGUN.value)
    response = Response(stream_with_context(_pieces(read, note)), content_type=media_type)
    save_as(response, name)
    return response


def _rows(
    kind: str, again: Callable[[], Table | None], count: Count
) -> Generator[bytes, None, None]:
    table = again()
    if table is None:
        raise Missing
    try:
        yield from files.pieces(kind, table, count)
    finally:
        _close(table)


def _close(table: Table) -> None:
    """End the reading of rows, within its transaction."""
    if isinstance(table.rows, Generator):
        table.rows.close()


def _pieces(read: Read, note: Note) -> Iterator[bytes]:
    """Yield the file, read in a transaction of its own; then have its end written down."""
    count, end, state = Count(), time.monotonic() + LONGEST_SECONDS, Sent.BROKEN_OFF
    try:
        with only_reading(), closing(read(count)) as pieces:
            for piece in pieces:
                if time.monotonic() > end:
                    raise TookTooLong
                yield piece
        state = Sent.WHOLE
    finally:
        with unit_of_work():
            note(now=clock.now(), rows=count.rows, sent=state.value)
