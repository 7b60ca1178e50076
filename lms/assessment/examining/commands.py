"""Commands on receipts: ``lms receipts verify FILE``."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from lms.assessment.examining.receipts.sealing import Outcome, Verdict, check
from lms.core.signing import checked_keys, key_ring

group = AppGroup("receipts", help="Check the receipts that candidates keep of their exams.")

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@group.command("verify")
@click.argument("file", type=EXISTING)
@click.option(
    "--keys",
    "keys_file",
    type=EXISTING,
    help="Public keys (JSON Web Key Set) to check with. Default: this installation's.",
)
@with_appcontext
def verify(file: Path, keys_file: Path | None) -> None:
    """Tell whether FILE is a genuine receipt (0), was altered (1), or isn't ours (2)."""
    verdict = check(file.read_bytes(), _keys(keys_file))
    click.echo(_words(verdict))
    codes = {Outcome.GENUINE: 0, Outcome.ALTERED: 1, Outcome.FOREIGN: 2, Outcome.DISTRUSTED: 3}
    sys.exit(codes[verdict.outcome])


def _keys(file: Path | None) -> Any:
    if file is None:
        return checked_keys(key_ring(current_app.config["SETTINGS"]).public_keys())
    try:
        return checked_keys(json.loads(file.read_text("utf-8")))
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file} holds no public keys") from error


def _words(verdict: Verdict) -> str:
    match verdict.outcome:
        case Outcome.GENUINE:
            assert verdict.content is not None
            score, attempt = verdict.content["score"], verdict.content["attempt"]
            return f"genuine: attempt {attempt['id']}, {score['percent']} %"
        case Outcome.ALTERED:
            return f"altered: {', '.join(verdict.places)}"
        case Outcome.FOREIGN:
            return "not ours: no receipt, or signed with a key that isn't known here"
        case Outcome.DISTRUSTED:
            return "not to be trusted: signed with a key that counts as compromised"


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
