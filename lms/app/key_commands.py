"""Commands on the signing keys: ``lms keys make|list|rotate|retire``."""

import json

import click
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from lms.certification.sealing.authority import DocumentKey, NoDocumentKey, anchors, authority
from lms.core import clock
from lms.core.settings import Settings
from lms.core.signing import KeyRing, KeyState, KeyUse, NoSigningKey, key_ring, public_keys

group = AppGroup("keys", help="Make, list, rotate and retire the keys that sign documents.")

WORDS = {
    KeyState.SIGNS: "signs",
    KeyState.VERIFIES: "signed before; what it signed stays good",
    KeyState.RETIRED: "retired, private part destroyed; what it signed stays good",
    KeyState.COMPROMISED: "compromised; what it signed proves nothing",
}


DOCUMENTS = "documents"  # X.509 certificates, for signing PDF
USES = [*(use.value for use in KeyUse), DOCUMENTS]
USE = click.option(
    "--for",
    "use",
    type=click.Choice(USES),
    help="What the key signs: exam receipts; checkpoints of the register; codes on certificates,"
    " digital badges and their status lists; PDF documents. Default: each of them.",
)


def _ring(use: str) -> KeyRing:
    return key_ring(current_app.config["SETTINGS"], KeyUse(use))


def make_first_keys(settings: Settings) -> bool:
    """Make the first key of each use; False when each has one that signs."""
    missing = [ring for use in KeyUse if (ring := key_ring(settings, use)).signer() is None]
    for ring in missing:
        ring.make(clock.now())
    return bool(missing)


@group.command("make")
@USE
@with_appcontext
def make(use: str | None) -> None:
    """Make the first signing keys. The folder `keys` in the data folder belongs into the backup."""
    signing = [one for one in _chosen(use) if _signs(one)]
    if signing:
        raise click.ClickException(
            f"a key signs already for {', '.join(signing)}; `lms keys rotate` makes a new one,"
            " and `--for` chooses what it signs"
        )
    _make(use)


@group.command("list")
@click.option("--public", is_flag=True, help="Print the public keys as a JSON Web Key Set.")
@with_appcontext
def list_keys(*, public: bool) -> None:
    """List the keys of each use, the newest first."""
    if public:
        click.echo(json.dumps(public_keys(current_app.config["SETTINGS"]), indent=2))
        return
    for use in KeyUse:
        ring = _ring(use.value)
        for key in ring.all():
            state = WORDS[ring.state_of(key)]
            click.echo(f"{key.kid}  {use.value:<11}  {key.made_at:%Y-%m-%d %H:%M}  {state}")
    for line in _document_keys():
        click.echo(line)


def _document_keys() -> list[str]:
    own = authority(current_app.config["SETTINGS"])
    signer = own.signer()
    lines = []
    for key in own.all():
        state = KeyState.RETIRED if key.private_key is None else KeyState.VERIFIES
        if signer is not None and key.serial == signer.serial:
            state = KeyState.SIGNS
        lines.append(_document_key(key, WORDS[state]))
    return lines + [_document_key(key, "the owner's own (LMS_SIGNER_FILE)") for key in own.owners()]


def _document_key(key: DocumentKey, words: str) -> str:
    made = key.certificate.not_valid_before_utc
    words = WORDS[KeyState.COMPROMISED] if key.is_compromised else words
    return f"{key.serial:<43}  {DOCUMENTS:<11}  {made:%Y-%m-%d %H:%M}  {words}"


def _chosen(use: str | None) -> list[str]:
    return USES if use is None else [use]


def _signs(use: str) -> bool:
    if use == DOCUMENTS:
        return authority(current_app.config["SETTINGS"]).signer() is not None
    return _ring(use).signer() is not None


def _make(use: str | None) -> None:
    """Make a key for one use and print its id, or for each and say which is whose."""
    for one in _chosen(use):
        if one == DOCUMENTS:
            made = authority(current_app.config["SETTINGS"]).make(clock.now()).serial
        else:
            made = _ring(one).make(clock.now()).kid
        click.echo(made if use else f"{made:<43}  {one}")


@group.command("root")
@with_appcontext
def root() -> None:
    """Print the certificates (PEM) that vouch for the signatures in PDF documents.

    The root of this installation, and those of the owner's own keys that have signed.
    """
    for certificate in anchors(current_app.config["SETTINGS"], clock.now()):
        click.echo(certificate.public_bytes(Encoding.PEM).decode(), nl=False)


@group.command("rotate")
@USE
@with_appcontext
def rotate(use: str | None) -> None:
    """Make new keys, which sign from now on. What was signed before stays good.

    Without `--for` each use gets one, exam receipts among them; the ids that are printed say which.
    """
    _make(use)


# One key in sixty-four has a name that begins like an option.
@group.command("retire", context_settings={"ignore_unknown_options": True})
@click.argument("kid")
@click.option(
    "--compromised", is_flag=True, help="Someone else may have it: what it signed proves nothing."
)
@USE
@with_appcontext
def retire(kid: str, use: str | None, *, compromised: bool) -> None:
    """Destroy the private part of the key KID, which must not be the one that signs.

    Without `--for` the key is looked for among those of each use.
    """
    if not any(_is_retired(kid, one, compromised=compromised) for one in _chosen(use)):
        raise click.ClickException(
            "no such key, or the one that signs now: `lms keys rotate --for …` first"
        )
    click.echo("retired")


def _is_retired(kid: str, use: str, *, compromised: bool) -> bool:
    """Retire a key of this use; False when it has no such key, or that one signs."""
    try:
        if use == DOCUMENTS:
            authority(current_app.config["SETTINGS"]).retire(kid, compromised=compromised)
        else:
            _ring(use).retire(kid, compromised=compromised)
    except (NoSigningKey, NoDocumentKey):
        return False
    return True


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
