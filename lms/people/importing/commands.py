"""The import from the command line: over the whole network, by nobody in particular."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale

from lms.core import clock
from lms.core.clock import local_date
from lms.core.errors import Refusal
from lms.core.identifiers import public_id
from lms.core.unit_of_work import unit_of_work
from lms.people.importing import services
from lms.people.importing.applying import apply_plan
from lms.people.importing.planning import Importer, Wanted, make_plan
from lms.people.importing.rules.fields import Columns, Field, fault_of, guess, heading_key
from lms.people.importing.rules.plans import Outcome, Plan, PlannedRow, plain
from lms.people.importing.words import changes_words, fault_words, reason_words, reasons_words

FORMAT = "lms-people-import/1"
FIELDS = tuple(field.value for field in Field)

IMPORT_EXAMPLE = """\b
Examples:
  lms people import staff.csv --dry-run
  lms people import staff.xlsx --column Подразделение=unit --from 2026-12-01
"""


@click.group("people")
def people() -> None:
    """Bring people and their posts from a table."""


@people.command("import", epilog=IMPORT_EXAMPLE)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
@click.option(
    "--column",
    "stated",
    multiple=True,
    metavar="HEADING=FIELD",
    help=f"What a column holds, where its heading isn't recognised: {', '.join(FIELDS)}.",
)
@click.option(
    "--from",
    "since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day of changes that state none. Default: today.",
)
@with_appcontext
def import_people(
    file: Path, *, dry_run: bool, as_json: bool, stated: tuple[str, ...], since: datetime | None
) -> None:
    """Bring people and posts to what FILE (CSV or XLSX) says; an empty cell changes nothing.

    Rows that can't be done are told and left out; the exit code is 1 then. Nobody leaves because
    the file doesn't name them.
    """
    with force_locale("en"):
        try:
            plan = _run(file, dry_run=dry_run, stated=stated, since=since)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from refusal
        click.echo(_as_json(plan, applied=not dry_run) if as_json else _as_text(plan, dry_run))
    if plan.counts[Outcome.REFUSED]:
        raise SystemExit(1)


def _run(file: Path, *, dry_run: bool, stated: tuple[str, ...], since: datetime | None) -> Plan:
    settings = current_app.config["SETTINGS"]
    now = clock.now()
    today = local_date(now, settings.time_zone)
    if file.stat().st_size > settings.max_upload_bytes:
        raise click.ClickException(f"the file is larger than {settings.max_upload_bytes} bytes")
    rows = services.read_rows(file.read_bytes())
    columns = _columns(list(rows[0].cells), stated)
    wanted = Wanted(rows[1:], columns, since.date() if since else today)
    importer = Importer(frozenset({"/network/"}))
    with unit_of_work():
        plan = make_plan(importer, wanted, today=today, lock=not dry_run)
        if not dry_run and plan.changes_something:
            apply_plan(
                plan,
                importer=importer,
                key=public_id(),
                now=now,
                today=today,
                language=settings.default_language,
            )
    return plan


def _columns(headings: list[str], stated: tuple[str, ...]) -> Columns:
    said: dict[str, str | None] = {}
    for one in stated:
        heading, sign, field = one.rpartition("=")
        if not sign or field not in FIELDS:
            raise click.ClickException(f"--column {one!r}: must read HEADING=FIELD")
        said[heading_key(heading)] = field
    columns = guess(headings, said)
    fault = fault_of(columns)
    if fault is not None:
        raise click.ClickException(fault_words(fault))
    return columns


def _as_text(plan: Plan, dry_run: bool) -> str:
    lines = [
        f"line {row.entry.line}\t{row.entry.number}\t{row.outcome.value}\t"
        + (reasons_words(row.faults) if row.faults else changes_words(row))
        for row in plan.rows
        if row.outcome is not Outcome.UNCHANGED
    ]
    lines += [f"not in the file\t{one.person.personnel_number}" for one in plan.absent]
    counts = ", ".join(f"{plan.counts[outcome]} {outcome.value}" for outcome in Outcome)
    return "\n".join([*lines, counts + ("; nothing was changed" if dry_run else "")])


def _as_json(plan: Plan, *, applied: bool) -> str:
    facts: dict[str, Any] = {
        "format": FORMAT,
        "applied": applied and plan.changes_something,
        "counts": {outcome.value: plan.counts[outcome] for outcome in Outcome},
        "rows": [_row(row) for row in plan.rows],
        "not_in_the_file": [one.person.personnel_number for one in plan.absent],
    }
    return json.dumps(facts, ensure_ascii=False, indent=2)


def _row(row: PlannedRow) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "line": row.entry.line,
        "number": row.entry.number,
        "outcome": row.outcome.value,
    }
    if row.faults:
        reasons = [{"code": one.reason.value, "text": reason_words(one)} for one in row.faults]
        return {**facts, "reason": reasons[0], "reasons": reasons}
    changes = [
        {"field": one.field.value, "before": plain(one.before), "after": plain(one.after)}
        for one in row.changes
    ]
    return {**facts, "changes": changes} if changes else facts
