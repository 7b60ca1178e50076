"""Where the pieces of an upload lie, and putting them together."""

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO

from flask import current_app

from lms.catalog.uploading.models import MediaPiece, MediaUpload
from lms.core.storage import BlobStore, StoreUnavailable, clear_place, open_store
from lms.core.unit_of_work import after_commit

IN_MEMORY = 1024 * 1024  # bytes; what is larger goes through a file


def place_of(upload: MediaUpload) -> BlobStore:
    """Return the store of one upload's pieces; no other upload has anything there."""
    return open_store(current_app.config["SETTINGS"], _name(upload.public_id))


def _name(public_id: str) -> str:
    return f"arriving/{public_id}"


def put_together(upload: MediaUpload, pieces: Sequence[MediaPiece]) -> BinaryIO:
    """Return the whole file: slow, and touches no rows."""
    store = place_of(upload)
    whole = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - its reader closes it
    for piece in pieces:
        with store.stream(piece.blob) as parts:
            for part in parts:
                whole.write(part)
    whole.seek(0)
    return whole  # type: ignore[return-value]


def clear(public_id: str) -> None:
    """Remove the pieces of an upload. Raises StoreUnavailable."""
    clear_place(current_app.config["SETTINGS"], _name(public_id))


def clear_afterwards(upload: MediaUpload) -> None:
    """Remove the pieces once this transaction is committed; the sweep does what fails now."""
    public_id = upload.public_id

    def remove() -> None:
        with suppress(StoreUnavailable):
            clear(public_id)

    after_commit(remove)
