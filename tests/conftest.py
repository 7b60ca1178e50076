"""Fixtures: an application on each database, a client that inspects pages, a live server."""

import gc
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from flask import Flask
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from lms.app import create_app
from lms.core.database import db
from lms.core.settings import PROJECT
from lms.people.models import AccessRole
from lms.web.i18n import compile_catalogues
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient
from tests.support.applications import COMPILED, SECRET, make_application, make_settings
from tests.support.browsers import launch
from tests.support.databases import (
    Database,
    Postgres,
    Sqlite,
    worker_name,
)
from tests.support.demonstration import make_demonstration
from tests.support.run_folder import RunFolder
from tests.support.server import LiveServer

# Examples are judged by what they show, not by how busy the machine is.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

DATABASES = ["sqlite", "postgres"]
RUN_FOLDER = pytest.StashKey[RunFolder]()

for name in [name for name in os.environ if name.startswith("LMS_")]:
    del os.environ[name]


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # until all is collected: what is imported stays
    if not hasattr(config, "workerinput"):  # the process that starts the workers, or the only one
        config.stash[RUN_FOLDER] = RunFolder()


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Import all test modules, in a whole run: each worker begins at another one.

    Where nothing is compiled yet, every worker would compile every module at the same time as the
    others; so it finds compiled what they have come to before.
    """
    worker = getattr(session.config, "workerinput", None)
    if worker is None or not worker["is_whole_run"]:
        return
    modules = sorted(PROJECT.glob("tests/**/test_*.py"))
    begin = len(modules) * int(worker["workerid"].removeprefix("gw")) // worker["workercount"]
    for path in modules[begin:] + modules[:begin]:
        with suppress(Exception):  # told when it is collected
            import_module(".".join(path.relative_to(PROJECT).with_suffix("").parts))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["run_folder"] = str(run_folder(node.config))
    whole = pytest.Config.ArgsSource.TESTPATHS
    node.workerinput["is_whole_run"] = node.config.args_source is whole


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--each-database",
        action="store_true",
        help="run also what is marked in_turn on each database",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Share what is marked ``in_turn`` between the databases; begin with what takes long.

    A long test that began last would keep one process busy and let the others wait.
    """
    if not config.getoption("each_database"):
        elsewhere = of_other_turns(items)
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in elsewhere]
    items.sort(key=lambda item: not (marked(item, "slow") or marked(item, "timeout")))


def of_other_turns(items: list[pytest.Item]) -> set[pytest.Item]:
    """Return what is left out where each case of a module marked ``in_turn`` has one database.

    That is for what a page, a form or a format makes of what services and queries found: those are
    tested on each database, and so are each page's statements and each route's answer. Where cases
    differ in what a database is asked, they run on both.
    """
    turns: dict[str, dict[str, list[pytest.Item]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        if marked(item, "in_turn") and "database" in parameters(item):
            module, _, case = item.nodeid.replace(parameters(item)["database"], "").partition("::")
            turns[module][case].append(item)
    elsewhere: set[pytest.Item] = set()
    for cases in turns.values():
        both = [items for items in cases.values() if len(items) == len(DATABASES)]
        for turn, of_case in enumerate(both):
            elsewhere.update(of_case[: turn % 2] + of_case[turn % 2 + 1 :])
    return elsewhere


def marked(item: pytest.Item, name: str) -> bool:
    """Whether a test, its class or its module has this mark."""
    return item.get_closest_marker(name) is not None


def parameters(item: pytest.Item) -> dict[str, Any]:
    """The parameters of a test's case."""
    return item.callspec.params if hasattr(item, "callspec") else {}


def pytest_collection_finish() -> None:
    """Collect garbage seldom, and never look at what was imported: a fifth of all time otherwise.

    What little of it is garbage by now stays: to look for it takes each process a second.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    gc.enable()


@pytest.hookimpl(trylast=True)  # after the workers have ended
def pytest_sessionfinish(session: pytest.Session) -> None:
    if RUN_FOLDER in session.config.stash:
        session.config.stash[RUN_FOLDER].remove()


def run_folder(config: pytest.Config) -> Path:
    if RUN_FOLDER in config.stash:
        return config.stash[RUN_FOLDER].path
    return Path(config.workerinput["run_folder"])


@pytest.fixture(scope="session", autouse=True)
def _catalogues(shared_folder: Path) -> None:
    """Compile the translations and each template that is shown, once per run."""
    with FileLock(shared_folder / "catalogues.lock"):
        compile_catalogues()
    COMPILED.share(shared_folder / "templates")


@pytest.fixture(scope="session")
def shared_folder(request: pytest.FixtureRequest) -> Path:
    """A folder that all workers of this run share."""
    return run_folder(request.config)


@pytest.fixture(scope="session")
def own_folder(shared_folder: Path) -> Path:
    """A folder of this worker alone, as fast as the shared one."""
    folder = shared_folder / worker_name()
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def sqlite(shared_folder: Path, own_folder: Path) -> Iterator[Sqlite]:
    sqlite = Sqlite(shared_folder, own_folder / "sqlite")
    yield sqlite
    sqlite.close()


@pytest.fixture(scope="session")
def postgres(shared_folder: Path, own_folder: Path) -> Iterator[Postgres]:
    postgres = Postgres(shared_folder, own_folder / "postgres")
    yield postgres
    postgres.close()


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Any:
    """Each database in turn: a test that uses it runs twice."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def make_app(database: Any, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Make applications with settings of their own on the test's database."""
    made: list[Flask] = []
    address = database.url(tmp_path / "var")

    def make(**overrides: Any) -> Flask:
        app = make_application(make_settings(tmp_path / "var", address, **overrides))
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    """An application on an empty, migrated database; inside its context.

    A test that needs other settings, or changes the application, makes one with ``make_app``.
    """
    app = database.fresh_app()
    with app.app_context():
        yield app


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A visitor who is not signed in, reading English."""
    return PageClient(app)


@pytest.fixture
def author(app: Flask) -> PageClient:
    """An instructor of the whole network, signed in, reading English."""
    account = make_account(AccessRole.INSTRUCTOR)
    return PageClient(app).sign_in(account.username, PASSWORD)


@pytest.fixture
def live_server(sqlite: Sqlite, tmp_path: Path) -> Iterator[LiveServer]:
    """A server process on an empty, migrated SQLite database; ``live_app`` shares it."""
    var = tmp_path / "live"
    sqlite.url(var)
    server = LiveServer(var, "", SECRET)
    server.start()
    yield server
    server.kill()


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
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def demonstration_data(shared_folder: Path) -> Path:
    """The data folder of a demonstration installation, made once per run: to be copied."""
    made = shared_folder / "demonstration"
    with FileLock(shared_folder / "demonstration.lock"):
        if not made.exists():
            make_demonstration(made)
    return made


@pytest.fixture(scope="session")
def demonstration(demonstration_data: Path, own_folder: Path) -> Iterator[LiveServer]:
    """A served demonstration installation, for tests that only read or begin an exam."""
    yield from _served(demonstration_data, own_folder / "demonstration")


@pytest.fixture(scope="session")
def demonstration_apart(demonstration_data: Path, own_folder: Path) -> Iterator[LiveServer]:
    """Another one, on which nobody begins an exam."""
    yield from _served(demonstration_data, own_folder / "demonstration-apart")


def _served(data: Path, folder: Path) -> Iterator[LiveServer]:
    var = shutil.copytree(data, folder)
    server = LiveServer(var, "", SECRET)
    server.start()
    yield server
    server.kill()
