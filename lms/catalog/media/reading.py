"""Any file taken for a course: what it is, told by its content, and its clean form."""

import io
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from lms.catalog.media import documents, pictures, recordings
from lms.catalog.media.captions import read_captions
from lms.catalog.media.errors import BadFile
from lms.catalog.media.kinds import (
    FORMATS,
    LARGEST,
    MEGABYTE,
    RECORDED,
    Format,
    MediaKind,
    format_of,
)
from lms.catalog.messages import Message
from lms.catalog.source.svg import NotSvg, read_svg

HEAD = 512
NOT_SO = Message("its content is not what its name says")
BAD_PATH = Message(
    "is not named as a file of a course: figures/ or media/ and a-z, 0-9, -, _, with a known ending"
)


@dataclass(frozen=True)
class Taken:
    """A file in its clean form; the size of what is seen in pixels, None where there is none."""

    file: BinaryIO
    format: Format
    width: int | None = None
    height: int | None = None

    @property
    def size(self) -> int:
        """Bytes."""
        return self.file.seek(0, os.SEEK_END)


def take_upload(
    file: BinaryIO, *, limits: Mapping[MediaKind, int], suffix: str | None = None, name: str = ""
) -> Taken:
    """Return what someone uploaded in its clean form; recordings are cleaned in place.

    ``name`` is what its sender calls it: an ending of another kind than the content is a lie.
    ``suffix`` is the format it must have (pictures are made anew in it). Raises BadFile.
    """
    found = _recognised(file)
    if not _fits(name, found):
        raise BadFile(NOT_SO)
    wanted = FORMATS[suffix] if suffix else found
    if wanted.kind is not found.kind or (
        found.kind is not MediaKind.PICTURE and wanted.media_type != found.media_type
    ):
        raise BadFile(Message("is of another kind than the file it should replace"))
    _check_size(file, limits[found.kind])
    if found.kind is MediaKind.PICTURE:
        picture = pictures.remade(_content(file), suffix)
        made = io.BytesIO(picture.content)
        return Taken(made, FORMATS[picture.suffix], picture.width, picture.height)
    if found.kind is MediaKind.DRAWING:
        return _drawing(_content(file), clean=True)
    if found.kind is MediaKind.CAPTIONS:
        read_captions(_content(file))
    elif found.kind in RECORDED:
        recordings.without_metadata(file, found.suffix)
    return Taken(file, wanted)


def foretold(head: bytes) -> frozenset[MediaKind]:
    """Return the kinds that a file beginning with ``head`` may be of; none when it doesn't tell."""
    text = head.removeprefix(b"\xef\xbb\xbf")
    told = (
        (pictures.is_picture(head), {MediaKind.PICTURE}),
        (text.startswith(b"WEBVTT"), {MediaKind.CAPTIONS}),
        (head.startswith((b"OggS", b"ID3")), {MediaKind.AUDIO}),
        (head[4:8] == b"ftyp" or head.startswith(b"\x1a\x45\xdf\xa3"), RECORDED),
        (head.startswith((b"%PDF-", b"PK\x03\x04")), {MediaKind.DOCUMENT}),
        (text.lstrip().startswith(b"<"), {MediaKind.DRAWING}),
    )
    return frozenset(next((kinds for is_so, kinds in told if is_so), ()))


def inspect(path: str, content: bytes) -> Taken:
    """Return the file of a course folder, which must be clean as it stands. Raises BadFile."""
    promised = format_of(path)
    if promised is None:
        raise BadFile(BAD_PATH)
    file = io.BytesIO(content)
    _check_size(file, LARGEST[promised.kind])
    if promised.kind is MediaKind.PICTURE:
        picture = pictures.inspected(content, promised.suffix)
        return Taken(file, promised, picture.width, picture.height)
    if promised.kind is MediaKind.DRAWING:
        return _drawing(content, clean=False)
    if promised.kind is MediaKind.CAPTIONS:
        read_captions(content)
    elif _recognised(file).media_type != promised.media_type:
        raise BadFile(NOT_SO)
    if promised.kind in RECORDED and _told_something(content, promised.suffix):
        raise BadFile(
            Message("carries metadata, such as where it was taken: upload it on the page")
        )
    return Taken(file, promised)


def _told_something(content: bytes, suffix: str) -> bool:
    with tempfile.SpooledTemporaryFile(max_size=MEGABYTE) as copy:
        copy.write(content)
        recordings.without_metadata(copy, suffix)  # type: ignore[arg-type]
        return copy.read() != content


def _recognised(file: BinaryIO) -> Format:
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise BadFile(Message("is an empty file: it holds nothing"))
    if pictures.is_picture(head):
        return FORMATS["jpg"]  # which of them matters to nobody: it is made anew
    if head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
        return FORMATS["vtt"]
    suffix = recordings.recognise(file) or documents.recognise(file)
    if suffix is None and head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        suffix = "svg"
    if suffix is None:
        raise BadFile(
            Message(
                "is none of the kinds that are taken: pictures, SVG, MP3, M4A, Ogg, MP4, WebM, "
                "WebVTT, PDF, Word, Excel, PowerPoint or ZIP"
            )
        )
    return FORMATS[suffix]


def _fits(name: str, found: Format) -> bool:
    """Tell whether the ending of a name, where it is known, promises what was found.

    Any picture may have the ending of another (phones rename them), as may any recording: whether
    it has images doesn't stand in its container's name.
    """
    promised = FORMATS.get(name.rpartition(".")[2].lower())
    if promised is None:
        return True
    if promised.kind is MediaKind.DOCUMENT:
        return promised.media_type == found.media_type
    return promised.kind is found.kind or {promised.kind, found.kind} <= RECORDED


def _check_size(file: BinaryIO, limit: int) -> None:
    if file.seek(0, os.SEEK_END) > limit:
        raise BadFile(Message("is larger than %(limit)s MB", limit=round(limit / MEGABYTE, 1)))


def _content(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _drawing(content: bytes, *, clean: bool) -> Taken:
    try:
        drawing = read_svg(content)
    except NotSvg as error:
        raise BadFile(error.args[0], error.line) from error
    if not clean and drawing.faults:
        line, message = drawing.faults[0]
        raise BadFile(message, line)
    kept = drawing.clean if drawing.faults else content
    return Taken(io.BytesIO(kept), FORMATS["svg"], drawing.width, drawing.height)
