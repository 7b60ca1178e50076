"""tus 1.0 over our requests and replies: https://tus.io/protocols/resumable-upload"""

import base64
import binascii
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, BinaryIO, TypeVar

from flask import Response, after_this_request, request
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date

from lms.catalog.uploading.errors import Malformed, TooLarge, WrongContent, WrongProtocol

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
PIECE_TYPE = "application/offset+octet-stream"
NUMBER = re.compile(r"\d{1,15}")
CHUNK = 64 * 1024  # bytes
IN_MEMORY = 1024 * 1024  # bytes
UNSEEN = re.compile(r"[\x00-\x1f\x7f]")
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Announced:
    """What a sender tells of a file before its first byte."""

    name: str
    size: int  # bytes
    modified: str  # when it was changed, as the sender counts; "": not told


def speaks_tus(view: View) -> View:
    """Let a view answer as the protocol asks, refusals included. It calls ``check_version``."""

    @wraps(view)
    def wrapped(**values: str) -> Any:
        after_this_request(_signed)
        return view(**values)

    return wrapped  # type: ignore[return-value]


def check_version() -> None:
    """Raise WrongProtocol for a sender of another version; asked once it is known who may send."""
    if request.headers.get("Tus-Resumable") != VERSION:
        raise WrongProtocol


def _signed(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    if response.status_code == WrongProtocol.status:
        response.headers["Tus-Version"] = VERSION
    return response


def answer(
    status: int, *, offset: int | None = None, expires_at: datetime | None = None, **headers: str
) -> Response:
    """Return a reply without a body; ``headers`` are named with _ for -."""
    reply = Response(status=status)
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    if offset is not None:
        told["Upload-Offset"] = str(offset)
    if expires_at is not None:
        told["Upload-Expires"] = http_date(expires_at)
    reply.headers.update(told)
    return reply


def announced() -> Announced:
    """Return what the request tells of a new file. Raises Malformed."""
    size = _number("Upload-Length")
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    name = UNSEEN.sub("", re.split(r"[\\/]", told.get("filename", ""))[-1])
    return Announced(name[-255:] or "file", size, told.get("modified", "")[:40])


def piece_offset() -> int:
    """Return where the piece that is sent begins. Raises Malformed, WrongContent."""
    if request.mimetype != PIECE_TYPE:
        raise WrongContent
    return _number("Upload-Offset")


def _number(header: str) -> int:
    told = request.headers.get(header, "")
    if not NUMBER.fullmatch(told) or not told.isascii():
        raise Malformed
    return int(told)


def _metadata(header: str) -> dict[str, str]:
    """Return pairs of a word and a base64 text, separated by commas."""
    told = {}
    for pair in filter(None, header.split(",")):
        word, _, encoded = pair.strip().partition(" ")
        try:
            told[word] = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Malformed from error
    return told


def read_piece(most: int) -> tuple[BinaryIO, int]:
    """Return what arrives of the request's body, and its size; at most ``most`` bytes.

    Where the connection breaks off, what had arrived until then. Raises TooLarge for more.
    """
    if (request.content_length or 0) > most:
        raise TooLarge
    piece = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - its reader closes it
    size = 0
    while chunk := _next_chunk():
        size += len(chunk)
        if size > most:
            piece.close()
            raise TooLarge
        piece.write(chunk)
    piece.seek(0)
    return piece, size  # type: ignore[return-value]


def _next_chunk() -> bytes:
    try:
        return request.stream.read(CHUNK)
    except (ClientDisconnected, OSError):
        return b""
