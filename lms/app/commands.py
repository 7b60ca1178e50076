"""Commands of the installation as a whole: set up, serve, work."""

import fcntl
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
import flask_migrate
from flask import Flask, current_app
from flask.cli import with_appcontext

from lms.app import demonstration, key_commands, queue
from lms.app.readiness import (
    check_address,
    check_files,
    check_ready,
    has_newest_schema,
    refuse_other_keys,
)
from lms.app.server import Server, default_workers
from lms.catalog.commands import course_folders, index_missing
from lms.catalog.facts.file import FACTS_FILE
from lms.catalog.facts.services import BrokenFacts, load_facts
from lms.catalog.services import BrokenCourse, Outcome, load_course
from lms.certification.register.jobs import seal_register
from lms.core import clock
from lms.core.database import db
from lms.core.settings import Settings
from lms.core.unit_of_work import only_reading, unit_of_work
from lms.learning.programmes.errors import BrokenProgrammes
from lms.learning.programmes.source.commands import load_file
from lms.learning.programmes.source.file import PROGRAMMES_FILE
from lms.people.demonstration import DEMONSTRATION_PASSWORD, SHOWN_USERNAMES
from lms.people.queries import has_accounts, has_demonstration_accounts
from lms.web.i18n import compile_catalogues

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
WORKERS = click.option("--workers", type=click.IntRange(1, 64), default=None, help="Web processes.")
THREADS = click.option("--threads", type=click.IntRange(1, 64), default=8, show_default=True)
PEOPLE = click.option(
    "--people",
    type=click.IntRange(1, 200_000),
    default=demonstration.DEFAULT_PEOPLE,
    show_default=True,
    help="How many people the demonstration network has.",
)

DEMO_EXAMPLE = """\b
Example, beside the data that is there:
  LMS_VAR=/tmp/large lms demo --people 10000
  LMS_VAR=/tmp/large lms start
"""


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _set_up(people: int) -> None:
    with in_turn(_settings()):
        _bring_up_to_date()
        with unit_of_work():
            wanted = _settings().allows_demonstration and demonstration.is_empty()
        if wanted:
            _demonstrate(people)
        seal_register()


@contextmanager
def in_turn(settings: Settings) -> Iterator[None]:
    """Let commands that set up the same data folder wait for each other.

    Making a demonstration takes longer than SQLite lets another writer wait.
    """
    with os.fdopen(os.open(settings.var / "setup.lock", os.O_RDWR | os.O_CREAT, 0o600)) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            click.echo("Another command sets up the same data: waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _bring_up_to_date() -> None:
    """Make whatever the newest code and courses need; people are left to the caller."""
    check_files(current_app, _settings())
    compile_catalogues()
    if not has_newest_schema():
        flask_migrate.upgrade()
        click.echo("The database has the newest schema.")
    with only_reading():
        refuse_other_keys(_settings())
    if key_commands.make_first_keys(_settings()):
        click.echo("Signing keys were made.")
    index_missing()
    _load_courses()


def _load_courses() -> None:
    try:
        with unit_of_work():
            load_facts(_settings().courses / FACTS_FILE, now=clock.now())
    except BrokenFacts as error:
        raise click.ClickException(str(error)) from error
    for folder in course_folders(_settings().courses):
        try:
            with unit_of_work():
                loaded = load_course(folder, now=clock.now())
        except BrokenCourse as error:
            raise click.ClickException(f"{folder.name}:\n{error}") from error
        if loaded.outcome is not Outcome.UNCHANGED:
            click.echo(f"Course {folder.name}: {loaded.outcome.value}.")
    try:
        load_file(_settings().courses / PROGRAMMES_FILE)
    except BrokenProgrammes as error:
        raise click.ClickException(str(error)) from error


def _demonstrate(people: int) -> None:
    click.echo(f"Making a demonstration network with {people} people …")
    with unit_of_work():
        demonstration.populate(people=people, now=clock.now(), settings=_settings())


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to the newest schema."""
    if not has_newest_schema():
        flask_migrate.upgrade()
    click.echo("The database has the newest schema.")


@click.command("setup")
@PEOPLE
@with_appcontext
def setup(people: int) -> None:
    """Compile translations, migrate, load the courses; add a demonstration to an empty database."""
    _set_up(people)


@click.command("demo", epilog=DEMO_EXAMPLE)
@PEOPLE
@with_appcontext
def demo(people: int) -> None:
    """Fill an empty database with a demonstration network (never in production).

    Tables and courses are made first where they are missing. 10,000 people take some minutes.
    """
    if not _settings().allows_demonstration:
        raise click.ClickException("the settings allow no demonstration here")
    with in_turn(_settings()):
        _bring_up_to_date()
        try:
            _demonstrate(people)
        except demonstration.NotEmpty as error:
            raise click.ClickException(
                "the database has people already; point LMS_VAR or LMS_DATABASE_URL at an empty one"
            ) from error
        seal_register()


@click.command("start")
@HOST
@WORKERS
@THREADS
@with_appcontext
def start(host: str, workers: int | None, threads: int) -> None:
    """Bring everything up to date and serve: what `make run` calls."""
    check_address(host, _settings().port)
    _set_up(demonstration.DEFAULT_PEOPLE)
    _greet(host)
    _serve(host, workers, threads)


FIRST_ACCOUNT = (
    ".venv/bin/lms accounts create NAME --role administrator --number NUMBER "
    "--family-name FAMILY --given-name GIVEN"
)


def _greet(host: str) -> None:
    settings = _settings()
    click.echo(f"\n  {settings.site_name_en}: http://{host}:{settings.port}\n")
    with only_reading():
        shown = settings.allows_demonstration and has_demonstration_accounts()
        is_new = not has_accounts()
    if shown:
        click.echo("  Demonstration sign-ins (they can't exist in production):")
        for username in SHOWN_USERNAMES:
            click.echo(f"    {username:<12}{DEMONSTRATION_PASSWORD}")
        click.echo()
    if is_new:
        click.echo("  Nobody has an account yet. Make the first administrator's in another window:")
        click.echo(f"    {FIRST_ACCOUNT}\n")


@click.command("serve")
@HOST
@WORKERS
@THREADS
@with_appcontext
def serve(host: str, workers: int | None, threads: int) -> None:
    """Serve the site (and, in the embedded mode, run background jobs)."""
    _serve(host, workers, threads)


def _serve(host: str, workers: int | None, threads: int) -> None:
    db.session.remove()
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    check_ready(app)
    check_address(host, _settings().port)
    Server(app, host, workers or default_workers(), threads).run()


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Run background jobs until stopped (for LMS_JOBS=worker)."""
    check_ready(current_app)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001
    queue.end_in_time(app, stop)
    queue.run_consumer(app, stop)


def init_app(app: Flask) -> None:
    """Add the commands."""
    for command in (migrate, setup, demo, start, serve, worker):
        app.cli.add_command(command)
