"""Figures: what kind a file is, told by its content, never by its name alone."""

import re
import struct
from dataclasses import dataclass

from lms.catalog.messages import Message
from lms.catalog.source.folder import FIGURE_LIMIT
from lms.catalog.source.svg import NotSvg, read_svg

FIGURE_PATH = re.compile(r"figures/[a-z0-9][a-z0-9_.-]*\.(svg|png|jpe?g|webp)")
MEDIA_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}
PIXEL_LIMIT = 40_000_000  # of a bitmap: more only burdens phones
PATH_LIMIT = 200


class BadFigure(ValueError):
    """The file can't be a figure; the message says why, ``line`` where (0: the whole file)."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Figure:
    """A checked figure; the size is in CSS pixels, None when the file doesn't say."""

    content: bytes
    media_type: str
    width: int | None
    height: int | None


def read_figure(path: str, content: bytes, *, clean: bool) -> Figure:
    """Check that ``content`` is what ``path`` ends with, and return it with its size.

    ``clean``: an SVG's forbidden parts are removed; otherwise they are refused. Raises BadFigure.
    """
    match = FIGURE_PATH.fullmatch(path)
    if not match or len(path) > PATH_LIMIT:
        raise BadFigure(
            Message("is not named as a figure: figures/ and a-z, 0-9, -, _; svg, png, jpg, webp")
        )
    if len(content) > FIGURE_LIMIT:
        raise BadFigure(Message("is larger than %(figure_limit)s bytes", figure_limit=FIGURE_LIMIT))
    media_type = MEDIA_TYPES[match.group(1)]
    if media_type == "image/svg+xml":
        return _drawing(content, clean=clean)
    readers = {"image/png": _png, "image/jpeg": _jpeg, "image/webp": _webp}
    size = readers[media_type](content)
    if size is None:
        raise BadFigure(Message("its content is not what its name says"))
    if not 0 < size[0] * size[1] <= PIXEL_LIMIT:
        raise BadFigure(Message("has more than %(pixel_limit)s pixels", pixel_limit=PIXEL_LIMIT))
    return Figure(content, media_type, *size)


def _drawing(content: bytes, *, clean: bool) -> Figure:
    try:
        drawing = read_svg(content)
    except NotSvg as error:
        raise BadFigure(error.args[0], error.line) from error
    if not clean and drawing.faults:
        line, message = drawing.faults[0]
        raise BadFigure(message, line)
    kept = drawing.clean if drawing.faults else content
    return Figure(kept, "image/svg+xml", drawing.width, drawing.height)


Size = tuple[int, int] | None


def _png(content: bytes) -> Size:
    if len(content) < 33 or content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def _jpeg(content: bytes) -> Size:
    """Walk the segments to the frame header, which holds the size."""
    if content[:3] != b"\xff\xd8\xff":
        return None
    position = 2
    while position + 9 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        position += 2 + int(struct.unpack(">H", content[position + 2 : position + 4])[0])
    return None


def _webp(content: bytes) -> Size:
    if len(content) < 30 or content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    kind = content[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        height = int.from_bytes(content[27:30], "little") + 1
        return width, height
    if kind == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    if kind == b"VP8 " and content[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None
