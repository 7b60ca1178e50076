"""Commands on courses as folders or packages, ``lms courses check|import|…``; the search index."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from lms.catalog.facts import commands as fact_commands
from lms.catalog.facts.file import FACTS_FILE, FactHistory
from lms.catalog.facts.services import read_file
from lms.catalog.packages import is_package, write_package
from lms.catalog.queries import course_for, courses, published_version
from lms.catalog.search import indexing
from lms.catalog.services import (
    BrokenCourse,
    Effect,
    ImportPlan,
    Loaded,
    Outcome,
    load_course,
    opened,
    plan_import,
)
from lms.catalog.source.collecting import export
from lms.catalog.source.folder import SourceFile, write_disk
from lms.catalog.source.lesson_files import COURSE_FILE
from lms.catalog.source.parts import companions
from lms.catalog.source.problems import Problem, Problems
from lms.catalog.source.reading import Reading, read_folder
from lms.catalog.source.writing import write_folder
from lms.core import clock
from lms.core.unit_of_work import unit_of_work

group = AppGroup("courses", help="Check, import and export courses as folders or ZIP packages.")
FOLDERS = click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
WORDS = {
    Outcome.CREATED: "loaded and published",
    Outcome.UPDATED: "changed, published as a new version",
    Outcome.UNCHANGED: "unchanged",
    Outcome.EDITED_HERE: "left alone: authors published on the site since (--replace loads it)",
}

IMPORT_EXAMPLE = """\b
Examples:
  lms courses import my-course.zip --dry-run
  lms courses import courses/sincere-service
"""

EXPORT_EXAMPLE = """\b
Examples:
  lms courses export sincere-service /tmp/sincere-service
  lms courses export sincere-service sincere-service.zip
