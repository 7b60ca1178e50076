"""Commands on item banks in the formats of other tools: ``lms items import|export``."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from lms.assessment.authoring.queries import newest_version
from lms.catalog.models import Course, CourseVersion
from lms.catalog.queries import course_for
from lms.core import clock
from lms.core.errors import Refusal
from lms.core.unit_of_work import unit_of_work
from lms.standards.api.tokens import commands as token_commands
from lms.standards.items import limits
from lms.standards.items.banks.exporting import export_bank
from lms.standards.items.banks.importing import Outcome, Plan, carry_out, plan_import
from lms.standards.items.errors import Unreadable
from lms.standards.items.formats import ItemFormat, read_items
from lms.standards.items.reports import (
    WORDS,
    export_lines,
    import_lines,
    import_report,
    refusal_report,
)
from lms.web.i18n import LANGUAGES

group = AppGroup("items", help="Import and export item banks in the formats of other tools.")
BANK = click.option(
    "--bank", required=True, metavar="NAME", help="Short name of the course whose bank it is."
)
FORMATS = click.Choice([form.value for form in ItemFormat])
LANGUAGE = click.Choice(LANGUAGES)

IMPORT_EXAMPLE = """\b
Example:
  lms items import questions.gift --bank sincere-service --dry-run
"""

EXPORT_EXAMPLE = """\b
Example:
  lms items export --bank sincere-service --format qti3 --output items.zip
"""


@group.command("import", epilog=IMPORT_EXAMPLE)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@BANK
@click.option("--format", "form", type=FORMATS, help="Default: told from the content.")
@click.option("--dry-run", is_flag=True, help="Tell what would happen; write nothing.")
@click.option("--strict", is_flag=True, help="Write nothing unless all of it can be kept.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--topic", metavar="KEY", help="Topic for all questions. Default: the file's.")
@click.option(
    "--language",
    type=LANGUAGE,
    help="Language of texts that don't name theirs. Default: the course's first.",
)
@with_appcontext
def import_items(file: Path, bank: str, **options: Any) -> None:
    """Import the questions in FILE into the bank of a course.

    What is understood is written, all in one transaction; what is not is named with its place in
    the file. Importing the same file again changes nothing.

    Exit code: 0 when the file was read and all that was understood is written (or, with --dry-run,
    would be); 1 when nothing was: the file was refused, no question in it was understood, or with
    --strict something in it can't be kept; 2 for a wrong command line.
    """
    try:
        plan, written = _import(file, bank, **options)
    except Refusal as refusal:
        _refuse(refusal, file, bank, as_json=options["as_json"])
        sys.exit(1)
    if options["as_json"]:
        _print_json(
            import_report(plan, file=file.name, dry_run=options["dry_run"], written=written)
        )
    else:
        _tell(plan, written=written, dry_run=options["dry_run"])
    refused = not plan.items or (options["strict"] and not plan.is_whole)
    sys.exit(1 if refused else 0)


def _import(
    file: Path,
    bank: str,
    *,
    form: str | None,
    dry_run: bool,
    strict: bool,
    topic: str | None,
    language: str | None,
    **_: Any,
) -> tuple[Plan, bool]:
    """Plan the import, and carry it out if that is wanted; tell whether it was written."""
    with file.open("rb") as stream:
        content = stream.read(limits.FILE_BYTES + 1)
    with unit_of_work():
        spoken = _course(bank)[1].languages[0]
    # Reading takes a while and needs no lock.
    read = read_items(content, language=language or spoken, form=ItemFormat(form) if form else None)
    with unit_of_work():
        course, version = _course(bank)
        plan = plan_import(course=course, version=version, file=read, topic=topic)
        wanted = plan.changes and not dry_run and (plan.is_whole or not strict)
        if wanted:
            carry_out(plan, actor=None, now=clock.now())
    return plan, wanted


def _course(bank: str) -> tuple[Course, CourseVersion]:
    course = course_for(bank)
    version = newest_version(course) if course else None
    if course is None or version is None:
        raise click.BadParameter(f"there is no course {bank}", param_hint="--bank")
    return course, version


def _refuse(refusal: Refusal, file: Path, bank: str, *, as_json: bool) -> None:
    if as_json:
        _print_json(refusal_report(refusal, file=file.name, bank=bank))
        return
    where = (refusal.file, refusal.line) if isinstance(refusal, Unreadable) else ()
    place = ":".join(str(part) for part in (file.name, *where) if part)
    click.echo(f"{place}: refused, nothing was written: {refusal.message}", err=True)


def _tell(plan: Plan, *, written: bool, dry_run: bool) -> None:
    for line in import_lines(plan):
        click.echo(line, err=True)
    counts = ", ".join(f"{plan.count(outcome)} {WORDS[outcome]}" for outcome in Outcome)
    rejected = len(plan.rejected)
    click.echo(
        f"{plan.form.value}: {len(plan.items)} questions understood ({counts}), "
        f"{rejected} not understood"
    )
    if written:
        click.echo(f"Written to the bank of {plan.course.slug}.")
    else:
        click.echo("Nothing was written (dry run)." if dry_run else "Nothing was written.")


def _print_json(report: dict[str, Any]) -> None:
    click.echo(json.dumps(report, ensure_ascii=False, indent=2))


@group.command("export", epilog=EXPORT_EXAMPLE)
@BANK
@click.option("--format", "form", type=FORMATS, required=True)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Default: standard output.",
)
@click.option("--language", type=LANGUAGE, help="Only this language. Default: the course's all.")
@with_appcontext
def export_items(bank: str, form: str, output: Path | None, language: str | None) -> None:
    """Write the questions in use of a course's bank as a file of another tool's format.

    What the format can't hold is named on standard error.

    Exit code: 0 when the file is written; 1 when there is nothing to write; 2 for a wrong command
    line.
    """
    with unit_of_work():
        course, version = _course(bank)
        languages = [language] if language else list(version.languages)
        written = export_bank(
            course=course, version=version, form=ItemFormat(form), languages=languages
        )
    for line in export_lines(written):
        click.echo(line, err=True)
    if not written.written:
        raise click.ClickException("the bank holds no question that this format can")
    if output is None:
        click.echo(written.content, nl=False)
    else:
        output.write_bytes(written.content)
        click.echo(f"{output}: {written.written} questions", err=True)


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
    token_commands.init_app(app)
