"""Alembic's environment: migrations run in one transaction each, on the application's engine."""

from alembic import context
from flask import current_app

from lms.core.database import db

engine = db.engine


def run_migrations() -> None:
    """Apply the migrations over a connection of the application."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch mode rebuilds tables; references are checked when it is done.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            transaction_per_migration=True,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


run_migrations()
