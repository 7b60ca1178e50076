"""What every store of blobs can do, and how it says that it can't."""

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol, Self

from flask_babel import lazy_gettext as _l

from lms.core.errors import Refusal

KEY = re.compile(r"[0-9a-f]{64}")
CHUNK = 64 * 1024  # bytes


class StoreUnavailable(Refusal):
    """The store doesn't answer, refuses, or has no room; what was asked may work later."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_l("Files can't be read or saved right now. Try again in a minute."))


class BlobStore(Protocol):
    """Blobs by key. Each method raises StoreUnavailable, and ValueError for what is no key."""

    def put(self, content: bytes) -> str:
        """Store ``content`` durably and return its key. Storing it again costs nothing."""
        ...

    def put_file(self, file: BinaryIO) -> str:
        """Store what ``file`` holds from its beginning, however large, and return its key."""
        ...

    def get(self, key: str) -> bytes:
        """Return the blob's bytes; FileNotFoundError when there is none."""
        ...

    def stream(self, key: str, begin: int = 0, end: int | None = None) -> "Pieces":
        """Return the bytes from ``begin`` up to ``end`` (default: all) in pieces, to be closed.

        FileNotFoundError when there is no such blob, raised here and not at the first piece.
        """
        ...

    def has(self, key: str) -> bool:
        """Tell whether the blob is there."""
        ...

    def remove(self, key: str) -> None:
        """Remove the blob, if it is there: only of stores whose blobs one owner alone names."""
        ...

    def clear(self) -> None:
        """Remove all blobs: only of a place whose blobs one owner alone names."""
        ...

    def check(self) -> None:
        """Raise StoreUnavailable when blobs can't be read or written now."""
        ...


def checked(key: str) -> str:
    """Return ``key``; ValueError for anything that is no key."""
    if not KEY.fullmatch(key):
        raise ValueError("not a blob key")
    return key


def key_of(file: BinaryIO) -> str:
    """Return the key of what ``file`` holds, and wind it back to its beginning."""
    file.seek(0)
    total = hashlib.sha256()
    while piece := file.read(CHUNK):
        total.update(piece)
    file.seek(0)
    return total.hexdigest()


class Pieces(Iterator[bytes]):
    """Bytes on their way out. ``close`` lets go of their source, also before the first piece."""

    def __init__(self, read: Callable[[int], bytes], close: Callable[[], None], left: int) -> None:
        self._read = read
        self._close = close
        self._left = left  # bytes at most

    def __next__(self) -> bytes:
        """Return the next piece; at the end the source is closed."""
        piece = self._read(min(CHUNK, self._left)) if self._left > 0 else b""
        if not piece:
            self.close()
            raise StopIteration
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        """Close the source."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
