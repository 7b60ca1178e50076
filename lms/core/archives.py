"""Foreign ZIP files, read member by member; nothing is ever unpacked to a folder.

The one guard against hostile archives: too many members, members too large or that unpack to
absurdly more than they hold, names outside, links, encryption, members that overlap or stand twice.
"""

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO

MEGABYTE = 1024 * 1024
END = b"PK\x05\x06"
END_SIZE = 22
LOCATOR = b"PK\x06\x07"
LOCATOR_SIZE = 20
LONGEST_COMMENT = 65_535
ENCRYPTED = 0x1
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# All that zipfile and zlib are known to raise for damaged archives. NotImplementedError is theirs:
# for a compression or a version of the format that they don't read.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error,
          NotImplementedError, RuntimeError)  # fmt: skip
SMALL = MEGABYTE  # of a file whose ratio nobody minds


class Fault(Enum):
    """Why an archive is refused."""

    BROKEN = "broken"
    CROWDED = "crowded"  # more members than allowed
    OUTSIDE = "outside"  # a name that leads out of the archive
    LINK = "link"
    ENCRYPTED = "encrypted"
    METHOD = "method"  # packed in a way that is not read
    TWICE = "twice"  # a name that stands twice
    LARGE = "large"  # all members together
    RATIO = "ratio"
    OVERLAP = "overlap"
    LARGE_MEMBER = "large_member"


class ArchiveRefused(Exception):
    """The archive is hostile or broken; ``name`` says which member, ``limit`` which bound."""

    def __init__(self, fault: Fault, name: str = "", limit: int = 0) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.name = name[:200].encode(errors="replace").decode()
        self.limit = limit


@dataclass(frozen=True)
class Bounds:
    """What an archive may measure; sizes in bytes, unpacked."""

    members: int
    unpacked: int
    member: int
    directory: int = 2 * MEGABYTE
    ratio: int = 200


class Archive:
    """The members of an archive by name. Raises ArchiveRefused for a hostile one."""

    def __init__(self, content: bytes | BinaryIO, bounds: Bounds) -> None:
        self._bounds = bounds
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        self._check_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except BROKEN as error:
            raise ArchiveRefused(Fault.BROKEN) from error
        self._members: dict[str, zipfile.ZipInfo] = {}
        if len(self._zip.infolist()) > bounds.members:
            raise ArchiveRefused(Fault.CROWDED, limit=bounds.members)
        for info in self._zip.infolist():
            self._take(info)
        self._check_sizes()

    def _check_directory(self, file: BinaryIO) -> None:
        """Refuse an archive whose list of members is too long, before it is read."""
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - END_SIZE - LONGEST_COMMENT, 0))
        tail = file.read()
        place = tail.rfind(END)
        if place < 0 or len(tail) - place < END_SIZE:
            raise ArchiveRefused(Fault.BROKEN)
        _, _, _, _, count, length, _, _ = struct.unpack("<4s4H2LH", tail[place : place + END_SIZE])
        # ZIP64 has its largest numbers here: as many files as that are too many all the same.
        if count > self._bounds.members or length > self._bounds.directory:
            raise ArchiveRefused(Fault.CROWDED, limit=self._bounds.members)
        if tail[max(place - LOCATOR_SIZE, 0) : place].startswith(LOCATOR):
            raise ArchiveRefused(Fault.BROKEN)  # ZIP64, for archives beyond any limit of ours

    def _take(self, info: zipfile.ZipInfo) -> None:
        name = info.filename
        if _is_outside(name):
            raise ArchiveRefused(Fault.OUTSIDE, name)
        if stat.S_ISLNK(info.external_attr >> 16):
            raise ArchiveRefused(Fault.LINK, name)
        if info.flag_bits & ENCRYPTED:
            raise ArchiveRefused(Fault.ENCRYPTED, name)
        if info.is_dir():
            return
        if info.compress_type not in METHODS:
            raise ArchiveRefused(Fault.METHOD, name)
        if name in self._members:
            raise ArchiveRefused(Fault.TWICE, name)
        self._members[name] = info

    def _check_sizes(self) -> None:
        infos = list(self._members.values())
        if sum(info.file_size for info in infos) > self._bounds.unpacked:
            raise ArchiveRefused(Fault.LARGE, limit=self._bounds.unpacked)
        for info in infos:
            if info.file_size > SMALL and info.file_size > self._bounds.ratio * info.compress_size:
                raise ArchiveRefused(Fault.RATIO, info.filename)
        end = 0
        for info in sorted(infos, key=lambda info: info.header_offset):
            if info.header_offset < end:
                raise ArchiveRefused(Fault.OVERLAP, info.filename)
            end = info.header_offset + info.compress_size

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def size(self, name: str) -> int:
        """Return how many bytes a member declares to hold."""
        return self._members[name].file_size

    def read(self, name: str) -> bytes:
        """Return a member's bytes, never more than its declared size."""
        info = self._members[name]
        if info.file_size > self._bounds.member:
            raise ArchiveRefused(Fault.LARGE_MEMBER, name, self._bounds.member)
        try:
            with self._zip.open(info) as stream:
                return stream.read(info.file_size)
        except BROKEN as error:
            raise ArchiveRefused(Fault.BROKEN, name) from error


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
