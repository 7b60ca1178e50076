"""The databases' ways to search, behind one interface."""

from lms.catalog.search.engines.base import Engine, Entry, Reach
from lms.catalog.search.engines.postgresql import PostgresqlEngine
from lms.catalog.search.engines.sqlite import SqliteEngine
from lms.core.database import db

__all__ = ["Engine", "Entry", "Reach", "engine"]

_ENGINES: dict[str, Engine] = {"sqlite": SqliteEngine(), "postgresql": PostgresqlEngine()}


def engine() -> Engine:
    """Return the engine of this installation's database."""
    return _ENGINES[db.session.get_bind().dialect.name]
