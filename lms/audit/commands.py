"""Commands on the audit log."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext

from lms.audit.chain import check_chain
from lms.audit.lines import check_lines
from lms.core.unit_of_work import unit_of_work


@click.group("audit")
def audit() -> None:
    """Look after the audit log."""


@audit.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--anchor", help="A hash printed by an earlier check: the log must still contain it.")
@click.option("--whole", is_flag=True, help="The file holds the whole log: gaps are mistakes.")
@with_appcontext
def check(file: Path | None, anchor: str | None, *, whole: bool) -> None:
    """Recompute the chain of the audit log; exit with 1 if anything in it was changed.

    Without FILE it is the log of this installation, else one that was exported as JSON lines, from
    any installation. Keep the printed hash outside of this machine and give it as --anchor the next
    time: so it also shows when the newest entries were removed.
    """
    if file is not None:
        _check_file(file, anchor, whole=whole)
        return
    with unit_of_work():
        report = check_chain(anchor)
    if report.first_broken_id is not None:
        raise click.ClickException(
            f"entry {report.first_broken_id} or the one before it was changed or removed; "
            f"the {report.entries} entries before hold"
        )
    if not report.has_anchor:
        raise click.ClickException(
            f"the chain of {report.entries} entries holds, but the anchor is not in it: "
            "entries at its end were removed, or it is another installation's"
        )
    click.echo(f"The audit log holds: {report.entries} entries, last hash {report.last_hash}")


def _check_file(file: Path, anchor: str | None, *, whole: bool) -> None:
    try:
        with file.open("rb") as stream:
            report = check_lines(stream, anchor)
    except OSError as error:
        raise click.ClickException(f"{file} can't be read: {error.strerror}") from error
    if report.fault is not None:
        raise click.ClickException(f"line {report.entries + 1}: {report.fault}")
    if not report.entries:
        raise click.ClickException("the file holds no entries")
    if not report.has_anchor:
        raise click.ClickException(f"{report.entries} entries hold, but the anchor isn't there")
    if whole and not report.is_whole:
        raise click.ClickException(
            f"each of {report.entries} entries holds, but it isn't the whole log: "
            f"{report.gaps} gaps, beginning {'there' if report.from_the_first else 'missing'}"
        )
    told = (
        "it is the whole log"
        if report.is_whole
        else f"{report.gaps} gaps where others are left out"
    )
    if not report.is_whole and not report.from_the_first:
        told += ", the first entries too"
    click.echo(f"The file holds: {report.entries} entries, {told}, last hash {report.last_hash}")


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(audit)
