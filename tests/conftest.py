"""Fixtures: an application on each database, a client that inspects pages, a live server."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from lms.app import create_app
from lms.core.database import db
from lms.web.i18n import compile_catalogues
from tests.pages import PageClient
from tests.support.databases import SECRET, Postgres, Sqlite, make_settings, worker_name
from tests.support.demonstration import make_demonstration
from tests.support.server import LiveServer

for name in [name for name in os.environ if name.startswith("LMS_")]:
    del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def _catalogues(shared_folder: Path) -> None:
    """Compile the translations, once per run."""
    with FileLock(shared_folder / "catalogues.lock"):
        compile_catalogues()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if worker_name() != "main" else base


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres(shared_folder: Path) -> Iterator[Postgres]:
    with FileLock(shared_folder / "postgres.lock"):
        server = Postgres(shared_folder, f"lms_{worker_name()}")
    yield server
    server.engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Any:
    """Each database in turn: a test that uses it runs twice."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def make_app(database: Any, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Make applications with settings of their own on the test's database."""
    made: list[Flask] = []
    address = database.url(tmp_path / "var")

    def make(**overrides: Any) -> Flask:
        app = create_app(make_settings(tmp_path / "var", address, **overrides))
        app.testing = False  # errors become pages, as for people
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """An application on an empty, migrated database; inside its context."""
    app = make_app()
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A visitor who is not signed in, reading English."""
    return PageClient(app)


@pytest.fixture
def live_server(sqlite: Sqlite, tmp_path: Path) -> Iterator[LiveServer]:
    """A server process on an empty, migrated SQLite database; ``live_app`` shares it."""
    var = tmp_path / "live"
    sqlite.url(var)
    server = LiveServer(var, "", SECRET)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def live_app(live_server: LiveServer) -> Iterator[Flask]:
    """An application in this process on the live server's database; inside its context."""
    app = create_app(make_settings(live_server.var, public_url=live_server.url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for this worker; tests make contexts of their own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-quic",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A served demonstration installation, for tests that only read."""
    server = make_demonstration(tmp_path_factory.mktemp("demonstration") / "var")
    server.start()
    yield server
    server.stop()
