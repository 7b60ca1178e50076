"""The command ``lms verify``: certificates checked offline, with the public keys alone."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from lms.certification.credentials.codes import TEXT_LIMIT, Outcome, Verdict, check
from lms.certification.numbers import group
from lms.core.signing import checked_keys, public_keys

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
EXIT_CODES = {
    Outcome.GENUINE: 0,
    Outcome.ALTERED: 1,
    Outcome.MALFORMED: 2,
    Outcome.UNKNOWN_KEY: 2,
    Outcome.DISTRUSTED: 3,
}


@click.command("verify")
@click.argument("what", metavar="FILE|TEXT")
@click.option(
    "--keys",
    "keys_file",
    type=EXISTING,
    help="Public keys (JSON Web Key Set) to check with. Default: this installation's.",
)
@with_appcontext
def verify(what: str, keys_file: Path | None) -> None:
    """Tell offline whether the text of a certificate's QR code is genuine.

    FILE holds that text, or TEXT is it. Exit code 0: genuine at issue; 1: altered; 2: not ours;
    3: signed with a key that counts as compromised. Whether it was revoked since is told online.
    """
    verdict = check(_text(what), _keys(keys_file))
    click.echo(_words(verdict))
    sys.exit(EXIT_CODES[verdict.outcome])


def _text(what: str) -> str:
    file = Path(what)
    try:
        if not file.is_file():
            return what
        with file.open("rb") as stream:
            return stream.read(TEXT_LIMIT).decode("utf-8", "replace")
    except (OSError, ValueError):  # a long text is no name of a file
        return what


def _keys(file: Path | None) -> Any:
    if file is None:
        return checked_keys(public_keys(current_app.config["SETTINGS"]))
    try:
        return checked_keys(json.loads(file.read_text("utf-8")))
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{file} holds no public keys") from error


def _words(verdict: Verdict) -> str:
    match verdict.outcome:
        case Outcome.GENUINE:
            code = verdict.code
            assert code is not None
            until = f"until {code.valid_until_on}" if code.valid_until_on else "without expiry"
            return (
                f"genuine at issue: {group(code.number)}, {code.name}, {code.course}, "
                f"issued {code.issued_on}, {until}"
            )
        case Outcome.ALTERED:
            return "altered: the signature doesn't hold"
        case Outcome.UNKNOWN_KEY:
            return "not ours: signed with a key that isn't known here"
        case Outcome.DISTRUSTED:
            return "not to be trusted: signed with a key that counts as compromised"
        case Outcome.MALFORMED:
            return "not ours: no signed code"
