"""Files as content-addressed blobs: the key of a blob is the SHA-256 of its bytes.

A blob is written once, whole or not at all, and never changes; two equal files are one blob. Blobs
are served only through views that check who may see them, never from the store itself. Where they
lie is a setting: a local folder, or a bucket of S3-compatible storage.
"""

from flask import current_app

from lms.core.settings import Settings
from lms.core.storage.folder import FolderStore
from lms.core.storage.store import BlobStore, StoreUnavailable

__all__ = ["BlobStore", "FolderStore", "StoreUnavailable", "blobs", "open_store"]


def open_store(settings: Settings) -> BlobStore:
    """Return the store that the settings name; nothing is asked of it yet."""
    if not settings.storage:
        return FolderStore(settings.media_folder)
    from lms.core.storage.bucket import BucketStore  # noqa: PLC0415

    return BucketStore(
        settings.storage,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key.get_secret_value(),
        timeout=settings.s3_timeout_seconds,
    )


def blobs() -> BlobStore:
    """Return the running application's store."""
    store: BlobStore = current_app.extensions["blobs"]
    return store
