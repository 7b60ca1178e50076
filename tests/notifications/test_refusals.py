"""Addresses that bounce: told once to those who keep the record, shown on the person's page."""

import io
from collections.abc import Iterator
from email.message import EmailMessage
from email.message import Message as Part

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.notifications.delivery import PAUSES, deliver
from lms.notifications.models import MailState, Message, OutgoingMail
from lms.notifications.refusals.noticing import KIND, bounces
from lms.people.models import AccessRole, Account, Person
from tests.builders.notifications import mail_of, make_message, with_server
from tests.builders.people import NOW, PASSWORD, make_account, make_person, make_unit
from tests.pages import PageClient
from tests.support.mail import Postbox, postbox

pytestmark = pytest.mark.in_turn

ADDRESS = "gone@people.example"


@pytest.fixture(scope="module")
def served() -> Iterator[Postbox]:
    with postbox() as box:
        yield box


@pytest.fixture
def box(app: Flask, served: Postbox) -> Iterator[Postbox]:
    served.to_recipient = lambda address: "550 no" if address == ADDRESS else "250 OK"
    yield served
    served.to_recipient = lambda _address: "250 OK"


@pytest.fixture
def keeper(app: Flask) -> Account:
    with unit_of_work():
        return make_account(AccessRole.HR)


def person_at(address: str = ADDRESS, **overrides: object) -> Person:
    with unit_of_work():
        return make_person(email=address, **overrides)


def written(box: Postbox, person: Person | None = None) -> Message:
    person = person or person_at()
    with unit_of_work():
        recipient = db.session.get_one(Person, person.id)
        return make_message(recipient, settings=with_server(box.url))


def send(box: Postbox) -> int:
    return deliver(settings=with_server(box.url))


def told() -> list[int]:
    db.session.expire_all()
    statement = sa.select(Message.recipient_id).where(Message.kind == KIND.key)
    return sorted(db.session.scalars(statement))


def test_who_keeps_the_record_is_told_once_for_each_address(box: Postbox, keeper: Account) -> None:
    with unit_of_work():
        centre = make_unit()
        near, far = (make_account(AccessRole.HR, over=unit) for unit in (centre, make_unit()))
        make_account(AccessRole.AUDITOR)
    person = person_at(unit=centre)
    written(box, person)
    send(box)
    assert told() == sorted([keeper.person_id, near.person_id])
    assert far.person_id not in told()
    written(box, person)
    send(box)
    assert len(told()) == 2
    with unit_of_work():
        db.session.get_one(Person, person.id).email = "better@people.example"
    assert not bounces(db.session.get_one(Person, person.id))
    box.to_recipient = lambda _address: "553 no"
    written(box, person)
    send(box)
    assert len(told()) == 4


def test_the_persons_page_shows_it_until_a_mail_arrives(
    app: Flask, box: Postbox, keeper: Account
) -> None:
    person = person_at()
    written(box, person)
    send(box)
    client = PageClient(app).sign_in(keeper.username, PASSWORD)
    assert "doesn’t arrive" in client.get(f"/hr/people/{person.public_id}").text
    page = client.get("/inbox")
    assert ADDRESS in page.text
    assert page.select(f"a[href$='/hr/people/{person.public_id}']")
    box.to_recipient = lambda _address: "250 OK"
    written(box, person)
    send(box)
    assert "doesn’t arrive" not in client.get(f"/hr/people/{person.public_id}").text


def test_one_that_is_put_off_for_too_long_is_told_and_a_silent_server_is_not(
    box: Postbox, keeper: Account
) -> None:
    box.to_recipient = lambda _address: "450 later"
    with time_machine.travel(NOW, tick=False) as clock:
        written(box)
        for pause in (*PAUSES, None):
            assert told() == []
            send(box)
            clock.shift(pause or 0)
        assert told() == [keeper.person_id]
        message = written(box, person_at("other@people.example"))
        for pause in (*PAUSES, PAUSES[0]):
            deliver(settings=with_server("smtp://127.0.0.1:1"))
            clock.shift(pause)
        assert mail_of(message).state is MailState.FAILED
        assert told() == [keeper.person_id]


def report(mail: OutgoingMail, action: str = "failed", status: str = "5.1.1") -> bytes:
    """What a mail server says of a mail that came back (RFC 3464)."""
    whole = EmailMessage()
    whole["Subject"], whole["Message-ID"] = "Undelivered", "<x@mail.example>"
    whole.set_content("It did not arrive.")
    whole.make_mixed()
    block, parts = Part(), Part()
    block["Final-Recipient"], block["Action"], block["Status"] = "rfc822; x", action, status
    parts["Content-Type"] = "message/delivery-status"
    parts.set_payload([Part(), block])
    original = Part()
    original["Content-Type"] = "text/rfc822-headers"
    original.set_payload(f"Message-ID: <{mail.public_id}@site.example>\nTo: x\n")
    whole.attach(parts)  # type: ignore[arg-type]
    whole.attach(original)  # type: ignore[arg-type]
    return whole.as_bytes()


def test_a_mail_that_comes_back_is_noted_by_its_report(
    app: Flask, box: Postbox, keeper: Account
) -> None:
    box.to_recipient = lambda _address: "250 OK"
    message = written(box)
    send(box)
    mail = mail_of(message)

    def handed_in(content: bytes) -> str:
        done = app.test_cli_runner().invoke(args=["mail", "bounced"], input=io.BytesIO(content))
        return done.output.strip()

    for other in (
        b"",
        b"\0\xff" * 99,
        report(mail, action="delayed", status="4.2.2"),
        report(OutgoingMail(public_id="0" * 16)),
    ):
        assert handed_in(other).startswith("no report")
    assert mail_of(message).state is MailState.SENT
    assert handed_in(report(mail)) == "noted"
    assert (mail_of(message).state, mail_of(message).problem) == (MailState.FAILED, "bounced 5.1.1")
    assert told() == [keeper.person_id]
    assert handed_in(report(mail)).startswith("no report")
