"""Commands on programmes: ``lms programmes check|load|export``; a part of ``lms courses check``."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from lms.catalog.commands import course_folders
from lms.catalog.source.parts import register_companion
from lms.catalog.source.problems import Problems
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.learning.programmes.definitions import definition_of
from lms.learning.programmes.errors import BrokenProgrammes
from lms.learning.programmes.queries import programmes
from lms.learning.programmes.rule.terms import Moves
from lms.learning.programmes.source.file import PROGRAMMES_FILE, read_file, write_programmes
from lms.learning.programmes.source.loading import LoadedProgrammes, load_programmes

group = AppGroup("programmes", help="Check, load and export the programmes (learning paths).")
MOST_LISTED = 30  # dates of one programme
FILE = click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


def _chosen(file: Path | None) -> Path:
    root: Path = current_app.config["SETTINGS"].courses
    return file or root / PROGRAMMES_FILE


def check_beside(root: Path) -> Problems:
    """Return the mistakes of the programmes in a folder of courses; none without a file."""
    known = {folder.name for folder in course_folders(root)}
    return read_file(root / PROGRAMMES_FILE, known)[1]


@group.command("check")
@FILE
def check(file: Path | None) -> None:
    """Check a file of programmes (default: the one beside the courses): each mistake's line."""
    path = _chosen(file)
    known = {folder.name for folder in course_folders(path.parent)}
    found, problems = read_file(path, known or None)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        sys.exit(1)
    click.echo(f"{path.name}: well ({len(found)} programmes)")


@group.command("load")
@FILE
@click.option("--replace", is_flag=True, help="Also over what was changed on the site.")
@click.option("--move-dates", is_flag=True, help="Move the due dates that were given before.")
@with_appcontext
def load(file: Path | None, replace: bool, move_dates: bool) -> None:
    """Load a file of programmes; people get their courses in a job. Safe to run again.

    Due dates that people have already stay, and are listed, unless --move-dates moves them.
    """
    try:
        loaded = load_file(_chosen(file), replace=replace, move_dates=move_dates)
    except BrokenProgrammes as error:
        raise click.ClickException(str(error)) from error
    for key in loaded.left:
        click.echo(f"{key}: left alone, changed on the site since (--replace loads it)")
    click.echo(
        f"{len(loaded.added)} programmes added, {len(loaded.changed)} changed, "
        f"{len(loaded.unchanged)} unchanged"
    )
    for key, moves in loaded.moves.items():
        _tell_moves(key, moves, are_moved=move_dates)


def _tell_moves(key: str, moves: Moves, *, are_moved: bool) -> None:
    if moves.moved:
        what = "moved" if are_moved else "would move (--move-dates moves them)"
        click.echo(f"{key}: {len(moves.moved)} due dates of {moves.people} people {what}")
    for move in moves.moved[:MOST_LISTED]:
        click.echo(f"  {move.name}: {move.course} {move.before} → {move.after}")
    if len(moves.moved) > MOST_LISTED:
        click.echo(f"  and {len(moves.moved) - MOST_LISTED} more")
    if moves.moved and moves.by_hand:
        click.echo(f"  {moves.by_hand} set by hand since stay")
    if moves.moved and moves.past:
        click.echo(f"  {len(moves.past)} stay, their new date has passed")


def load_file(path: Path, *, replace: bool = False, move_dates: bool = False) -> LoadedProgrammes:
    """Load a file as one transaction. Raises BrokenProgrammes."""
    now = clock.now()
    today = clock.local_date(now, current_app.config["SETTINGS"].time_zone)
    with unit_of_work():
        return load_programmes(path, now=now, today=today, replace=replace, move_dates=move_dates)


@group.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def export(file: Path) -> None:
    """Write all programmes into FILE, those out of use too."""
    with unit_of_work():
        found = [*programmes(), *programmes(retired=True)]
        text = write_programmes(map(definition_of, found))
    file.write_text(text, encoding="utf-8")
    click.echo(str(file))


def init_app(app: Flask) -> None:
    """Add the commands."""
    register_companion(PROGRAMMES_FILE, check_beside)
    app.cli.add_command(group)
