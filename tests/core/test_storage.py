"""Blobs: the same promises from a folder and from a bucket, and what a dead store answers."""

import errno
import hashlib
import io
import os
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from flask import Flask

from lms.app.commands import setup
from lms.app.readiness import check_ready
from lms.core.database import db
from lms.core.settings import SettingsError
from lms.core.storage import BlobStore, FolderStore, StoreUnavailable
from lms.web import access
from tests.pages import PageClient
from tests.support.buckets import BUCKET, Bucket, served_bucket
from tests.support.disks import full_disk

CONTENT = bytes(range(256)) * 1024
KEY = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def served() -> Iterator[Bucket]:
    with served_bucket() as bucket:
        yield bucket


@pytest.fixture(params=["folder", "bucket"])
def store(request: Any, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return FolderStore(tmp_path)
    return request.getfixturevalue("served").store(f"s3://{BUCKET}/{tmp_path.name}")


def test_what_was_put_is_found_under_its_hash(store: BlobStore) -> None:
    assert not store.has(KEY)
    assert store.put(CONTENT) == store.put_file(io.BytesIO(CONTENT)) == KEY
    assert store.has(KEY)
    assert store.get(KEY) == CONTENT


@pytest.mark.parametrize(
    ("begin", "end"), [(0, None), (1, 2), (0, len(CONTENT)), (100_000, 200_001), (262_143, None)]
)
def test_a_stretch_of_a_blob_can_be_read(store: BlobStore, begin: int, end: int | None) -> None:
    store.put(CONTENT)
    assert b"".join(store.stream(KEY, begin, end)) == CONTENT[begin:end]


def test_a_reader_that_goes_away_lets_go_of_the_file(store: BlobStore) -> None:
    store.put(CONTENT)
    with store.stream(KEY) as untouched, store.stream(KEY, 5) as begun:
        assert next(begun)[:1] == CONTENT[5:6]
    untouched.close()  # twice is once


def test_an_absent_blob_is_told_at_once(store: BlobStore) -> None:
    for ask in (store.get, store.stream):
        with pytest.raises(FileNotFoundError):
            ask("0" * 64)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "0" * 63, "G" * 64, "0" * 64 + "\n"])
def test_nothing_but_a_key_reaches_the_store(store: BlobStore, key: str) -> None:
    for ask in (store.get, store.stream, store.has):
        with pytest.raises(ValueError, match="not a blob key"):
            ask(key)


def test_a_large_file_travels_in_parts(served: Bucket) -> None:
    store = served.store(timeout=20)
    content = b"x" * (40 * 1024 * 1024)
    file = io.BytesIO(content)
    key = store.put_file(file)
    assert not file.closed
    assert sum(map(len, store.stream(key))) == len(content)
    assert f"kept/{key[:2]}/{key[2:]}" in served.names()


@pytest.mark.parametrize("arrives", [True, False])
def test_a_refusal_of_a_file_that_is_whole_is_none(
    served: Bucket, monkeypatch: pytest.MonkeyPatch, arrives: bool
) -> None:
    """Joining parts may outlast a request: asked again, the storage knows the parts no more."""
    store = served.store()
    upload = store._client.upload_fileobj

    def joined_twice(*given: Any, **named: Any) -> None:
        if arrives:
            upload(*given, **named)
        raise ClientError({"Error": {"Code": "NoSuchUpload"}}, "CompleteMultipartUpload")

    monkeypatch.setattr(store._client, "upload_fileobj", joined_twice)
    content = f"arrives {arrives}".encode()
    if arrives:
        assert store.get(store.put(content)) == content
    else:
        with pytest.raises(StoreUnavailable):
            store.put(content)


class Breaking(io.BytesIO):
    """A file that can be hashed once and then fails half-way."""

    reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        if self.reads > 6:
            raise OSError("gone")
        return super().read(size)


