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
USE = click.option(
    "--for",
    "use",
    type=click.Choice([*(use.value for use in KeyUse), DOCUMENTS]),
    default=KeyUse.RECEIPTS.value,
    show_default=True,
    help="What the key signs.",
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
def make(use: str) -> None:
    """Make the first signing key. The folder `keys` in the data folder belongs into the backup."""
    if use == DOCUMENTS:
        click.echo(_make_document_key(rotating=False))
        return
    ring = _ring(use)
    if ring.signer() is not None:
        raise click.ClickException("a key signs already; `lms keys rotate` makes a new one")
    click.echo(ring.make(clock.now()).kid)


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


def _make_document_key(*, rotating: bool) -> str:
    own = authority(current_app.config["SETTINGS"])
    if own.signer() is not None and not rotating:
        raise click.ClickException("a key signs already; `lms keys rotate` makes a new one")
    return own.make(clock.now()).serial


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
def rotate(use: str) -> None:
    """Make a new key, which signs from now on. What was signed before stays good."""
    if use == DOCUMENTS:
        click.echo(_make_document_key(rotating=True))
        return
    click.echo(_ring(use).make(clock.now()).kid)


# One key in sixty-four has a name that begins like an option.
@group.command("retire", context_settings={"ignore_unknown_options": True})
@click.argument("kid")
@click.option(
    "--compromised", is_flag=True, help="Someone else may have it: what it signed proves nothing."
)
@USE
@with_appcontext
def retire(kid: str, use: str, *, compromised: bool) -> None:
    """Destroy the private part of the key KID, which must not be the one that signs."""
    try:
        if use == DOCUMENTS:
            authority(current_app.config["SETTINGS"]).retire(kid, compromised=compromised)
        else:
            _ring(use).retire(kid, compromised=compromised)
    except (NoSigningKey, NoDocumentKey) as error:
        raise click.ClickException(
            "no such key, or the one that signs now: `lms keys rotate` first"
        ) from error
    click.echo("retired")


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
