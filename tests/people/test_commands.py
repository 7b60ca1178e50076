"""The operator's commands."""

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from lms.core.database import db
from lms.people.models import Account, OrganisationUnit
from tests.builders.people import make_account, make_person, make_unit
from tests.pages import PageClient

NEW = "three calm herons"


def run(app: Flask, *args: str, **options: str) -> Result:
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["accounts", *args], **options)
    db.session.expire_all()
    return result


def create(app: Flask, *more: str, password: str = NEW) -> Result:
    return run(
        app, "create", "chief", "--role", "administrator", *more, input=f"{password}\n{password}\n"
    )


def test_the_first_administrator_is_made_in_an_empty_database(app: Flask) -> None:
    result = create(app, "--number", "1", "--family-name", "Волков", "--given-name", "Павел")
    assert result.exit_code == 0, result.output
    assert NEW not in result.output
    client = PageClient(app).sign_in("chief", NEW)
    client.get("/admin/accounts")
    assert db.session.scalars(sa.select(OrganisationUnit.path)).all() == ["/network/"]


def test_an_account_is_made_for_someone_known_over_one_unit(app: Flask) -> None:
    make_unit("arbat")
    make_person(personnel_number="42")
    result = create(app, "--number", "42", "--unit", "arbat")
    assert "Иванова Мария Петровна signs in as chief: administrator over arbat." in result.output


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("arguments", "password", "message"),
    [
        (("--number", "404"), NEW, "nobody has the personnel number 404"),
        (("--number", "42", "--unit", "moon"), NEW, "no unit with the code moon"),
        (("--number", "9", "--family-name", "В" * 121, "--given-name", "П"), NEW, "a name 120"),
        (("--number", "42"), "short", "10 to 200 characters"),
        (("--number", "42"), "chiefchief1", "easy to guess"),
        (("--number", "43"), NEW, "already has an account"),
    ],
)
def test_a_senseless_request_says_why_and_changes_nothing(
    app: Flask, arguments: tuple[str, ...], password: str, message: str
) -> None:
    make_person(personnel_number="42")
    make_account(person=make_person(personnel_number="43"))
    before = db.session.scalar(sa.select(sa.func.count(Account.id)))
    result = create(app, *arguments, password=password)
    assert result.exit_code != 0
    assert message in result.output
    assert db.session.scalar(sa.select(sa.func.count(Account.id))) == before


def test_a_sign_in_name_that_its_form_refuses_is_refused_here(app: Flask) -> None:
    refused = run(app, "create", "chief\u202e", "--role", "hr", "--number", "1", "--password", NEW)
    assert refused.exit_code == 1
    assert "without spaces" in refused.output


def test_the_list_names_accounts_with_roles_and_state(app: Flask) -> None:
    make_account(username="one", is_demonstration=True)
    two = make_account(None, username="two")
    two.suspended_at = two.created_at
    lines = run(app, "list").output.splitlines()
    assert lines == [
        "one\tИванова Мария Петровна\ttrainee@network\tdemonstration",
        "two\tИванова Мария Петровна\t-\tsuspended",
    ]
