"""Files as content-addressed blobs: the key of a blob is the SHA-256 of its bytes.

A blob is written once, whole or not at all, and never changes; two equal files are one blob. Blobs
are served only through views that check who may see them, never from the folder itself.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from flask import current_app

KEY = re.compile(r"[0-9a-f]{64}")


class BlobStore:
    """A folder of blobs, `ab/cdef…` under ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: str) -> Path:
        """Return where the blob ``key`` lies; ValueError for anything that is no key."""
        if not KEY.fullmatch(key):
            raise ValueError("not a blob key")
        return self.root / key[:2] / key[2:]

    def put(self, content: bytes) -> str:
        """Store ``content`` durably and return its key. Storing it again costs nothing."""
        key = hashlib.sha256(content).hexdigest()
        target = self.path(key)
        if target.exists():
            return key
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return key

    def get(self, key: str) -> bytes:
        """Return the blob's bytes; FileNotFoundError when there is none."""
        return self.path(key).read_bytes()

    def has(self, key: str) -> bool:
        """Tell whether the blob is there."""
        return self.path(key).exists()


def blobs() -> BlobStore:
    """Return the running application's store."""
    store: BlobStore = current_app.extensions["blobs"]
    return store
