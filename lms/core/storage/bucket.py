"""Blobs in a bucket of S3-compatible storage."""

import io
import logging
import sys
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, TypeVar
from urllib.parse import urlsplit

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from lms.core.storage.store import Pieces, StoreUnavailable, checked, key_of

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")
ABSENT = {"404", "NoSuchKey", "NotFound"}
# What an operator has to look at when the bucket itself is refused: it comes without other words.
ELSEWHERE = "the bucket is in another region than LMS_S3_REGION says"
HINTS = {
    "301": ELSEWHERE,
    "400": ELSEWHERE,
    "403": "the access key, its secret or its rights to the bucket are refused",
}
TRIES = 3  # of each request, with growing pauses
CONNECT_SECONDS = 3
MEGABYTE = 1024 * 1024
# Larger files travel in parts, one after another: an upload takes no threads of its own.
PARTS = TransferConfig(
    multipart_threshold=16 * MEGABYTE, multipart_chunksize=16 * MEGABYTE, use_threads=False
)


class BucketStore:
    """Blobs at `prefix/ab/cdef…` of the bucket in ``address``, `s3://bucket/prefix`."""

    def __init__(
        self,
        address: str,
        *,
        endpoint: str,
        region: str,
        access_key: str,
        secret_key: str,
        timeout: float,
    ) -> None:
        parts = urlsplit(address)
        self.bucket = parts.netloc
        self.prefix = parts.path.strip("/")
        config = Config(
            connect_timeout=min(CONNECT_SECONDS, timeout),
            read_timeout=timeout,
            retries={"total_max_attempts": TRIES, "mode": "standard"},
            s3={"addressing_style": "path" if endpoint else "auto"},
            # Other makers' storage doesn't know the checksums that AWS adds by default.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        # Who asks whether storage is well wants to know it soon.
        impatient = Config(
            read_timeout=min(CONNECT_SECONDS, timeout), retries={"total_max_attempts": 1}
        )
        session = boto3.session.Session(
            aws_access_key_id=access_key, aws_secret_access_key=secret_key, region_name=region
        )
        place = {"endpoint_url": endpoint or None}
        self._client = session.client("s3", **place, config=config)
        self._probe = session.client("s3", **place, config=config.merge(impatient))

    def _place(self, key: str) -> dict[str, str]:
        checked(key)
        folder = f"{self.prefix}/" if self.prefix else ""
        return {"Bucket": self.bucket, "Key": f"{folder}{key[:2]}/{key[2:]}"}

    def put(self, content: bytes) -> str:
        """Store ``content`` durably and return its key."""
        return self.put_file(io.BytesIO(content))

    def put_file(self, file: BinaryIO) -> str:
        """Store what ``file`` holds; storage shows an object only when it is whole."""
        key = key_of(file)
        if self.has(key):
            return key
        place = self._place(key)
        try:
            _answer(
                lambda: self._client.upload_fileobj(
                    _Unclosed(file), place["Bucket"], place["Key"], Config=PARTS
                )
            )
        except StoreUnavailable as refusal:
            # Joining a large file's parts may take longer than one request waits. Asked again, the
            # storage refuses: it knows no parts any more, for the object is whole.
            if not (isinstance(refusal.__cause__, ClientError) and self.has(key)):
                raise
        return key

    def get(self, key: str) -> bytes:
        """Return the blob's bytes; FileNotFoundError when there is none."""
        with self.stream(key) as pieces:
            return b"".join(pieces)

    def stream(self, key: str, begin: int = 0, end: int | None = None) -> Pieces:
        """Return the bytes from ``begin`` up to ``end`` in pieces."""
        asked = self._place(key)
        if begin or end is not None:
            asked["Range"] = f"bytes={begin}-{'' if end is None else end - 1}"
        body = _answer(lambda: self._client.get_object(**asked))["Body"]
        return Pieces(lambda size: bytes(_answer(lambda: body.read(size))), body.close, sys.maxsize)

    def has(self, key: str) -> bool:
        """Tell whether the blob is there."""
        try:
            _answer(lambda: self._client.head_object(**self._place(key)))
        except FileNotFoundError:
            return False
        return True

    def remove(self, key: str) -> None:
        """Remove the blob; the storage answers the same when there is none."""
        _answer(lambda: self._client.delete_object(**self._place(key)))

    def clear(self) -> None:
        """Remove all blobs under the prefix; ValueError where the whole bucket would be meant."""
        if not self.prefix:
            raise ValueError("a bucket is never cleared as a whole")
        pages = self._client.get_paginator("list_objects_v2")
        place = {"Bucket": self.bucket, "Prefix": f"{self.prefix}/"}
        found = _answer(
            lambda: [
                one["Key"] for page in pages.paginate(**place) for one in page.get("Contents", ())
            ]
        )
        for name in found:
            _answer(partial(self._client.delete_object, Bucket=self.bucket, Key=name))

    def check(self) -> None:
        """Raise StoreUnavailable when the bucket doesn't answer to these credentials."""
        try:
            _answer(lambda: self._probe.head_bucket(Bucket=self.bucket))
        except FileNotFoundError:
            raise StoreUnavailable from LookupError(f"there is no bucket {self.bucket}")
        except StoreUnavailable as refusal:
            hint = _hint(refusal.__cause__)
            if not hint:
                raise
            raise StoreUnavailable from LookupError(f"{hint} ({self.bucket})")


class _Unclosed(io.BufferedIOBase):
    """A file that boto3 may not close: it is its owner's."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        return self._file.read(-1 if size is None else size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _hint(cause: BaseException | None) -> str:
    """Return what to look at after this refusal of a bucket; "" where it tells itself."""
    if isinstance(cause, RecursionError):
        return ELSEWHERE
    told = cause.response.get("Error", {}) if isinstance(cause, ClientError) else {}
    return HINTS.get(str(told.get("Code", "")), "")


def _answer(ask: Callable[[], Answer]) -> Answer:
    """Return what the storage answers; its refusals are logged without addresses or keys."""
    try:
        return ask()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in ABSENT:
            raise FileNotFoundError from error
        logger.exception("file storage refuses: %s", code)
        raise StoreUnavailable from error
    # The client asks without end where a bucket is when it is sent on and not told to where.
    except (BotoCoreError, Boto3Error, RecursionError) as error:
        logger.exception("file storage does not answer: %s", type(error).__name__)
        raise StoreUnavailable from error