def test_a_write_that_breaks_off_leaves_no_half_file(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    with pytest.raises(StoreUnavailable):
        store.put_file(Breaking(CONTENT))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_dead_bucket_is_unavailable_in_seconds(served: Bucket) -> None:
    store = served.store("s3://no-such-bucket")
    with pytest.raises(StoreUnavailable) as refused:
        store.check()
    assert str(refused.value.__cause__) == "there is no bucket no-such-bucket"
    for ask in (store.put, lambda content: store.get(KEY)):
        with pytest.raises((StoreUnavailable, FileNotFoundError)):
            ask(CONTENT)


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (ClientError({"Error": {"Code": "403"}}, "HeadBucket"), "its secret or its rights"),
        (ClientError({"Error": {"Code": "400"}}, "HeadBucket"), "than LMS_S3_REGION says"),
        (RecursionError(), "than LMS_S3_REGION says"),
        (ClientError({"Error": {"Code": "500"}}, "HeadBucket"), "An error occurred (500)"),
    ],
)
def test_the_operator_is_told_what_of_the_settings_a_bucket_refuses(
    monkeypatch: pytest.MonkeyPatch, refusal: Exception, told: str
) -> None:
    store = Bucket.store(type("Nowhere", (), {"endpoint": "http://127.0.0.1:9"})())

    def refuse(**_asked: str) -> None:
        raise refusal

    monkeypatch.setattr(store._probe, "head_bucket", refuse)
    with pytest.raises(StoreUnavailable) as refused:
        store.check()
    assert told in str(refused.value.__cause__)


def test_a_store_that_nobody_serves_is_unavailable() -> None:
    store = Bucket.store(type("Nowhere", (), {"endpoint": "http://127.0.0.1:9"})())
    for ask in (store.check, lambda: store.put(b"x"), lambda: store.get(KEY)):
        with pytest.raises(StoreUnavailable):
            ask()


def stored_at(endpoint: str) -> dict[str, Any]:
    return {
        "storage": f"s3://{BUCKET}",
        "s3_endpoint": endpoint,
        "s3_access_key": "key",
        "s3_secret_key": "secret",
        "s3_timeout_seconds": 2,
    }


def test_health_sees_a_dead_store(make_app: Callable[..., Flask], served: Bucket) -> None:
    well = PageClient(make_app(**stored_at(served.endpoint))).get("/health")
    assert well.response.json["files"] == "ok"
    dead = PageClient(make_app(**stored_at("http://127.0.0.1:9"))).get("/health", status=503)
    assert dead.response.json["files"] == "failing"
    assert "secret" not in dead.text


def test_health_sees_a_full_disk_before_an_answer_is_lost(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = PageClient(app)
    assert visitor.get("/health").response.json["status"] == "ok"
    with full_disk(taken=64 * 1024):
        full = visitor.get("/health", status=503)
    assert full.response.json["files"] == "failing"
    if db.engine.dialect.name == "sqlite":
        disk = types.SimpleNamespace(f_bavail=1, f_frsize=4096, f_flag=0)
        monkeypatch.setattr(os, "statvfs", lambda _path: disk)
        full = visitor.get("/health", status=503)
        assert full.response.json["database"] == "failing"


def test_a_full_folder_for_temporary_files_is_told_by_health_and_to_who_sends_much(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")  # as where a large request is read

    visitor = PageClient(app)
    monkeypatch.setitem(app.view_functions, "certification.verify", access.public(fails))
    with full_disk(taken=256 * 1024):  # enough for what the store of files is tried with
        assert visitor.get("/health", status=503).json["files"] == "failing"
    assert visitor.get("/verify", status=503).headers["Retry-After"] == "60"
    assert "/verify: nothing more can be written: [Errno 28]" in caplog.text
    assert "Traceback" not in caplog.text
    assert visitor.get("/health").json["files"] == "ok"


def test_a_server_without_its_store_does_not_start(make_app: Callable[..., Flask]) -> None:
    app = make_app(**stored_at("http://127.0.0.1:9"))
    with pytest.raises(SettingsError, match="LMS_STORAGE"):
        check_ready(app)
    refused = app.test_cli_runner().invoke(setup).exception  # before it loads a single course
    assert isinstance(refused, SettingsError)
    assert "LMS_STORAGE" in str(refused)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable):
        FolderStore(tmp_path / "file").check()
