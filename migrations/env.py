"""Alembic's environment: migrations run in one transaction each, on the application's engine."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from lms.core.database import db

engine = db.engine


def run_migrations() -> None:
    """Apply the migrations over a connection of the application."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch mode rebuilds tables. The switch does nothing within a transaction, and a
            # connection of SQLAlchemy is always in one: the driver's own is asked.
            _driver(connection).execute("PRAGMA foreign_keys=OFF")
        try:
            context.configure(
                connection=connection,
                target_metadata=db.metadata,
                transaction_per_migration=True,
                on_version_apply=check_references,
                **current_app.extensions["migrate"].configure_args,
            )
            with context.begin_transaction():
                context.run_migrations()
        finally:
            if connection.dialect.name == "sqlite":
                connection.rollback()
                _driver(connection).execute("PRAGMA foreign_keys=ON")


def check_references(*, ctx: Any, **_: Any) -> None:
    """Refuse, and so roll back, a migration that leaves references to rows that aren't there."""
    if ctx.dialect.name == "sqlite":
        broken = ctx.connection.execute(sa.text("PRAGMA foreign_key_check")).all()
        if broken:
            raise RuntimeError(f"the migration broke references: {broken[:5]}")


def _driver(connection: sa.Connection) -> Any:
    return connection.connection.driver_connection


run_migrations()
