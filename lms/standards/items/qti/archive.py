"""A package's files, read from the archive in memory; nothing is ever unpacked to a folder."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from lms.catalog.messages import Message
from lms.standards.items import limits
from lms.standards.items.errors import Unreadable

END = b"PK\x05\x06"
END_SIZE = 22
LOCATOR = b"PK\x06\x07"
LOCATOR_SIZE = 20
LONGEST_COMMENT = 65_535
ENCRYPTED = 0x1
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
NO_ZIP = Message("the package is broken: it is no readable ZIP file")
# All that zipfile and zlib are known to raise for damaged archives. NotImplementedError is theirs:
# for a compression or a version of the format that they don't read.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error,
          NotImplementedError, RuntimeError)  # fmt: skip
SMALL = limits.MEGABYTE  # of a file whose ratio nobody minds


class Archive:
    """The files of a package by name. Raises Unreadable for a hostile archive."""

    def __init__(self, content: bytes) -> None:
        _check_directory(content)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except BROKEN as error:
            raise Unreadable(NO_ZIP) from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        if len(self._zip.infolist()) > limits.MEMBERS:
            raise Unreadable(
                Message("the package holds more than %(limit)s files", limit=limits.MEMBERS)
            )
        for info in self._zip.infolist():
            self._take(info)
        self._check_sizes()

    def _take(self, info: zipfile.ZipInfo) -> None:
        name = info.filename
        shown = name[:80].encode(errors="replace").decode()
        if _is_outside(name):
            raise Unreadable(
                Message("the package names a file outside itself: “%(name)s”", name=shown)
            )
        if stat.S_ISLNK(info.external_attr >> 16):
            raise Unreadable(Message("the package holds a link: “%(name)s”", name=shown))
        if info.flag_bits & ENCRYPTED:
            raise Unreadable(Message("the package is encrypted"))
        if info.is_dir():
            return
        if info.compress_type not in METHODS:
            raise Unreadable(Message("“%(name)s” is packed in an unusual way", name=shown))
        if name in self._members:
            raise Unreadable(Message("the package names “%(name)s” twice", name=shown))
        self._members[name] = info

    def _check_sizes(self) -> None:
        infos = list(self._members.values())
        if sum(info.file_size for info in infos) > limits.UNPACKED_BYTES:
            raise Unreadable(
                Message("unpacked, the package is larger than %(limit)s MB",
                        limit=limits.UNPACKED_BYTES // limits.MEGABYTE)
            )  # fmt: skip
        for info in infos:
            if info.file_size > SMALL and info.file_size > limits.RATIO * info.compress_size:
                raise Unreadable(Message("the package unpacks to absurdly more than it holds"))
        end = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            if info.header_offset < end:
                raise Unreadable(Message("files of the package overlap"))
            end = info.header_offset + info.compress_size

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def read(self, name: str) -> bytes:
        """Return a file's bytes, never more than its declared size."""
        info = self._members[name]
        if info.file_size > limits.FILE_BYTES:
            raise Unreadable(
                Message("the file is larger than %(limit)s MB",
                        limit=limits.FILE_BYTES // limits.MEGABYTE),
                file=name[:200],
            )  # fmt: skip
        try:
            with self._zip.open(info) as stream:
                return stream.read(info.file_size)
        except BROKEN as error:
            raise Unreadable(NO_ZIP, file=name[:200]) from error


def _check_directory(content: bytes) -> None:
    """Refuse an archive whose list of files is too long, before it is read."""
    tail = content[-(END_SIZE + LONGEST_COMMENT) :]
    place = tail.rfind(END)
    if place < 0 or len(tail) - place < END_SIZE:
        raise Unreadable(NO_ZIP)
    if tail[max(place - LOCATOR_SIZE, 0) : place].startswith(LOCATOR):
        raise Unreadable(NO_ZIP)  # ZIP64, for archives beyond any limit of ours
    _, _, _, _, count, size, _, _ = struct.unpack("<4s4H2LH", tail[place : place + END_SIZE])
    if count > limits.MEMBERS or size > limits.DIRECTORY_BYTES:
        raise Unreadable(
            Message("the package holds more than %(limit)s files", limit=limits.MEMBERS)
        )


def _is_outside(name: str) -> bool:
    parts = name.split("/")
    return (
        not name
        or name.startswith("/")
        or ".." in parts
        or "\\" in name
        or "\0" in name
        or ":" in parts[0]
    )
