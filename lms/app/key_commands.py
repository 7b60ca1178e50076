"""Commands on the signing keys: ``lms keys make|list|rotate|retire``."""

import json

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from lms.core import clock
from lms.core.settings import Settings
from lms.core.signing import KeyRing, KeyState, NoSigningKey, key_ring

group = AppGroup("keys", help="Make, list, rotate and retire the keys that sign documents.")

WORDS = {
    KeyState.SIGNS: "signs",
    KeyState.VERIFIES: "signed before; what it signed stays good",
    KeyState.RETIRED: "retired, private part destroyed; what it signed stays good",
    KeyState.COMPROMISED: "compromised; what it signed proves nothing",
}


def _ring() -> KeyRing:
    return key_ring(current_app.config["SETTINGS"])


def make_first_key(settings: Settings) -> bool:
    """Make the installation's first key; False when there is one that signs."""
    ring = key_ring(settings)
    if ring.signer() is not None:
        return False
    ring.make(clock.now())
    return True


@group.command("make")
@with_appcontext
def make() -> None:
    """Make the first signing key. The folder `keys` in the data folder belongs into the backup."""
    if not make_first_key(current_app.config["SETTINGS"]):
        raise click.ClickException("a key signs already; `lms keys rotate` makes a new one")
    signer = _ring().signer()
    click.echo(signer.kid if signer else "")


@group.command("list")
@click.option("--public", is_flag=True, help="Print the public keys as a JSON Web Key Set.")
@with_appcontext
def list_keys(*, public: bool) -> None:
    """List the keys, the newest first."""
    ring = _ring()
    if public:
        click.echo(json.dumps(ring.public_keys(), indent=2))
        return
    for key in ring.all():
        click.echo(f"{key.kid}  {key.made_at:%Y-%m-%d %H:%M}  {WORDS[ring.state_of(key)]}")


@group.command("rotate")
@with_appcontext
def rotate() -> None:
    """Make a new key, which signs from now on. What was signed before stays good."""
    click.echo(_ring().make(clock.now()).kid)


@group.command("retire")
@click.argument("kid")
@click.option(
    "--compromised", is_flag=True, help="Someone else may have it: what it signed proves nothing."
)
@with_appcontext
def retire(kid: str, *, compromised: bool) -> None:
    """Destroy the private part of the key KID, which must not be the one that signs."""
    try:
        _ring().retire(kid, compromised=compromised)
    except NoSigningKey as error:
        raise click.ClickException(
            "no such key, or the one that signs now: `lms keys rotate` first"
        ) from error
    click.echo("retired")


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
