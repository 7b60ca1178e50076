"""The command ``lms verify``: certificates checked offline, with the public keys alone."""

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click
from cryptography import x509
from flask import current_app
from flask.cli import with_appcontext

from lms.certification.credentials.codes import Outcome, Verdict, check
from lms.certification.numbers import group
from lms.certification.sealing.checking import Finding, check_pdf
from lms.certification.sealing.signer import authority
from lms.core import clock
from lms.core.signing import checked_keys, public_keys

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
EXIT_CODES = {
    Outcome.GENUINE: 0,
    Outcome.ALTERED: 1,
    Outcome.MALFORMED: 2,
    Outcome.UNKNOWN_KEY: 2,
    Outcome.DISTRUSTED: 3,
}
PDF_LIMIT = 20 * 2**20  # bytes
PDF_WORDS = {
    Finding.GENUINE: "genuine: signed by the training centre, and nothing was changed since",
    Finding.ALTERED: "altered: the signature doesn't hold, or doesn't cover the whole file",
    Finding.FOREIGN: "not ours: signed by someone else",
    Finding.UNSIGNED: "not ours: no signed PDF",
}
PDF_CODES = {
    Finding.GENUINE: 0,
    Finding.ALTERED: 1,
    Finding.FOREIGN: 2,
    Finding.UNSIGNED: 2,
}


@click.command("verify")
@click.argument("what", metavar="FILE|TEXT")
@click.option(
    "--keys",
    "keys_file",
    type=EXISTING,
    help="Public keys (JSON Web Key Set) to check with. Default: this installation's.",
)
@click.option(
    "--root",
    "root_file",
    type=EXISTING,
    help="Root certificate (PEM, `lms keys root`) to check a PDF with. Default: this one's.",
)
@with_appcontext
def verify(what: str, keys_file: Path | None, root_file: Path | None) -> None:
    """Tell offline whether a certificate's PDF, or the text of its QR code, is genuine.

    FILE is the PDF or holds that text, or TEXT is it. Exit code 0: genuine at issue; 1: altered;
    2: not ours; 3: signed with a key that counts as compromised. Whether it was revoked since is
    told online.
    """
    content = _content(what)
    if content.startswith(b"%PDF"):
        _tell_pdf(content, root_file)
    verdict = check(content.decode("utf-8", "replace"), _keys(keys_file))
    click.echo(_words(verdict))
    sys.exit(EXIT_CODES[verdict.outcome])


def _content(what: str) -> bytes:
    file = Path(what)
    try:
        if not file.is_file():
            return what.encode()
        with file.open("rb") as stream:
            return stream.read(PDF_LIMIT)
    except (OSError, ValueError):  # a long text is no name of a file
        return what.encode()


def _tell_pdf(content: bytes, root_file: Path | None) -> NoReturn:
    finding = check_pdf(content, _root(root_file))
    click.echo(PDF_WORDS[finding])
    sys.exit(PDF_CODES[finding])


def _root(file: Path | None) -> x509.Certificate:
    if file is None:
        return authority(current_app.config["SETTINGS"]).root(clock.now()).certificate
    try:
        return x509.load_pem_x509_certificate(file.read_bytes())
    except ValueError as error:
        raise click.ClickException(f"{file} holds no certificate") from error


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
