"""Small real files of each kind, made here: pictures, recordings, captions, documents."""

import io
import struct
import zipfile
from typing import Any

from PIL import Image

from lms.catalog.media.kinds import LARGEST, MEGABYTE
from lms.catalog.models import CourseVersion
from lms.catalog.uploading.models import MediaUpload
from lms.catalog.uploading.services import begin
from lms.core import clock
from lms.people.models import Person

CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\n<v Anna>Good morning!\n"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PLACE = b"+55.7558+037.6173/"


def picture(
    width: int = 640,
    height: int = 480,
    kind: str = "JPEG",
    *,
    noise: bool = True,
    **options: object,
) -> bytes:
    """A picture; with noise it has too many colours for a PNG."""
    image = Image.radial_gradient("L").resize((width, height))
    bands = [image, image.rotate(90).resize((width, height)), image.transpose(0)]
    made = Image.merge("RGB", bands) if noise else Image.new("RGB", (width, height), "#1d6fd1")
    file = io.BytesIO()
    made.save(file, kind, **options)
    return file.getvalue()


def photograph(**size: int) -> bytes:
    """A JPEG as a phone makes it: lying on its side, with place, camera and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (55.0, 45.0, 21.0)
    return picture(**size, exif=exif, comment=b"SecretComment")


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def handler(kind: bytes) -> bytes:
    return box(b"hdlr", b"\0" * 8 + kind + b"\0" * 12)


def mp4(track: bytes = b"vide", *, place: bool = True, length: int = 64) -> bytes:
    """An MP4 that is whole, if not worth looking at; with the place a phone writes into it."""
    told = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7" + PLACE)) if place else b""
    moov = box(b"moov", box(b"trak", box(b"mdia", handler(track))) + told)
    return box(b"ftyp", b"isom\0\0\2\0isomiso2") + moov + box(b"mdat", b"\0" * length)


def mp3(*, tagged: bool = True) -> bytes:
    """Four silent frames of 128 kbit/s at 44.1 kHz, with tags at both ends."""
    frame = b"\xff\xfb\x90\x00" + b"\0" * 413
    if not tagged:
        return frame * 4
    told = b"TIT2\0\0\0\x0d\0\0\0SecretAuthor"
    return (
        b"ID3\4\0\0\0\0\0" + bytes([len(told)]) + told + frame * 4 + b"TAG" + b"Secret".ljust(125)
    )


def ogg() -> bytes:
    return b"OggS\0\2" + b"\0" * 20 + b"\1\x1e\1vorbis" + b"\0" * 64


def webm() -> bytes:
    return b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + b"\0" * 16 + b"\x86\x85V_VP9" + b"\0" * 32


def archive(members: dict[str, bytes]) -> bytes:
    """A ZIP with these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    return file.getvalue()


def docx(**more: bytes) -> bytes:
    """The least that is told as a Word document."""
    return archive(
        {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>", **more}
    )


def begun(version: CourseVersion, person: Person, **values: Any) -> MediaUpload:
    """An upload of which nothing has arrived yet."""
    defaults = {
        "name": "talk.mp4",
        "size": 4096,
        "modified": "1",
        "limits": LARGEST,
        "now": clock.now(),
    }
    return begin(version, person=person, **{**defaults, "quota": 1024 * MEGABYTE, **values})