"""


def course_folders(root: Path) -> list[Path]:
    """Return the folders under ``root`` that hold a course.yaml, by name."""
    return sorted(path.parent for path in root.glob("*/course.yaml"))


def _chosen(folders: tuple[Path, ...]) -> list[Path]:
    root = current_app.config["SETTINGS"].courses
    # Not ``resolve``, which has no answer for a link that leads to itself.
    named = [Path(os.path.realpath(folder)) for folder in folders] or [root]
    chosen = [one for folder in named for one in _courses_at(folder)]
    if not chosen:
        raise click.ClickException(f"there is no course in {root}")
    return chosen


def _courses_at(path: Path) -> list[Path]:
    """Return the course or package at ``path``, or the courses in a folder that is none itself."""
    if path.is_dir() and not (path / COURSE_FILE).exists():
        return course_folders(path) or [path]
    return [path]


@contextmanager
def _read(
    source: Path, facts: Iterable[str] | None = None
) -> Iterator[tuple[Reading, dict[str, SourceFile]]]:
    problems = Problems()
    with opened(source, problems) as folder:
        yield read_folder(folder, problems=problems, facts=facts), folder.files


def _register(folder: Path) -> tuple[tuple[FactHistory, ...], Problems]:
    """Return the register of facts beside a course, else the one of this installation."""
    own = folder.parent / FACTS_FILE
    return read_file(own if own.is_file() else current_app.config["SETTINGS"].courses / FACTS_FILE)


def _warn(folder: Path, reading: Reading, known: Mapping[str, FactHistory]) -> None:
    """Name the places that rest on a fact past its review: no mistake, but a duty."""
    today = clock.local_date(clock.now(), current_app.config["SETTINGS"].time_zone)
    for path, line, key in reading.facts:
        if key in known and known[key].states and known[key].current.review_by < today:
            day = known[key].current.review_by
            words = f"warning: the fact '{key}' was to be reviewed by {day}"
            click.echo(f"{_shown(folder)}/{path}:{line}: {words}", err=True)


def _complain(folder: Path, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        within = folder.parent if problem.file == folder.name else folder
        click.echo(f"{_shown(within)}/{problem}", err=True)


def _shown(folder: Path) -> str:
    """Return the folder as seen from where the command runs."""
    here = Path.cwd()
    return str(folder.relative_to(here) if folder.is_relative_to(here) else folder)


@group.command("check")
@FOLDERS
def check(folders: tuple[Path, ...]) -> None:
    """Check course folders and packages (default: all) and name file and line of each mistake."""
    broken = 0
    for folder in _chosen(folders):
        register, mistakes = _register(folder)
        _complain(folder.parent, tuple(mistakes))
        known = {fact.key: fact for fact in register}
        with _read(folder, known) as (reading, files):
            _complain(folder, reading.problems)
            _warn(folder, reading, known)
            broken += bool(reading.problems or mistakes)
            if not reading.problems:
                lessons = len(reading.content.lessons)
                click.echo(f"{_shown(folder)}: well ({len(files)} files, {lessons} lessons)")
    broken += 0 if folders else _check_beside(current_app.config["SETTINGS"].courses)
    sys.exit(1 if broken else 0)


def _check_beside(root: Path) -> int:
    """Check the files beside the courses that other domains own; return how many are broken."""
    broken = 0
    for name, check_companion in companions().items():
        problems = check_companion(root)
        _complain(root, tuple(problems))
        broken += bool(problems)
        if not problems and (root / name).is_file():
            click.echo(f"{_shown(root / name)}: well")
    return broken


@group.command("import", epilog=IMPORT_EXAMPLE)
@FOLDERS
@click.option("--replace", is_flag=True, help="Also over what authors published on the site.")
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@click.pass_context
@with_appcontext
def import_courses(
    context: click.Context, folders: tuple[Path, ...], replace: bool, dry_run: bool
) -> None:
    """Load course folders or packages and publish them, or only tell what that would change."""
    if not dry_run:
        context.invoke(load, folders=folders, replace=replace)
    broken = 0
    for folder in _chosen(folders):
        with _read(folder) as (reading, _files):
            _complain(folder, reading.problems)
            broken += bool(reading.problems)
            if not reading.problems:
                _tell(plan_import(reading))
    sys.exit(1 if broken else 0)


def _tell(plan: ImportPlan) -> None:
    words = {Effect.NEW: "would be new", Effect.CHANGED: "would change", Effect.SAME: "unchanged"}
    click.echo(f"{plan.slug}: {words[plan.effect]}")
    for change in plan.changes if plan.effect is Effect.CHANGED else ():
        detail = f" ({change.detail})" if change.detail else ""
        click.echo(f"  {change.kind.value}: {change.label}{detail}")


@group.command("load")
@FOLDERS
@click.option("--replace", is_flag=True, help="Also over what authors published on the site.")
@with_appcontext
def load(folders: tuple[Path, ...], replace: bool) -> None:
    """Load course folders and packages (default: all), publish what changed. Safe to run again."""
    broken = 0
    for folder in _chosen(folders):
        try:
            loaded = load_folder(folder, replace=replace)
        except BrokenCourse as error:
            _complain(folder, error.problems)
            broken += 1
        else:
            words = WORDS[loaded.outcome]
            click.echo(f"{loaded.course.slug}: {words} (version {loaded.version.number})")
    sys.exit(1 if broken else 0)


def load_folder(folder: Path, *, replace: bool = False) -> Loaded:
    """Load one folder as one transaction. Raises BrokenCourse."""
    with unit_of_work():
        return load_course(folder, now=clock.now(), replace=replace)


@group.command("export", epilog=EXPORT_EXAMPLE)
@click.argument("slug")
@click.argument("folder", type=click.Path(path_type=Path))
@with_appcontext
def export_course(slug: str, folder: Path) -> None:
    """Write the published version of the course SLUG into FOLDER, or into a package (NAME.zip)."""
    course = course_for(slug)
    version = published_version(course) if course else None
    if version is None:
        raise click.ClickException(f"there is no published course {slug}")
    files = export(version)
    if is_package(folder.name):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder.open("wb") as package:
            write_package(files, slug, package)
    else:
        try:
            write_disk(folder, files)
        except FileExistsError as error:
            raise click.ClickException(str(error)) from error
        if folder.resolve().name != slug:
            click.echo(f"To check or import this folder, name it {slug}.", err=True)
    click.echo(f"{folder}: version {version.number}, {len(files)} files")


@group.command("list")
@with_appcontext
def list_courses() -> None:
    """List the courses with their versions."""
    for row in courses():
        states = []
        if row.published:
            states.append(f"version {row.published.number} published")
        if row.draft:
            states.append("a draft")
        title = row.shown.title if row.shown else {}
        name = title.get("en") or title.get("ru") or ""
        click.echo(f"{row.course.slug}: {name} ({', '.join(states) or 'empty'})")


@group.command("format")
@FOLDERS
def format_folders(folders: tuple[Path, ...]) -> None:
    """Rewrite course folders in the canonical form; a folder with mistakes is left as it is."""
    broken = 0
    for folder in _chosen(folders):
        with _read(folder) as (reading, files):
            if reading.problems:
                _complain(folder, reading.problems)
                broken += 1
                continue
            canonical = write_folder(reading.content, reading.parts)
            changed = sorted(path for path in canonical if files.get(path) != canonical[path])
            write_disk(folder, canonical)
            click.echo(f"{_shown(folder)}: {len(changed)} files rewritten")
    sys.exit(1 if broken else 0)


@group.command("reindex")
@with_appcontext
def reindex() -> None:
    """Make the search index anew from the published courses; people may search meanwhile."""
    count = index_each(indexing.published_versions())
    click.echo(f"{count} passages of the published courses can be found.")


def index_missing() -> int:
    """Index what was published before there was an index; return the number of passages."""
    return index_each(indexing.unindexed_versions())


def index_each(versions: list[int]) -> int:
    """Index versions, each as one transaction: nobody's answer waits for all of them."""
    count = 0
    for version_id in versions:
        with unit_of_work():
            count += indexing.index_version(version_id)
    return count


def init_app(app: Flask) -> None:
    """Add the commands."""
    fact_commands.init_app(app)
    app.cli.add_command(group)
