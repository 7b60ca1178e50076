"""With Redis all machines count together; without it each goes on alone, and nobody is kept out."""

import json
import logging
import shutil
import signal
import sqlite3
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html
from redis import Redis
from redis.exceptions import RedisError

from lms.app import create_app, queue
from lms.app.queue import _Brief
from lms.core import jobs, limit_store
from lms.core.clock import now
from lms.core.database import db
from lms.core.jobs import Job, JobState
from lms.core.limit_store import SharedCounts
from lms.core.unit_of_work import unit_of_work
from tests.builders.people import PASSWORD, make_account
from tests.support.applications import make_settings
from tests.support.databases import SECRET, Sqlite
from tests.support.server import LiveServer, free_port


class Store:
    """A Redis or Valkey of the test's own, that can go away and come back."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        program = shutil.which("valkey-server") or shutil.which("redis-server")
        assert program, "the tests need Redis or Valkey: requirements/system-packages test"
        settings = ("--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder))
        self.process = subprocess.Popen(
            [program, "--port", str(self.port), *settings], stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                with Redis.from_url(self.url) as store:
                    store.ping()
            except RedisError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the store did not come up")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    running = Store(tmp_path)
    yield running
    running.stop()


def test_machines_count_together_and_each_alone_while_the_store_is_away(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = (
        SharedCounts(f"counts-shared://{tmp_path / name}", redis_url=store.url) for name in "ab"
    )
    assert here.incr("anna", 60) == 1
    assert there.incr("anna", 60) == 2
    store.stop()
    assert [here.incr("anna", 60), here.incr("anna", 60), there.incr("anna", 60)] == [1, 2, 1]
    assert here.get("anna") == 2
    assert here.get_expiry("anna") > time.time()
    assert here.check()
    here.clear("anna")
    assert here.get("anna") == 0
    monkeypatch.setattr(limit_store, "PAUSE", 0.0)
    store.start()
    here._left_alone_until = 0.0
    there._left_alone_until = 0.0
    assert [here.incr("anna", 60), there.incr("anna", 60)] == [1, 2]


def test_a_store_that_hangs_holds_nobody_up_for_long(store: Store, tmp_path: Path) -> None:
    counts = SharedCounts(f"counts-shared://{tmp_path / 'a'}", redis_url=store.url)
    counts.incr("anna", 60)
    store.process.send_signal(signal.SIGSTOP)  # SIGSTOP: it listens and says nothing
    began = time.monotonic()
    assert [counts.incr("anna", 60) for _ in range(5)] == [1, 2, 3, 4, 5]
    assert time.monotonic() - began < 3 * limit_store.PATIENCE
    store.process.send_signal(signal.SIGCONT)


def test_the_queue_says_in_a_line_a_minute_that_the_store_is_away_or_full() -> None:
    brief = _Brief()
    away = RedisError("gone"), sqlite3.OperationalError("disk is full"), RedisError("gone")
    kept = [record for record in map(failure, away) if brief.filter(record)]
    assert [record.getMessage() for record in kept] == ["the sweep alone begins jobs: gone"]
    assert kept[0].exc_info is None
    other = failure(ValueError("a fault"))
    assert brief.filter(other)
    assert other.exc_info


def test_who_asks_for_jobs_while_the_store_is_away_says_so_once_a_minute(
    make_app: Callable[..., Flask],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(queue, "_brief", _Brief())
    with make_app(jobs="worker", redis_url="redis://127.0.0.1:9/0").app_context():
        for key in "ab":
            with unit_of_work():
                jobs.enqueue("people.remove_files", key=key, now=now(), keys=[])
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "the sweep alone begins jobs"
    ]


def failure(error: Exception) -> logging.LogRecord:
    info = (type(error), error, None)
    return logging.LogRecord("huey.consumer.Worker", logging.ERROR, "", 0, "failed", (), info)


@pytest.mark.slow
def test_without_the_store_people_sign_in_and_jobs_are_done(
    store: Store, sqlite: Sqlite, tmp_path: Path
) -> None:
    var = tmp_path / "live"
    sqlite.url(var)
    server = LiveServer(var, "", SECRET, redis_url=store.url)
    server.start()
    try:
        assert health(server) == {**WELL, "status": "ok", "store": "ok"}
        store.stop()
        assert health(server) == {**WELL, "status": "degraded", "store": "failing"}
        with create_app(make_settings(var)).app_context():
            with unit_of_work():
                username = make_account().username
                jobs.enqueue("people.remove_files", key="a", now=now(), keys=[])
            assert sign_in(server, username) == f"{server.url}/"
            wait_until_done("people.remove_files")
            db.session.remove()
            db.engine.dispose()
    finally:
        server.kill()


WELL = {"database": "ok", "jobs": "ok", "files": "ok"}


def health(server: LiveServer) -> dict[str, str]:
    with urllib.request.urlopen(f"{server.url}/health", timeout=20) as answer:
        told: dict[str, str] = json.load(answer)
    return told


def sign_in(server: LiveServer, username: str) -> str:
    """Sign in; return the address one comes to."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(f"{server.url}/sign-in", timeout=20) as form:
        [token] = html.fromstring(form.read()).xpath("//main//input[@name='csrf_token']/@value")
    fields = {"csrf_token": token, "username": username, "password": PASSWORD}
    sent = urllib.parse.urlencode(fields).encode()
    with browser.open(f"{server.url}/sign-in", sent, timeout=20) as page:
        return str(page.url)


def wait_until_done(name: str) -> None:
    until = time.monotonic() + 40
    while time.monotonic() < until:
        with unit_of_work():
            if db.session.scalar(sa.select(Job.state).where(Job.name == name)) is JobState.DONE:
                return
        time.sleep(0.2)
    raise AssertionError(f"{name} was not done")
