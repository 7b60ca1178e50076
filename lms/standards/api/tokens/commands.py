"""``lms tokens make|list|revoke``: tokens from the command line, for service accounts."""

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from lms.core import clock
from lms.core.errors import Refusal
from lms.core.tables.texts import has_hidden, trimmed
from lms.core.unit_of_work import unit_of_work
from lms.people.identity import headed_path, scopes_of
from lms.people.models import Account
from lms.people.queries import all_accounts
from lms.standards.api.tokens import queries, services
from lms.standards.api.tokens.scopes import PERMISSIONS, Scope

LONGEST = 120  # characters of a name

group = AppGroup("tokens", help="Make, list and revoke tokens of the API.")

MAKE_EXAMPLE = """\b
Example:
  lms tokens make hr --name Payroll --scope people:read --scope standings:read --days 180
"""


@group.command("make", epilog=MAKE_EXAMPLE)
@click.argument("username")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    required=True,
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it may do; can be given several times.",
)
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True, help="Term.")
@with_appcontext
def make(username: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a token that acts as the account USERNAME and print its secret, this once."""
    name = trimmed(name)
    if not 0 < len(name) <= LONGEST or has_hidden(name):
        raise click.ClickException(f"a name has 1 to {LONGEST} characters, each of them seen")
    try:
        with unit_of_work():
            known = {account.username: account for account in all_accounts()}
            account = known.get(username.casefold())
            if account is None:
                raise click.ClickException(f"there is no account {username}")
            asked = {Scope(value) for value in scopes}
            _must_have(account, asked)
            _token, secret = services.make_token(
                account=account,
                name=name,
                scopes=asked,
                days=days,
                actor_key=None,
                now=clock.now(),
            )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(secret)


def _must_have(account: Account, asked: set[Scope]) -> None:
    """Refuse scopes that the owner has no use of, as the page doesn't offer them."""
    held = scopes_of(account.grants, headed_path(account.person.employment, clock.now()))
    lacking = sorted(scope.value for scope in asked if PERMISSIONS[scope] not in held)
    if lacking:
        raise click.ClickException(
            f"{account.username} may not do what is asked for by {', '.join(lacking)}"
        )


@group.command("list")
@with_appcontext
def list_tokens() -> None:
    """Print each token: key, account, name, scopes, end, last use, state."""
    with unit_of_work():
        now = clock.now()
        for token in queries.all_tokens():
            ended = "revoked" if token.revoked_at else "expired" if token.expires_at <= now else ""
            used = token.last_used_at.isoformat(timespec="minutes") if token.last_used_at else "-"
            columns = (
                token.public_id,
                token.account.username,
                token.name,
                ",".join(token.scopes),
                services.last_day(token).isoformat(),
                used,
                ended,
            )
            click.echo("\t".join(columns).rstrip())


@group.command("revoke")
@click.argument("key")
@with_appcontext
def revoke(key: str) -> None:
    """End the token with this KEY (the first column of the list) at once."""
    with unit_of_work():
        token = next((one for one in queries.all_tokens() if one.public_id == key), None)
        if token is None:
            raise click.ClickException(f"there is no token {key}")
        services.revoke_token(token=token, actor_key=None, now=clock.now())
    click.echo(f"Revoked: {token.name}.")


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(group)
