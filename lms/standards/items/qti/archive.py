"""A package's files, behind the guard that all foreign archives pass."""

from collections.abc import Iterator

from lms.catalog.archive_words import sentence
from lms.catalog.source.folder import is_beside
from lms.core.archives import Archive as Guarded
from lms.core.archives import ArchiveRefused, Bounds, Fault
from lms.standards.items import limits
from lms.standards.items.errors import Unreadable

BOUNDS = Bounds(
    members=limits.MEMBERS,
    unpacked=limits.UNPACKED_BYTES,
    member=limits.FILE_BYTES,
    directory=limits.DIRECTORY_BYTES,
    ratio=limits.RATIO,
)
OF_ONE_FILE = {Fault.BROKEN, Fault.LARGE_MEMBER}  # told with the file's place


class Archive:
    """The files of a package by name. Raises Unreadable for a hostile archive.

    A package may lie in a folder of its own, as when its folder was packed by hand: names go
    without that folder then.
    """

    def __init__(self, content: bytes, top: str) -> None:
        """Open a package in whose uppermost folder the file ``top`` lies."""
        try:
            self._guarded = Guarded(content, BOUNDS)
        except ArchiveRefused as refused:
            raise _unreadable(refused) from refused
        found = [name for name in self._guarded if _beneath(name) == top]
        is_nested = top not in self._guarded and len(found) == 1
        self._folder = found[0].removesuffix(top) if is_nested else ""

    def __contains__(self, name: str) -> bool:
        return f"{self._folder}{name}" in self._guarded

    def __iter__(self) -> Iterator[str]:
        for name in self._guarded:
            if not is_beside(name):
                yield name.removeprefix(self._folder)

    def read(self, name: str) -> bytes:
        """Return a file's bytes, never more than its declared size."""
        try:
            return self._guarded.read(f"{self._folder}{name}")
        except ArchiveRefused as refused:
            raise _unreadable(refused) from refused


def _beneath(name: str) -> str:
    """Return what a name is within its uppermost folder."""
    return name.partition("/")[2]


def _unreadable(refused: ArchiveRefused) -> Unreadable:
    file = refused.name if refused.fault in OF_ONE_FILE else ""
    return Unreadable(sentence(refused), file=file)
