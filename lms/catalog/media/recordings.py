"""Recordings: told by their structure, and without what a phone or a program wrote into them.

MP4 and M4A (ISO/IEC 14496-12 boxes), MP3 (frames, ID3), Ogg (RFC 3533) and WebM (EBML). Nothing is
decoded: browsers do that in a sandbox of their own.
"""

import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MP4_BRANDS = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4A ",
              b"M4B ", b"M4V ", b"dash", b"qt  ", b"MSNV", b"3gp4", b"3gp5", b"3gp6")  # fmt: skip
BOX = 8  # bytes of a box's head
MOOV_LIMIT = 32 * 1024 * 1024
BOXES_LIMIT = 100_000
INSIDE = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}  # boxes that hold boxes
TOLD = {b"udta", b"meta", b"uuid", b"\xa9xyz", b"loci"}  # boxes of metadata
HEAD = 64 * 1024

# Kilobits a second by version and layer; MPEG-1 and MPEG-2 layer III only, which MP3 means.
BITRATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


@dataclass(frozen=True)
class Box:
    """A box of an MP4 file: its kind, where it begins, how long it is, head included."""

    kind: bytes
    begin: int
    head: int
    size: int


def recognise(file: BinaryIO) -> str | None:
    """Return the suffix of the recording's format; None when it is none that is played here."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(HEAD)
    if head[4:8] == b"ftyp":
        return _mp4(file, size, head[8:12])
    if head.startswith(b"OggS"):
        return "ogg" if re.search(rb"\x01vorbis|OpusHead|\x7fFLAC", head[:512]) else None
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return _webm(head)
    begin = _after_id3(head)
    file.seek(begin)
    return "mp3" if begin < size and _is_mp3(file.read(HEAD)) else None


def without_metadata(file: BinaryIO, suffix: str) -> None:
    """Blank in place what tells of device, place and author; sound and picture stay as they are.

    Boxes of MP4 become free space, ID3 tags of MP3 are emptied. Ogg and WebM keep their comments.
    """
    size = file.seek(0, os.SEEK_END)
    if suffix in ("mp4", "m4a"):
        for box in list(_boxes(file, 0, size)):
            if box.kind in TOLD:
                _blank(file, box)
    elif suffix == "mp3":
        _blank_id3(file, size)
    file.seek(0)


def _mp4(file: BinaryIO, size: int, brand: bytes) -> str | None:
    """Return mp4 or m4a for a file whose boxes end exactly where it does."""
    if brand not in MP4_BRANDS:
        return None
    try:
        boxes = list(_boxes(file, 0, size))
    except ValueError:
        return None
    kinds = {box.kind for box in boxes}
    if not {b"moov", b"mdat"} <= kinds:
        return None
    handlers = {_handler(file, box) for box in boxes if box.kind == b"hdlr"}
    if b"vide" in handlers:
        return "mp4"
    return "m4a" if b"soun" in handlers else None


def _handler(file: BinaryIO, box: Box) -> bytes:
    file.seek(box.begin + box.head + 8)
    return file.read(4)


def _boxes(file: BinaryIO, begin: int, end: int, depth: int = 0) -> Iterator[Box]:
    """Yield the boxes between two places, and those inside; ValueError when they don't fit."""
    count = 0
    while begin < end:
        count += 1
        file.seek(begin)
        head = file.read(16)
        if len(head) < BOX or count > BOXES_LIMIT:
            raise ValueError("boxes do not fit")
        size, length = struct.unpack(">I", head[:4])[0], BOX
        if size == 1 and len(head) == 16:
            size, length = struct.unpack(">Q", head[8:16])[0], 16
        elif size == 0 and depth == 0:
            size = end - begin
        if size < length or begin + size > end:
            raise ValueError("boxes do not fit")
        box = Box(head[4:8], begin, length, size)
        yield box
        if box.kind in INSIDE:
            if depth > 6 or size > MOOV_LIMIT:
                raise ValueError("boxes lie too deep")
            yield from _boxes(file, begin + length, begin + size, depth + 1)
        begin += size


def _blank(file: BinaryIO, box: Box) -> None:
    file.seek(box.begin + 4)
    file.write(b"free")
    file.seek(box.begin + box.head)
    left = box.size - box.head
    while left > 0:
        left -= file.write(b"\0" * min(left, HEAD))


def _webm(head: bytes) -> str | None:
    if b"\x42\x82\x84webm" not in head[:64]:
        return None
    if re.search(rb"V_(?:VP8|VP9|AV1)", head):
        return "webm"
    return "weba" if re.search(rb"A_(?:OPUS|VORBIS)", head) else None


def _after_id3(head: bytes) -> int:
    """Return where the sound begins, after an ID3 tag (https://id3.org/id3v2.4.0-structure)."""
    if not head.startswith(b"ID3") or len(head) < 10 or any(byte & 0x80 for byte in head[6:10]):
        return 0
    length = 0
    for byte in head[6:10]:
        length = length << 7 | byte
    return 10 + length + (10 if head[5] & 0x10 else 0)


def _is_mp3(sound: bytes) -> bool:
    """Tell whether three frames of MP3 follow one another, after some silence at most."""
    place = len(sound) - len(sound.lstrip(b"\0"))
    for _ in range(3):
        length = _frame(sound[place : place + 4])
        if not length:
            return False
        place += length
    return place <= len(sound)


def _frame(head: bytes) -> int:
    """Return the length of the frame that ``head`` begins, 0 when it begins none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer != 1 or bitrate in (0, 15) or rate == 3:
        return 0
    kilobits = BITRATES[1 if version == 3 else 2][bitrate]
    return (144 if version == 3 else 72) * kilobits * 1000 // RATES[version][rate] + padding


def _blank_id3(file: BinaryIO, size: int) -> None:
    """Empty the tags: their frames become padding, which every player skips."""
    file.seek(0)
    end = min(_after_id3(file.read(10)), size)
    if end > 10:
        file.seek(10)
        file.write(b"\0" * (end - 10))
        file.seek(5)
        file.write(b"\0")  # no flags: no extended head, no footer
    file.seek(max(size - 128, 0))
    if size >= 128 and file.read(3) == b"TAG":
        file.seek(size - 125)
        file.write(b"\0" * 125)
