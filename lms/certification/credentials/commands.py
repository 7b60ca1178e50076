"""The command ``lms verify``: certificates checked offline, with the public keys alone."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import click
from cryptography import x509
from flask import current_app
from flask.cli import with_appcontext

from lms.certification.credentials import services, verifying
from lms.certification.credentials.codes import Outcome, Verdict, check
from lms.certification.credentials.papers import Answer, judge
from lms.certification.credentials.sites import Site
from lms.certification.numbers import group
from lms.certification.sealing.authority import anchors, authority
from lms.certification.sealing.bounded import Unchecked, inspect
from lms.core import clock
from lms.core.settings import Settings
from lms.core.signing import checked_keys, public_keys
from lms.core.unit_of_work import unit_of_work

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
BADGE_WORDS = {
    verifying.Outcome.GENUINE: ("genuine and not revoked", 0),
    verifying.Outcome.UNTOLD: (
        "genuine at issue; whether it was revoked since its status list tells (--status-list)",
        0,
    ),
    verifying.Outcome.EXPIRED: ("genuine, but expired", 4),
    verifying.Outcome.REVOKED: ("genuine, but revoked", 4),
    verifying.Outcome.ALTERED: ("altered: the signature doesn't hold", 1),
    verifying.Outcome.UNKNOWN_KEY: ("not ours: signed with a key that isn't known here", 2),
    verifying.Outcome.MALFORMED: ("not ours: no credential", 2),
    verifying.Outcome.DISTRUSTED: (
        "not to be trusted: signed with a key that counts as compromised",
        3,
    ),
}
EXIT_CODES = {
    Outcome.GENUINE: 0,
    Outcome.ALTERED: 1,
    Outcome.MALFORMED: 2,
    Outcome.UNKNOWN_KEY: 2,
    Outcome.DISTRUSTED: 3,
}
PDF_LIMIT = 20 * 2**20  # bytes
PDF_WORDS = {
    Answer.OURS: "genuine: signed by the training centre, and nothing was changed since",
    Answer.ALTERED: "altered: ours once, but the signature is gone, doesn't hold or doesn't cover "
    "the whole file",
    Answer.FOREIGN: "not ours: no signature of the training centre",
    Answer.DISTRUSTED: "not to be trusted: signed with a key that counts as compromised",
}
PDF_CODES = {Answer.OURS: 0, Answer.ALTERED: 1, Answer.FOREIGN: 2, Answer.DISTRUSTED: 3}

VERIFY_EXAMPLE = """\b
Examples:
  lms verify certificate.pdf
  lms verify badge.jwt --keys keys.json --status-list status.jwt
"""


@click.command("verify", epilog=VERIFY_EXAMPLE)
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
@click.option(
    "--status-list",
    "status_file",
    type=EXISTING,
    help="The status list that a digital badge names, as fetched. Default: this installation's.",
)
@with_appcontext
def verify(
    what: str, keys_file: Path | None, root_file: Path | None, status_file: Path | None
) -> None:
    """Tell offline whether a certificate's PDF, digital badge or QR code's text is genuine.

    FILE is the PDF, the badge (.jwt or .json) or holds that text, or TEXT is it. Exit code 0:
    genuine at issue; 1: altered; 2: not ours; 3: signed with a key that counts as compromised; 4: a
    badge that is expired or revoked. Whether the others were revoked since is told online.
    """
    content = _content(what)
    if content.startswith(b"%PDF"):
        _tell_pdf(content, _anchors(root_file), _keys(keys_file))
    text = content.decode("utf-8", "replace")
    if verifying.is_document(text):
        _tell_badge(text, _keys(keys_file), status_file)
    verdict = check(text, _keys(keys_file))
    click.echo(_words(verdict))
    if verdict.outcome is Outcome.MALFORMED and Path(what).suffix in (".pdf", ".jwt", ".json"):
        click.echo(f"There is no file {what}.", err=True)
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


def _tell_pdf(content: bytes, trusted: list[x509.Certificate], keys: Any) -> NoReturn:
    try:
        distrusted = authority(current_app.config["SETTINGS"]).distrusted()
        paper = judge(inspect(content, trusted), keys, distrusted)
    except Unchecked as error:
        raise click.ClickException("the file is too complicated to be checked") from error
    number = f" ({group(paper.number)})" if paper.number else ""
    click.echo(PDF_WORDS[paper.answer] + number)
    sys.exit(PDF_CODES[paper.answer])


def _tell_badge(text: str, keys: Any, status_file: Path | None) -> NoReturn:
    verdict = verifying.check(text, keys, now=clock.now(), status_list=_lists(status_file))
    words, code = BADGE_WORDS[verdict.outcome]
    content = verdict.content
    if content is not None:
        until = f"until {content['validUntil']}" if "validUntil" in content else "without expiry"
        words += f": {content['id']}, {content['name']}, from {content['validFrom']}, {until}"
    click.echo(words)
    sys.exit(code)


def _lists(file: Path | None) -> verifying.StatusList:
    """Return where status lists are got: from a file, else this installation's own."""
    settings: Settings = current_app.config["SETTINGS"]

    def own(stated: Mapping[str, Any]) -> str | None:
        start, _, number = str(stated.get("statusListCredential")).rpartition("/")
        if start != Site(settings.public_address).status_list(1).rpartition("/")[0]:
            return None
        with unit_of_work():
            return services.status_list(
                int(number) if number.isdecimal() else 0, now=clock.now(), settings=settings
            )

    return own if file is None else lambda _: file.read_text("utf-8", "replace")


def _anchors(file: Path | None) -> list[x509.Certificate]:
    if file is None:
        return anchors(current_app.config["SETTINGS"], clock.now())
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())
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
