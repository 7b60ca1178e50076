"""Choosing a password by a link that was mailed: a forgotten one, and the first."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.audit.models import AuditEntry
from lms.core import clock
from lms.core.database import db
from lms.core.jobs import Job, run_due
from lms.core.unit_of_work import unit_of_work
from lms.notifications.delivery import deliver
from lms.notifications.models import Message, OutgoingMail
from lms.people.models import AccessRole, Account
from lms.people.password_links.notes import Purpose, account_noted, note_for
from lms.people.password_links.services import choose_password
from tests.builders.people import NOW, PASSWORD, make_account, make_person, make_unit
from tests.pages import PageClient
from tests.people.test_second_factor import set_up
from tests.support.mail import Postbox, postbox

pytestmark = pytest.mark.in_turn

CHOSEN = "three quiet green rivers"
ADDRESS = "maria@people.example"


@pytest.fixture(scope="module")
def served() -> Iterator[Postbox]:
    with postbox() as box:
        yield box


@pytest.fixture
def app(make_app: Callable[..., Flask], served: Postbox) -> Iterator[Flask]:
    """An application that sends mail."""
    served.envelopes.clear()
    app = make_app(smtp_url=served.url, mail_from="learn@example.org")
    with app.app_context():
        yield app


@pytest.fixture
def maria(app: Flask) -> Account:
    with unit_of_work():
        person = make_person("Иванова", "Мария", email=ADDRESS)
        return make_account(person=person, username="maria")


def mailed(app: Flask, served: Postbox) -> list[str]:
    """Let the jobs run and the mail leave; return the paths of the links that it has."""
    served.envelopes.clear()
    run_due()
    deliver(settings=app.config["SETTINGS"])
    texts = [
        served.message(place).get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for place in range(len(served.envelopes))
    ]
    return [re.findall(r"/sign-in/password/\S+", text)[0] for text in texts]


def ask(app: Flask, username: str = "maria") -> None:
    PageClient(app).post("/sign-in/forgotten", {"username": username}, status=303)


def choose(app: Flask, link: str, password: str = CHOSEN, status: int = 302) -> PageClient:
    client = PageClient(app)
    client.get(link)
    client.post(link, {"new": password, "repeated": password}, status=status)
    return client


def test_who_forgot_the_password_chooses_another_by_a_mailed_link_once(
    app: Flask, served: Postbox, maria: Account
) -> None:
    elsewhere = PageClient(app).sign_in("maria", PASSWORD)
    ask(app, "MARIA")
    (link,) = mailed(app, served)
    assert served.addresses == [ADDRESS]
    choose(app, link).get("/account")
    elsewhere.get("/account", status=302)
    PageClient(app).sign_in("maria", CHOSEN)
    assert "no longer counts" in PageClient(app).get(link, status=410).text


@pytest.mark.parametrize("who", ["nobody", "shut", "public", "nowhere", "left"])
def test_who_gets_no_link_is_told_the_same(app: Flask, served: Postbox, who: str) -> None:
    with unit_of_work():
        make_account(person=make_person(email=ADDRESS), username="shut").suspended_at = NOW
        make_account(person=make_person(email=ADDRESS), username="public", is_demonstration=True)
        make_account(person=make_person(), username="nowhere")
    client = PageClient(app)
    page = client.follow(client.post("/sign-in/forgotten", {"username": who}, status=303))
    assert "a link is on its way" in page.text
    assert mailed(app, served) == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) > 0


def test_a_link_counts_until_its_time_the_password_or_the_address_is_another(
    app: Flask, maria: Account
) -> None:
    settings = app.config["SETTINGS"]
    now = clock.now()

    def counts(note: str, later: timedelta = timedelta(0)) -> bool:
        return account_noted(note, now=now + later, settings=settings) is not None

    note = note_for(maria, Purpose.FORGOTTEN, now=now, settings=settings)
    first = note_for(maria, Purpose.FIRST, now=now, settings=settings)
    assert counts(note, timedelta(minutes=59))
    assert not counts(note, timedelta(minutes=61))
    assert counts(first, timedelta(days=13, hours=23))
    assert not counts(first, timedelta(days=14, minutes=1))
    assert not counts(note.swapcase())
    assert not counts("")
    maria.person.email = "other@people.example"
    assert not counts(note)
    maria.person.email = ADDRESS
    assert counts(note)
    maria.password_hash = "another"
    assert not counts(note)


def test_of_two_who_use_one_link_at_once_one_chooses(app: Flask, maria: Account) -> None:
    settings = app.config["SETTINGS"]
    note = note_for(maria, Purpose.FORGOTTEN, now=clock.now(), settings=settings)
    chosen = [
        choose_password(now=clock.now(), note=note, password_hash=f"hash {n}", settings=settings)
        for n in range(2)
    ]
    assert [one is not None for one in chosen] == [True, False]


def test_a_bad_password_is_told_and_the_link_goes_on_counting(
    app: Flask, served: Postbox, maria: Account
) -> None:
    ask(app)
    (link,) = mailed(app, served)
    client = PageClient(app)
    for new, repeated, words in [
        ("short", "short", "at least 10"),
        ("ИвановаМария", "ИвановаМария", "easy to guess"),
        (CHOSEN, CHOSEN + "!", "not the same"),
    ]:
        page = client.post(link, {"new": new, "repeated": repeated}, status=422)
        assert words in page.one(".field-error").text_content()
    choose(app, link)


def test_the_second_factor_is_asked_for_all_the_same(
    app: Flask, served: Postbox, maria: Account
) -> None:
    with unit_of_work():
        set_up(maria)
    ask(app)
    client = choose(app, mailed(app, served)[0])
    client.get("/account", status=302)
    assert client.get("/sign-in/code").heading


def test_three_links_an_hour_are_enough_for_one_name(app: Flask, maria: Account) -> None:
    for username in ("maria", "nobody"):
        for _ in range(3):
            ask(app, username)
        PageClient(app).post("/sign-in/forgotten", {"username": username}, status=429)


def test_no_link_lies_in_the_database_and_the_log_knows_that_it_was_sent(
    app: Flask, served: Postbox, maria: Account
) -> None:
    ask(app)
    (link,) = mailed(app, served)
    note = link.rpartition("/")[2]
    rows = [
        repr(row)
        for table in (Message, OutgoingMail, Job, AuditEntry)
        for row in db.session.execute(sa.select(table.__table__))
    ]
    assert rows
    assert not any(note in row for row in rows)
    action = AuditEntry.action == "people.password_link_sent"
    assert db.session.scalars(sa.select(AuditEntry.subject_key).where(action)).all() == [
        maria.public_id
    ]


def test_those_of_a_part_with_an_address_are_sent_their_first_link(
    app: Flask, served: Postbox
) -> None:
    with unit_of_work():
        unit = make_unit("arbat")
        make_person(unit=unit, personnel_number="101", email=ADDRESS)
        make_person(unit=unit, personnel_number="102")
        chief = make_account(AccessRole.ADMINISTRATOR)
    client = PageClient(app).sign_in(chief.username, PASSWORD)
    page = "/admin/accounts/first-sign-ins"
    client.post(page, {"unit": unit.public_id}, status=303)
    client.post(f"{page}/links", {"unit": unit.public_id}, status=303)
    (link,) = mailed(app, served)
    assert served.addresses == [ADDRESS]
    choose(app, link).get("/account")
    client.post(f"{page}/links", {"unit": unit.public_id}, status=303)
    assert mailed(app, served) == []


def test_where_no_mail_is_sent_the_page_says_whom_to_ask(make_app: Callable[..., Flask]) -> None:
    client = PageClient(make_app())
    page = client.get("/sign-in/forgotten")
    assert "administrator" in page.text
    assert not page.select("main input[name=username]")
    client.post("/sign-in/forgotten", {"username": "maria"}, status=422)
