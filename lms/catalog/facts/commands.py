"""Commands on the register of facts: ``lms facts check|load|export``."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from lms.catalog.facts.file import FACTS_FILE, write_facts
from lms.catalog.facts.queries import all_facts, history_of
from lms.catalog.facts.services import BrokenFacts, load_facts, read_file
from lms.core import clock
from lms.core.unit_of_work import unit_of_work

group = AppGroup("facts", help="Check, load and export the register of facts.")
FILE = click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


def _chosen(file: Path | None) -> Path:
    root: Path = current_app.config["SETTINGS"].courses
    return file or root / FACTS_FILE


@group.command("check")
@FILE
def check(file: Path | None) -> None:
    """Check a register (default: facts.yaml beside the courses): the line of each mistake."""
    path = _chosen(file)
    facts, problems = read_file(path)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(1)
    click.echo(f"{path.name}: well ({len(facts)} facts)")


@group.command("load")
@FILE
@with_appcontext
def load(file: Path | None) -> None:
    """Load a register: new facts, and new versions of known ones. Safe to run again."""
    try:
        with unit_of_work():
            loaded = load_facts(_chosen(file), now=clock.now())
    except BrokenFacts as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{loaded.added} facts added, {loaded.changed} changed")


@group.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def export(file: Path) -> None:
    """Write the register with its whole history into FILE."""
    with unit_of_work():
        text = write_facts(history_of(fact) for fact in all_facts())
    file.write_text(text, encoding="utf-8")
    click.echo(str(file))


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
