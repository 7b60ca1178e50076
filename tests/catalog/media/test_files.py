"""What an upload is told by and what is left of it: hostile files, lies, and secrets of phones."""

import contextlib
import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lms.catalog.media.errors import BadFile
from lms.catalog.media.kinds import LARGEST, MediaKind
from lms.catalog.media.pictures import smaller
from lms.catalog.media.reading import Taken, inspect, take_upload
from tests.builders.catalog import FIGURE
from tests.builders.media import (
    CAPTIONS,
    PDF,
    PLACE,
    archive,
    docx,
    mp3,
    mp4,
    ogg,
    photograph,
    picture,
    webm,
)


def take(content: bytes, suffix: str | None = None, **limits: int) -> Taken:
    named = {MediaKind[kind.upper()]: size for kind, size in limits.items()}
    return take_upload(io.BytesIO(content), limits={**LARGEST, **named}, suffix=suffix)


def bytes_of(taken: Taken) -> bytes:
    taken.file.seek(0)
    return taken.file.read()


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (picture(), "jpg"),
        (picture(kind="PNG"), "jpg"),
        (picture(kind="PNG", noise=False), "png"),
        (picture(kind="WEBP"), "jpg"),
        (picture(kind="AVIF"), "jpg"),
        (picture(kind="GIF", noise=False), "png"),
        (FIGURE, "svg"),
        (mp4(), "mp4"),
        (mp4(b"soun"), "m4a"),
        (mp3(), "mp3"),
        (mp3(tagged=False), "mp3"),
        (ogg(), "ogg"),
        (webm(), "webm"),
        (CAPTIONS, "vtt"),
        (PDF, "pdf"),
        (docx(), "docx"),
        (archive({"readme.txt": b"x"}), "zip"),
    ],
)  # fmt: skip
def test_a_file_is_told_by_its_content(content: bytes, suffix: str) -> None:
    assert take(content).format.suffix == suffix


def test_what_was_taken_is_clean_and_may_stand_in_a_course_folder() -> None:
    for content in (photograph(), picture(kind="PNG", noise=False), mp4(), mp3(), docx(), PDF):
        taken = take(content)
        folder = "figures" if taken.width else "media"
        inspect(f"{folder}/a.{taken.format.suffix}", bytes_of(taken))


def test_a_photograph_loses_its_place_and_stands_upright() -> None:
    before = photograph(width=600, height=400)
    assert Image.open(io.BytesIO(before)).getexif().get_ifd(0x8825)
    taken = take(before)
    after = bytes_of(taken)
    assert (taken.width, taken.height) == (400, 600)
    assert not Image.open(io.BytesIO(after)).getexif()
    assert b"Secret" not in after
    assert b"Exif" not in after


@pytest.mark.parametrize(("content", "secret"), [(mp4(), PLACE), (mp3(), b"Secret")])
def test_a_recording_loses_what_a_phone_wrote_into_it(content: bytes, secret: bytes) -> None:
    assert secret in content
    after = bytes_of(take(content))
    assert secret not in after
    assert len(after) == len(content)


def test_a_picture_is_kept_no_larger_than_screens_need() -> None:
    taken = take(picture(5000, 2500))
    assert (taken.width, taken.height) == (2048, 1024)


def test_smaller_pictures_are_made_for_phones() -> None:
    made = smaller(bytes_of(take(picture(3000, 1500))))
    assert list(made) == [480, 960, 1440, 2048]
    for width, content in made.items():
        image = Image.open(io.BytesIO(content))
        assert (image.format, image.width) == ("WEBP", width)


def polyglot() -> bytes:
    return picture() + archive({"evil.html": b"<script>alert(1)</script>"})


def test_a_file_that_is_two_things_is_only_a_picture_afterwards() -> None:
    after = bytes_of(take(polyglot()))
    assert b"PK\x03\x04" not in after
    assert b"evil" not in after


def test_a_drawing_loses_its_scripts() -> None:
    evil = FIGURE.replace(b"<title>", b"<script>alert(1)</script><title>", 1)
    assert b"script" not in bytes_of(take(evil))


def bomb() -> bytes:
    """Return a small picture that says it has 900 million pixels."""
    content = bytearray(picture(kind="PNG"))
    content[16:24] = struct.pack(">II", 30_000, 30_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


def moving() -> bytes:
    file = io.BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is an empty file"),
        (b"<html><script>alert(1)</script></html>", "SVG"),
        (b"MZ\x90\0" + b"\0" * 300, "none of the kinds"),
        (b"\x7fELF" + b"\0" * 300, "none of the kinds"),
        (b"\xff\xd8\xff<script>alert(1)</script>", "no picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "no picture"),
        (picture()[:400], "no picture"),
        (bomb(), "pixels"),
        (moving(), "moves"),
        (b"\0\0\0\x18ftypisom" + b"<script>" * 20, "none of the kinds"),
        (mp4()[:-30], "none of the kinds"),
        (b"OggS" + b"\0" * 90, "none of the kinds"),
        (b"ID3\4\0\0\0\0\0\0<script>", "none of the kinds"),
        (b"\xff\xfb\x90\x00 no frames" * 9, "none of the kinds"),
        (b"%PDF-1.4 cut off", "no whole PDF"),
        (PDF + archive({"a.txt": b"x"}), "no whole PDF"),
        (docx(**{"word/vbaProject.bin": b"x"}), "macros"),
        (archive({"a/setup.exe": b"MZ"}), "program"),
        (archive({"../../etc/passwd": b"x"}), "outside"),
        (archive({"bomb.txt": b"\0"})[:-8], "ZIP"),
    ],
)  # fmt: skip
def test_a_lying_or_broken_file_is_refused_with_the_reason(content: bytes, words: str) -> None:
    with pytest.raises(BadFile) as refused:
        take(content)
    assert words in refused.value.message


@pytest.mark.parametrize(
    ("content", "kind"),
    [(picture(), "picture"), (mp4(), "video"), (mp3(), "audio"), (PDF, "document")],
)
def test_each_kind_has_its_own_limit(content: bytes, kind: str) -> None:
    with pytest.raises(BadFile, match="larger"):
        take(content, **{kind: len(content) - 1})
    assert take(content, **{kind: len(content)})


def test_a_replacement_takes_the_form_of_its_place() -> None:
    assert bytes_of(take(picture(kind="PNG"), "jpg"))[:2] == b"\xff\xd8"
    for other in (mp3(), PDF, CAPTIONS):
        with pytest.raises(BadFile, match="another kind"):
            take(other, "jpg")


@pytest.mark.parametrize("content", [photograph(), mp4(), mp3()])
def test_a_course_folder_holds_no_secrets_of_phones(content: bytes) -> None:
    suffix = take(content).format.suffix
    with pytest.raises(BadFile, match="metadata"):
        inspect(f"{'figures' if suffix == 'jpg' else 'media'}/a.{suffix}", content)


GOOD: list[Any] = [picture(60, 40), mp4(), mp3(), PDF, docx(), CAPTIONS, FIGURE, webm()]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(GOOD), st.data())
def test_no_damaged_file_breaks_the_reading(content: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(content)))
    damage = data.draw(st.binary(max_size=12))
    damaged = content[:place] + damage + content[place + len(damage) :]
    with contextlib.suppress(BadFile):
        assert take(damaged).size
