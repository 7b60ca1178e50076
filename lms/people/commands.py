"""Commands on accounts: the first administrator is made here."""

import re

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import with_appcontext
from flask_babel import force_locale

from lms.core import clock
from lms.core.database import db
from lms.core.errors import Refusal
from lms.core.tables.texts import has_hidden
from lms.core.unit_of_work import unit_of_work
from lms.people import queries, services
from lms.people.forms import USERNAME
from lms.people.importing.commands import people
from lms.people.models import AccessRole, OrganisationUnit, Person, UnitKind
from lms.people.passwords.rules import MAX_LENGTH, MIN_LENGTH, is_guessable
from lms.people.second_factor import services as second_factor

LONGEST, LONGEST_NUMBER = 120, 40  # characters that the database keeps
CREATE_EXAMPLE = """\b
Examples:
  lms accounts create chief --role administrator --number 1 \\
      --family-name Волков --given-name Павел
  lms accounts create anna --role hr --unit arbat --number 1042
"""


@click.group("accounts")
def accounts() -> None:
    """Create and list the accounts people sign in with."""


@accounts.command("create", epilog=CREATE_EXAMPLE)
@click.argument("username")
@click.option(
    "--role", required=True, type=click.Choice([role.value for role in AccessRole]), help="Role."
)
@click.option(
    "--unit", "unit_code", default="network", show_default=True, help="Code of the unit it is over."
)
@click.option("--number", required=True, help="Personnel number of the account's person.")
@click.option("--family-name", default="", help="For a person who isn't known yet.")
@click.option("--given-name", default="", help="For a person who isn't known yet.")
@click.option("--patronymic", default="", help="For a person who isn't known yet.")
@click.password_option(help="Better left out: it is asked for and stands in no list of processes.")
@with_appcontext
def create(
    username: str,
    role: str,
    unit_code: str,
    number: str,
    family_name: str,
    given_name: str,
    patronymic: str,
    password: str,
) -> None:
    """Create an account named USERNAME for one person, known by the personnel number.

    In an empty database the network itself is created too, so that the first administrator can be.
    """
    _check_texts(username, number, family_name, given_name, patronymic)
    _check_password(password, username, number, family_name, given_name)
    try:
        with force_locale("en"), unit_of_work():
            unit = _unit(unit_code)
            person = _person(number, family_name, given_name, patronymic)
            services.create_account(
                now=clock.now(),
                person=person,
                username=username,
                password=password,
                roles=[(AccessRole(role), unit)],
            )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{person.full_name} signs in as {username}: {role} over {unit.code}.")


def _check_texts(username: str, number: str, *names: str) -> None:
    if not (3 <= len(username) <= LONGEST and re.fullmatch(USERNAME, username)):
        raise click.ClickException(
            f"a sign-in name has 3 to {LONGEST} letters, digits and . - _ @ +, without spaces"
        )
    if len(number) > LONGEST_NUMBER or any(len(name) > LONGEST for name in names):
        raise click.ClickException(
            f"a number has at most {LONGEST_NUMBER} characters, each part of a name {LONGEST}"
        )


def _check_password(password: str, *known: str) -> None:
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise click.ClickException(f"the password needs {MIN_LENGTH} to {MAX_LENGTH} characters")
    if is_guessable(password, *known):
        raise click.ClickException("the password is easy to guess: avoid names and rows of keys")


def _unit(code: str) -> OrganisationUnit:
    unit = queries.unit_coded(code)
    if unit is None and code == "network":
        unit = OrganisationUnit(
            kind=UnitKind.NETWORK, code=code, name_ru="Сеть", name_en="Network", path="/network/"
        )
        db.session.add(unit)
        db.session.flush()
    if unit is None:
        raise click.ClickException(f"there is no unit with the code {code}")
    return unit


def _person(number: str, family_name: str, given_name: str, patronymic: str) -> Person:
    known = sa.select(Person).where(Person.personnel_number == number)
    person = db.session.scalars(known).one_or_none()
    if person is not None:
        return person
    if any(map(has_hidden, (number, family_name, given_name, patronymic))):
        raise click.ClickException("there is an invisible sign in the number or the name")
    if not (family_name and given_name):
        raise click.ClickException(
            f"nobody has the personnel number {number}; "
            "give --family-name and --given-name to add the person"
        )
    return services.create_person(
        now=clock.now(),
        actor_key=None,
        personnel_number=number,
        family_name=family_name,
        given_name=given_name,
        patronymic=patronymic,
    )


@accounts.command("grant")
@click.argument("username")
@click.option(
    "--role", required=True, type=click.Choice([role.value for role in AccessRole]), help="Role."
)
@click.option(
    "--unit", "unit_code", default="network", show_default=True, help="Code of the unit it is over."
)
@with_appcontext
def grant(username: str, role: str, unit_code: str) -> None:
    """Give the account USERNAME a further role, such as auditor."""
    try:
        with force_locale("en"), unit_of_work():
            account = queries.account_to_grant(username)
            if account is None:
                raise click.ClickException(f"nobody signs in as {username}")
            unit = _unit(unit_code)
            services.grant_role(
                now=clock.now(), actor_key=None, account=account, role=AccessRole(role), unit=unit
            )
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{username} is {role} over {unit_code}.")


@accounts.command("remove-second-factor")
@click.argument("username")
@with_appcontext
def remove_second_factor(username: str) -> None:
    """Take away the second factor of the account USERNAME, whose owner lost phone and codes.

    The account is signed out everywhere.
    """
    try:
        with force_locale("en"), unit_of_work():
            account = queries.account_to_grant(username)
            if account is None:
                raise click.ClickException(f"nobody signs in as {username}")
            second_factor.remove(now=clock.now(), actor_key=None, account=account)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{username} signs in with the password alone.")


@accounts.command("list")
@with_appcontext
def list_accounts() -> None:
    """Print each account: name, person, roles with units, state."""
    with unit_of_work():
        for account in queries.all_accounts():
            roles = ", ".join(
                f"{grant.role.value}@{grant.unit.code}"
                for grant in account.grants
                if grant.ended_at is None
            )
            marks = [
                mark
                for mark, holds in (
                    ("suspended", account.suspended_at is not None),
                    ("demonstration", account.is_demonstration),
                )
                if holds
            ]
            columns = (account.username, account.person.full_name, roles or "-", " ".join(marks))
            click.echo("\t".join(columns).rstrip())


@accounts.command("suspend-demonstration")
@with_appcontext
def suspend_demonstration() -> None:
    """Suspend all accounts of the demonstration, so that production may use this database."""
    count = 0
    with unit_of_work():
        for account in queries.all_accounts():
            if account.is_demonstration and account.suspended_at is None:
                services.suspend(now=clock.now(), actor_key=None, account=account)
                count += 1
    click.echo(f"Suspended {count} demonstration accounts.")


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(accounts)
    app.cli.add_command(people)
