"""Files as content-addressed blobs: the key of a blob is the SHA-256 of its bytes.

A blob is written once, whole or not at all, and never changes; two equal files are one blob. Blobs
are served only through views that check who may see them, never from the store itself. Where they
lie is a setting: a local folder, or a bucket of S3-compatible storage. Files that are made for a
few days lie apart (``passing``): what two owners may share is never removed.
"""

from flask import current_app

from lms.core.settings import Settings
from lms.core.storage.folder import FolderStore
from lms.core.storage.store import BlobStore, StoreUnavailable

__all__ = [
    "BlobStore",
    "FolderStore",
    "StoreUnavailable",
    "blobs",
    "clear_place",
    "open_store",
    "passing",
]


PASSING = "passing"  # the place of files that are made for a few days


def open_store(settings: Settings, place: str = "") -> BlobStore:
    """Return the store that the settings name, or ``place`` in it; nothing is asked of it yet."""
    if not settings.storage:
        return FolderStore(settings.media_folder / place)
    from lms.core.storage.bucket import BucketStore  # noqa: PLC0415

    return BucketStore(
        f"{settings.storage.rstrip('/')}/{place}" if place else settings.storage,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key.get_secret_value(),
        timeout=settings.s3_timeout_seconds,
    )


def clear_place(settings: Settings, place: str) -> None:
    """Remove all blobs of ``place``, which nobody else names; never those of the store itself."""
    if not place:
        raise ValueError("only a place of its own is cleared")
    open_store(settings, place).clear()


def blobs() -> BlobStore:
    """Return the running application's store."""
    store: BlobStore = current_app.extensions["blobs"]
    return store


def passing() -> BlobStore:
    """Return the running application's store of files that go after a few days."""
    return open_store(current_app.config["SETTINGS"], PASSING)
