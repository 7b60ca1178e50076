"""HR corrects a person's e-mail address: both addresses are told, nobody else has it."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.core.database import db
from lms.notifications.models import OutgoingMail
from lms.people.models import AccessRole, AccountSession, Person
from tests.builders.people import PASSWORD, make_account, make_person, make_unit, make_viewer
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

OLD, NEW = "old@mfc.example", "new@mfc.example"


@pytest.fixture
def person(app: Flask) -> Person:
    return make_person(email=OLD, language="ru")


def hr(client: PageClient, **options: Any) -> PageClient:
    account = make_account(AccessRole.HR, **options)
    db.session.commit()
    return client.sign_in(account.username, PASSWORD)


def correct(client: PageClient, person: Person, status: int = 303, **given: Any) -> Any:
    form = {"email": NEW, "reason": "Told by phone", "row_version": person.row_version, **given}
    return client.post(f"/hr/people/{person.public_id}/email", form, status=status)


def test_both_addresses_are_told_in_the_persons_language(
    client: PageClient, person: Person
) -> None:
    correct(hr(client), person)
    assert db.session.get_one(Person, person.id).email == NEW
    rows = sa.select(OutgoingMail.address, OutgoingMail.language).order_by(OutgoingMail.address)
    assert [tuple(row) for row in db.session.execute(rows)] == [(NEW, "ru"), (OLD, "ru")]


def test_the_log_names_who_and_why_and_no_address(client: PageClient, person: Person) -> None:
    correct(hr(client), person)
    action = AuditEntry.action == "people.email_changed"
    entry = db.session.scalars(sa.select(AuditEntry).where(action)).one()
    assert entry.reason == "Told by phone"
    assert entry.actor_key
    assert "@" not in f"{entry.reason}{entry.details}"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"email": "TAKEN@mfc.example"}, "Somebody else has this address"),
        ({"email": "nobody"}, "address like"),
        ({"email": ""}, "address like"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_changes(
    client: PageClient, person: Person, given: dict[str, str], words: str
) -> None:
    make_person("Другая", email="taken@mfc.example")
    page = correct(hr(client), person, status=422, **given)
    assert words in page.one(".field-error").text_content()
    assert db.session.get_one(Person, person.id).email == OLD


def test_a_record_that_changed_meanwhile_is_shown_and_not_overwritten(
    client: PageClient, person: Person
) -> None:
    page = correct(hr(client), person, status=409, row_version=person.row_version + 7)
    assert OLD in page.text
    assert page.form_values()["email"] == NEW
    client.post(f"/hr/people/{person.public_id}/email", page.form_values(), status=303)


def test_sessions_go_on_since_nobody_signs_in_by_an_address(
    client: PageClient, person: Person
) -> None:
    make_viewer(account=make_account(person=person))
    correct(hr(client), person)
    open_ones = sa.select(AccountSession.ended_at).join(AccountSession.account)
    ended = db.session.scalars(open_ones.where(AccountSession.account.has(person_id=person.id)))
    assert list(ended) == [None]


def test_hr_of_another_centre_finds_nobody(client: PageClient, person: Person) -> None:
    other = make_unit()
    correct(hr(client, unit=other, over=other), person, status=404)


@pytest.mark.parametrize(
    "role", [AccessRole.ADMINISTRATOR, AccessRole.INSTRUCTOR, AccessRole.AUDITOR]
)
def test_nobody_leads_the_mail_of_those_who_may_do_more_to_themselves(
    client: PageClient, person: Person, role: AccessRole
) -> None:
    """Who asks for a new password is sent a link to that address."""
    make_account(role, person=person)
    page = correct(hr(client), person, status=403)
    assert "may do more here than you" in page.text
    assert db.session.get_one(Person, person.id).email == OLD
    shown = client.get(f"/hr/people/{person.public_id}/email")
    assert "may do more here than you" in shown.one(".alert").text_content()
    assert "row_version" not in shown.text


def test_hr_of_a_centre_corrects_no_address_of_who_is_hr_of_more(client: PageClient) -> None:
    unit = make_unit()
    colleague, wider = make_person(email=OLD, unit=unit), make_person(email=OLD, unit=unit)
    make_account(AccessRole.HR, person=colleague, over=unit)
    make_account(AccessRole.HR, person=wider)
    clerk = hr(client, over=unit)
    correct(clerk, colleague)
    correct(clerk, wider, status=403)


def test_of_who_learns_anywhere_the_address_is_corrected(client: PageClient) -> None:
    unit = make_unit()
    learner = make_person(email=OLD, unit=unit)
    make_account(AccessRole.TRAINEE, person=learner)  # over the whole network
    correct(hr(client, over=unit), learner)
