"""Accounts and one-time passwords for everybody of a part of the network."""

import io
import re
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.core import clock
from lms.core.database import db
from lms.people.first_sign_ins import services, views
from lms.people.first_sign_ins.errors import OthersWereFaster
from lms.people.first_sign_ins.queries import newcomers, waiting, waiting_accounts
from lms.people.models import AccessRole, Account, OrganisationUnit
from lms.people.services import end_employment
from tests.builders.people import (
    NOW,
    PASSWORD,
    make_account,
    make_person,
    make_unit,
    make_viewer,
    network,
    reloaded,
)
from tests.pages import PageClient
from tests.support.pdfs import faults, text_of
from tests.support.statements import counted_statements

ADMIN = AccessRole.ADMINISTRATOR
PAGE = "/admin/accounts/first-sign-ins"


def administrator(app: Flask, over: OrganisationUnit | None = None) -> PageClient:
    return PageClient(app).sign_in(make_account(ADMIN, over=over).username, PASSWORD)


def account_named(username: str) -> Account:
    return db.session.scalars(sa.select(Account).where(Account.username == username)).one()


def create(client: PageClient, unit: OrganisationUnit) -> None:
    client.post(PAGE, {"unit": unit.public_id}, status=303)


def passwords_of(client: PageClient, unit: OrganisationUnit, **values: str) -> dict[str, str]:
    """Return the one-time passwords that a table has, by sign-in name."""
    answer = client.post(f"{PAGE}/passwords.xlsx", {"unit": unit.public_id, **values}, status=200)
    rows = (
        openpyxl.load_workbook(io.BytesIO(answer.response.data))
        .worksheets[0]
        .iter_rows(values_only=True)
    )
    return {str(row[5]): str(row[6]) for row in list(rows)[1:]}


def admits(app: Flask, username: str, password: str) -> bool:
    page = PageClient(app)
    sent = {"username": username, "password": password, "csrf_token": page.csrf_token()}
    return page._request("/sign-in", method="POST", data=sent).status_code == 302


def test_everybody_of_a_part_gets_an_account_and_a_password_to_begin_with(app: Flask) -> None:
    district = make_unit("north")
    unit = make_unit("arbat", parent=district)
    make_person(unit=unit, personnel_number="Т-0042")
    make_person(unit=unit, personnel_number="17")
    elsewhere = make_person(unit=make_unit("south"))
    client = administrator(app)
    create(client, district)
    assert reloaded(account_named("т-0042")).grants[0].unit_id == unit.id
    assert db.session.scalar(sa.select(Account).where(Account.person_id == elsewhere.id)) is None
    given = passwords_of(client, district)
    assert given.keys() == {"т-0042", "17"}
    beginner = PageClient(app)
    beginner.sign_in("Т-0042", given["т-0042"])
    assert beginner.get("/", status=302).location == "/account/password"
    assert passwords_of(client, district, again="y").keys() == {"т-0042", "17"}
    beginner.get("/account/password", status=302)  # to sign in anew
    assert not admits(app, "17", given["17"])  # another file has another one


def test_who_can_not_have_the_usual_name_is_told_and_left_out(app: Flask) -> None:
    unit = make_unit("arbat")
    make_account(username="n77")
    make_person("Занятова", unit=unit, personnel_number="N77")
    make_person("Пробелова", unit=unit, personnel_number="12 34")
    usual = make_person("Обычная", unit=unit)
    client = administrator(app)
    create(client, unit)
    names = set(db.session.scalars(sa.select(Account.username)))
    assert usual.personnel_number.lower() in names
    shown = client.get(f"{PAGE}?unit={unit.public_id}").text
    assert "Занятова" in shown
    assert "Пробелова" in shown
    assert "Обычная" not in shown
    assert newcomers(unit)[0] == []


def test_who_left_or_was_shut_or_has_a_password_waits_for_none(app: Flask) -> None:
    unit = make_unit("arbat")
    left = make_person(unit=unit)
    make_account(person=left, username="left")
    day = clock.now().date()
    end_employment(now=clock.now(), actor_key=None, person=left, on=day, today=day)
    make_account(unit=unit, username="shut").suspended_at = NOW
    make_account(unit=unit, username="has-one")
    make_account(unit=unit, username="public", is_demonstration=True, must_change_password=True)
    make_account(unit=unit, username="waits", must_change_password=True)
    db.session.flush()
    viewer = make_viewer(ADMIN, over=network())
    assert [a.username for a in waiting_accounts(viewer, unit, again=True, limit=9)] == ["waits"]
    assert waiting_accounts(viewer, unit, again=False, limit=9) == []


