"""The inbox with its bell, the log of mail, and where people's addresses are kept."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_login import login_user
from jinja2 import meta

from lms.core import clock
from lms.core.database import db, writing
from lms.notifications.models import MailState, Message, OutgoingMail
from lms.notifications.services import KEPT, forget_old_messages
from lms.notifications.views import unread_messages
from lms.people.identity import load_viewer
from lms.people.models import AccessRole, Account, Person
from lms.people.services import open_session
from tests.builders.assessment import make_attempt
from tests.builders.notifications import mail_of, make_message
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.pages import PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn


@pytest.fixture
def maria(app: Flask) -> Person:
    return make_person()


@pytest.fixture
def account(maria: Person) -> Account:
    return make_account(person=maria)


@pytest.fixture
def client(app: Flask, account: Account) -> PageClient:
    return PageClient(app).sign_in(account.username, PASSWORD)


def email_of(person: Person) -> str | None:
    statement = sa.select(Person.email).where(Person.id == person.id)
    return db.session.scalar(statement)


def bell(client: PageClient, path: str = "/account") -> str:
    (found,) = client.get(path).select(".header-bell")
    return " ".join(found.text_content().split())


def test_the_bell_counts_what_isn_t_read(client: PageClient, maria: Person) -> None:
    assert bell(client) == ""
    for _ in range(2):
        make_message(maria)
    make_message()  # somebody else's
    assert bell(client) == "2"


def test_the_bell_costs_a_page_no_statement_of_its_own(client: PageClient, maria: Person) -> None:
    make_message(maria)
    with counted_statements() as statements:
        assert bell(client) == "1"
    assert [
        "FROM account JOIN account_session" in one for one in statements if "message" in one
    ] == [True]


def test_a_page_that_answers_a_form_counts_what_is_unread_now(
    app: Flask, account: Account, maria: Person
) -> None:
    token = open_session(now=clock.now(), account=account, device="Test")
    viewer = load_viewer(token, clock.now(), endpoint="people.account")
    assert viewer is not None
    make_message(maria)
    with app.test_request_context():
        login_user(viewer)
        for is_changing, count in ((False, 0), (True, 1)):
            writing.set(is_changing)
            assert unread_messages() == count


def test_all_are_marked_as_read_but_what_came_after_the_page(
    client: PageClient, maria: Person
) -> None:
    seen = make_message(maria)
    page = client.get("/inbox")
    assert "1 not read" not in page.text
    make_message(maria)
    client.post("/inbox/read", {"newest": seen.public_id})
    assert bell(client) == "1"


def test_one_message_is_marked_as_read_by_its_reader_alone(
    app: Flask, client: PageClient, maria: Person
) -> None:
    mine, other = make_message(maria), make_message()
    client.post(f"/inbox/{mine.public_id}/read")
    client.post(f"/inbox/{other.public_id}/read")
    unread = db.session.scalars(sa.select(Message.id).where(Message.read_at.is_(None)))
    assert unread.all() == [other.id]


def test_the_inbox_is_paged_and_shows_one_s_own_messages(client: PageClient, maria: Person) -> None:
    for _ in range(21):
        make_message(maria)
    make_message()
    page = client.get("/inbox")
    assert len(page.select(".message")) == 20
    assert len(client.get(page.select(".pager-next")[0].get("href")).select(".message")) == 1


def test_the_exam_s_page_asks_nothing_about_messages(app: Flask) -> None:
    attempt = make_attempt(at=clock.now())
    learner = db.session.get_one(Person, attempt.candidate_id)
    account = make_account(person=learner)
    client = PageClient(app).sign_in(account.username, PASSWORD)
    with counted_statements() as statements:
        client.get(f"/attempts/{attempt.public_id}")
    assert statements
    assert [one for one in statements if "FROM message" in one] == []


def test_old_messages_are_forgotten_with_their_mail(app: Flask) -> None:
    make_message(now=clock.now() - KEPT - timedelta(days=1))
    young = make_message()
    forget_old_messages(now=clock.now())
    assert db.session.scalars(sa.select(OutgoingMail.message_id)).all() == [young.id]


def test_the_log_shows_hr_the_mail_of_their_part_of_the_network(app: Flask) -> None:
    centre = make_unit()
    make_message(make_person("Белова", unit=centre, email="b@people.example"))
    make_message(make_person("Чужая"))
    account = make_account(AccessRole.HR, over=centre, unit=centre)
    page = PageClient(app).sign_in(account.username, PASSWORD).get("/hr/mail")
    assert "Белова" in page.text
    assert "b@people.example" in page.text
    assert "Чужая" not in page.text


def test_the_log_is_narrowed_by_name_and_state(app: Flask) -> None:
    make_message(make_person("Белова", email="b@people.example"))
    make_message(make_person("Серова"))
    account = make_account(AccessRole.ADMINISTRATOR)
    client = PageClient(app).sign_in(account.username, PASSWORD)
    waiting = client.get(f"/hr/mail?state={MailState.WAITING.value}").text
    assert ("Белова" in waiting, "Серова" in waiting) == (True, False)
    named = client.get("/hr/mail?q=серова").text
    assert "no e-mail address" in named
    assert "Белова" not in named


def test_one_s_own_address_is_kept_and_a_wrong_one_stays_in_its_field(
    client: PageClient, maria: Person
) -> None:
    page = client.post("/account/email", {"email": "maria at home"}, status=422)
    assert page.select("#email")[0].get("value") == "maria at home"
    client.post("/account/email", {"email": " maria@people.example "})
    assert email_of(maria) == "maria@people.example"
    client.post("/account/email", {"email": ""})
    assert email_of(maria) is None


def test_an_administrator_keeps_the_address_of_others(
    app: Flask, maria: Person, account: Account
) -> None:
    admin = make_account(AccessRole.ADMINISTRATOR)
    client = PageClient(app).sign_in(admin.username, PASSWORD)
    address = f"/admin/accounts/{account.public_id}/email"
    assert "like name@example.org" in client.post(address, {"email": "x"}, status=422).text
    client.post(address, {"email": "maria@people.example"})
    assert email_of(maria) == "maria@people.example"
    assert "E-mail address changed" in client.get("/admin/audit").text


def test_a_demonstration_account_gets_no_address(app: Flask) -> None:
    account = make_account(is_demonstration=True)
    client = PageClient(app).sign_in(account.username, PASSWORD)
    client.post("/account/email", {"email": "victim@people.example"}, status=403)


def test_the_log_tells_why_a_mail_waits(app: Flask) -> None:
    mail = mail_of(make_message())
    mail.tries, mail.problem = 2, "451 recipient"
    db.session.flush()
    admin = make_account(AccessRole.ADMINISTRATOR)
    text = PageClient(app).sign_in(admin.username, PASSWORD).get("/hr/mail").text
    assert "Tried 2 times" in text
    assert "takes no mail to this address now: answer 451." in text


def test_messages_are_shown_from_what_their_kinds_present(app: Flask) -> None:
    """A name that nothing has a value for would show as if it were false."""
    env = app.jinja_env
    known = {*env.globals, "ui", "values"}
    for name in env.list_templates(filter_func=lambda one: one.startswith("notifications/kinds/")):
        source, _path, _fresh = env.loader.get_source(env, name)
        assert meta.find_undeclared_variables(env.parse(source)) <= known, name
