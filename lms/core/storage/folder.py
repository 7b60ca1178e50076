"""Blobs in a local folder."""

import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from lms.core.storage.store import CHUNK, Pieces, StoreUnavailable, checked, key_of

ONE_PAPER = 128 * 1024  # bytes that the next certificate takes


class FolderStore:
    """A folder of blobs, `ab/cdef…` under ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: str) -> Path:
        """Return where the blob ``key`` lies; ValueError for anything that is no key."""
        checked(key)
        return self.root / key[:2] / key[2:]

    def put(self, content: bytes) -> str:
        """Store ``content`` durably and return its key."""
        return self.put_file(io.BytesIO(content))

    def put_file(self, file: BinaryIO) -> str:
        """Store what ``file`` holds, under another name until it is whole and on the disk."""
        key = key_of(file)
        target = self.path(key)
        if target.exists():
            return key
        try:
            self._write(file, target)
        except OSError as error:
            raise StoreUnavailable from error
        return key

    @staticmethod
    def _write(file: BinaryIO, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as written:
                shutil.copyfileobj(file, written, CHUNK)
                written.flush()
                os.fsync(written.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def get(self, key: str) -> bytes:
        """Return the blob's bytes; FileNotFoundError when there is none."""
        return self.path(key).read_bytes()

    def stream(self, key: str, begin: int = 0, end: int | None = None) -> Pieces:
        """Return the bytes from ``begin`` up to ``end`` in pieces."""
        file = self.path(key).open("rb")
        last = file.seek(0, os.SEEK_END) if end is None else end
        file.seek(begin)
        return Pieces(file.read, file.close, last - begin)

    def has(self, key: str) -> bool:
        """Tell whether the blob is there."""
        return self.path(key).exists()

    def remove(self, key: str) -> None:
        """Remove the blob, if it is there."""
        self.path(key).unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove all blobs, and the folder."""
        try:
            shutil.rmtree(self.root)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreUnavailable from error

    def check(self) -> None:
        """Raise StoreUnavailable when nothing can be written to the folder, or its disk is full."""
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.root) as file:
                file.write(bytes(ONE_PAPER))
        except OSError as error:
            raise StoreUnavailable from error