def test_an_account_that_reaches_beyond_the_administrators_part_is_not_theirs(app: Flask) -> None:
    unit = make_unit("arbat")
    beyond = make_account(AccessRole.HR, over=network(), unit=unit, must_change_password=True)
    within = make_account(AccessRole.HR, over=unit, unit=unit, must_change_password=True)
    viewer = make_viewer(ADMIN, over=unit)
    found = waiting_accounts(viewer, unit, again=True, limit=9)
    assert within in found
    assert beyond not in found
    assert waiting(viewer, unit).given == 1
    client = administrator(app, over=unit)
    client.post(PAGE, {"unit": network().public_id}, status=404)
    client.post(f"{PAGE}/passwords.xlsx", {"unit": network().public_id}, status=404)


def test_cards_show_each_one_their_own_and_leave_no_copy_in_a_cache(
    app: Flask, tmp_path: Path
) -> None:
    unit = make_unit("arbat")
    make_person("Орлова", "Мария", unit=unit, personnel_number="101", language="ru")
    client = administrator(app)
    create(client, unit)
    answer = client.post(f"{PAGE}/passwords.pdf", {"unit": unit.public_id}, status=200)
    file = tmp_path / "cards.pdf"
    file.write_bytes(answer.response.data)
    assert faults(file, "3a") == []
    assert "no-store" in answer.headers["Cache-Control"]
    text = " ".join(text_of(file).split())
    assert "Орлова Мария" in text
    secret = re.search(r"\b\w{4}-\w{4}-\w{4}\b", text)
    assert secret is not None
    assert admits(app, "101", secret[0])


def test_nothing_is_made_for_nobody_or_for_too_many(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = make_unit("arbat")
    client = administrator(app)
    client.post(f"{PAGE}/passwords.pdf", {"unit": unit.public_id}, status=303)
    for number in range(3):
        make_account(
            unit=unit, username=f"waits{number}", must_change_password=True
        ).password_hash = None
    monkeypatch.setattr(views, "MOST_CARDS", 2)
    client.post(f"{PAGE}/passwords.pdf", {"unit": unit.public_id}, status=303)
    assert account_named("waits1").password_hash is None


def test_a_one_time_password_ends(app: Flask) -> None:
    account = make_account(must_change_password=True)
    account.password_ends_at = clock.now() + timedelta(minutes=5)
    assert admits(app, account.username, PASSWORD)
    account.password_ends_at = clock.now()
    client = PageClient(app)
    sent = {"username": account.username, "password": PASSWORD, "csrf_token": client.csrf_token()}
    answer = client._request("/sign-in", method="POST", data=sent)
    assert answer.status_code == 422
    assert "has ended" in answer.text


def test_who_chose_a_password_meanwhile_keeps_it(app: Flask) -> None:
    unit = make_unit("arbat")
    first, second = (make_account(unit=unit, must_change_password=True) for _ in range(2))
    given = services.make_passwords([first, second])
    before = first.password_hash
    second.password_hash = "another"
    db.session.flush()
    with pytest.raises(OthersWereFaster):
        services.give_passwords(now=clock.now(), actor_key=None, given=given)
    assert reloaded(first).password_hash == before


def test_two_who_create_accounts_at_once_create_each_once(app: Flask) -> None:
    unit = make_unit("arbat")
    person = make_person(unit=unit)
    make_person(unit=unit)
    usual, _others = newcomers(unit)
    make_account(person=person)
    with pytest.raises(OthersWereFaster):
        services.create_accounts(now=clock.now(), actor_key=None, newcomers=usual)
    assert len(newcomers(unit)[0]) == 1


def test_the_log_says_of_each_who_gave_what_and_no_secret(app: Flask) -> None:
    unit = make_unit("arbat")
    make_person(unit=unit, personnel_number="101")
    client = administrator(app)
    create(client, unit)
    secret = passwords_of(client, unit)["101"]
    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.subject_key == account_named("101").public_id)
    ).all()
    assert [entry.action for entry in entries] == [
        "people.account_created",
        "people.role_granted",
        "people.password_reset",
    ]
    assert not any(secret in str(entry.details) for entry in entries)


def test_the_price_does_not_grow_with_the_people(app: Flask) -> None:
    def price(count: int) -> int:
        unit = make_unit()
        for _ in range(count):
            make_person(unit=unit)
        with counted_statements() as statements:
            create(client, unit)
            passwords_of(client, unit)
            client.get(f"{PAGE}?unit={unit.public_id}")
        return len(statements)

    client = administrator(app)
    assert price(2) == price(30)
