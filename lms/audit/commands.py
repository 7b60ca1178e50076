"""Commands on the audit log."""

import click
from flask import Flask
from flask.cli import with_appcontext

from lms.audit.chain import check_chain
from lms.core.unit_of_work import unit_of_work


@click.group("audit")
def audit() -> None:
    """Look after the audit log."""


@audit.command("check")
@click.option("--anchor", help="A hash printed by an earlier check: the log must still contain it.")
@with_appcontext
def check(anchor: str | None) -> None:
    """Recompute the chain of the audit log; exit with 1 if anything in it was changed.

    Keep the printed hash outside of this machine and give it as --anchor the next time: so it also
    shows when the newest entries were removed.
    """
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


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(audit)
