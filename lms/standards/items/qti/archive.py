"""A package's files, behind the guard that all foreign archives pass."""

from collections.abc import Iterator

from lms.catalog.archive_words import sentence
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
    """The files of a package by name. Raises Unreadable for a hostile archive."""

    def __init__(self, content: bytes) -> None:
        try:
            self._guarded = Guarded(content, BOUNDS)
        except ArchiveRefused as refused:
            raise _unreadable(refused) from refused

    def __contains__(self, name: str) -> bool:
        return name in self._guarded

    def __iter__(self) -> Iterator[str]:
        return iter(self._guarded)

    def read(self, name: str) -> bytes:
        """Return a file's bytes, never more than its declared size."""
        try:
            return self._guarded.read(name)
        except ArchiveRefused as refused:
            raise _unreadable(refused) from refused


def _unreadable(refused: ArchiveRefused) -> Unreadable:
    file = refused.name if refused.fault in OF_ONE_FILE else ""
    return Unreadable(sentence(refused), file=file)
