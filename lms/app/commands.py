"""Commands of the installation as a whole: set up, serve, work."""

import signal
import threading

import click
import flask_migrate
from flask import Flask, current_app
from flask.cli import with_appcontext

from lms.app import queue
from lms.app.server import Server, default_workers
from lms.core.settings import Settings


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to the newest schema."""
    flask_migrate.upgrade()
    click.echo("The database has the newest schema.")


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), default=None, help="Web processes.")
@click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True)
@with_appcontext
def serve(host: str, workers: int | None, threads: int) -> None:
    """Serve the site (and, in the embedded mode, run background jobs)."""
    settings: Settings = current_app.config["SETTINGS"]
    Server(settings, host, workers or default_workers(), threads).run()


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run background jobs until stopped (for LMS_JOBS=worker)."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    queue.run_consumer(current_app._get_current_object(), stop)  # type: ignore[attr-defined] # noqa: SLF001


def init_app(app: Flask) -> None:
    """Add the commands."""
    for command in (migrate, serve, worker):
        app.cli.add_command(command)
