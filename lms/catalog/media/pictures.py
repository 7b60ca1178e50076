"""Pictures of pixels: made anew from their pixels alone, and smaller ones for phones."""

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from lms.catalog.media.errors import BadFile
from lms.catalog.messages import Message

PIXEL_LIMIT = 40_000_000  # of an upload: an opened picture takes four bytes for each
KEPT_SIDE = 2048  # pixels of the longer side of what is kept: more only burdens phones
WIDTHS = (480, 960, 1440)  # pixels; for phones, tablets and desks
READ = ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "BMP", "TIFF", "MPO")
NAMES = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP"}
QUALITY = {"JPEG": 84, "WEBP": 80}
# What decoders are known to raise for damaged or hostile pictures.
BROKEN = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, OverflowError, IndexError,
    KeyError, TypeError, struct.error, zlib.error, MemoryError, RuntimeError,
)  # fmt: skip
BEGINNINGS = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*",
)  # fmt: skip
NO_PICTURE = Message("is no picture that can be read")


@dataclass(frozen=True)
class Picture:
    """A picture's bytes in the format of ``suffix``, and its size in pixels."""

    content: bytes
    suffix: str
    width: int
    height: int


def is_picture(head: bytes) -> bool:
    """Tell whether a file that begins with ``head`` claims to be a picture we read."""
    return (
        head.startswith(BEGINNINGS)
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or (head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"mif1"))
    )


def remade(content: bytes, suffix: str | None = None) -> Picture:
    """Return the picture drawn anew: upright, within bounds, without any of its metadata.

    ``suffix`` fixes the format; by default photographs become JPEG, and PNG what has few colours or
    is see-through. Raises BadFile.
    """
    image = _opened(content)
    suffix = suffix or _fitting(image)
    if NAMES[suffix] == "JPEG":
        image = _opaque(image)
    return Picture(_written(image, NAMES[suffix]), suffix, *image.size)


def inspected(content: bytes, suffix: str) -> Picture:
    """Return a picture that must be clean already. Raises BadFile, also for metadata."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=(NAMES[suffix],)) as image:
                _check_size(image)
                image.load()
                told = set(image.info) & {
                    "exif",
                    "xmp",
                    "XML:com.adobe.xmp",
                    "photoshop",
                    "comment",
                }
                size, texts = image.size, getattr(image, "text", {})
        except BadFile:
            raise
        except (*BROKEN, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise BadFile(Message("its content is not what its name says")) from error
    if told or texts:
        raise BadFile(
            Message("carries metadata, such as where it was taken: upload it on the page")
        )
    return Picture(content, suffix, *size)


def smaller(content: bytes) -> dict[int, bytes]:
    """Return WebP renditions by their width: each of WIDTHS that is narrower, and the full one."""
    image = _opened(content)
    widths = [width for width in WIDTHS if width < image.width * 0.9]
    return {width: _written(_scaled(image, width), "WEBP") for width in [*widths, image.width]}


def _opened(content: bytes) -> Image.Image:
    """Return the decoded picture, upright, at most KEPT_SIDE pixels long, in RGB or RGBA."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about damaged metadata that is dropped anyway
        try:
            with Image.open(io.BytesIO(content), formats=READ) as image:
                _check_size(image)
                _check_still(image)
                if image.format == "JPEG":  # decodes at a fraction of the size already
                    image.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
                upright = ImageOps.exif_transpose(image)
                see_through = "A" in upright.getbands() or "transparency" in upright.info
                plain = upright.convert("RGBA" if see_through else "RGB")
        except BadFile:
            raise
        except Image.DecompressionBombError as error:
            raise BadFile(_too_many()) from error
        except BROKEN as error:
            raise BadFile(NO_PICTURE) from error
    plain.info.clear()
    plain.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    if plain.mode == "RGBA" and plain.getchannel("A").getextrema() == (255, 255):
        return plain.convert("RGB")
    return plain


def _check_size(image: Image.Image) -> None:
    if not 0 < image.width * image.height <= PIXEL_LIMIT:
        raise BadFile(_too_many())


def _too_many() -> Message:
    return Message("has more than %(pixel_limit)s pixels", pixel_limit=PIXEL_LIMIT)


def _check_still(image: Image.Image) -> None:
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise BadFile(Message("moves: a moving picture is uploaded as a video"))


def _fitting(image: Image.Image) -> str:
    """Return the fallback format: PNG where JPEG would lose transparency or blur few colours."""
    return "png" if image.mode == "RGBA" or image.getcolors(maxcolors=4096) else "jpg"


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode == "RGB":
        return image
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _scaled(image: Image.Image, width: int) -> Image.Image:
    if width == image.width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _written(image: Image.Image, name: str) -> bytes:
    options: dict[str, dict[str, Any]] = {
        "PNG": {"optimize": True},
        "JPEG": {"quality": QUALITY["JPEG"], "optimize": True, "progressive": True},
        "WEBP": {"quality": QUALITY["WEBP"], "method": 4},
    }
    file = io.BytesIO()
    image.save(file, name, **options[name])
    return file.getvalue()
