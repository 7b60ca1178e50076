"""Mail goes out once: over a real connection, through refusals, broken lines and killed workers."""

import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.database import db
from lms.core.mailing import header_address
from lms.core.unit_of_work import unit_of_work
from lms.notifications import delivery
from lms.notifications.composing import POLICY
from lms.notifications.delivery import LEASE, PAUSES, deliver
from lms.notifications.models import MailState, Message, OutgoingMail
from lms.notifications.services import notify, one_line
from tests.builders.notifications import SENDER, mail_of, make_message, with_server
from tests.builders.people import NOW, make_person
from tests.support.databases import SECRET, Sqlite
from tests.support.mail import Postbox, postbox


@pytest.fixture(scope="module")
def served() -> Iterator[Postbox]:
    with postbox() as box:
        yield box


@pytest.fixture
def box(app: Flask, served: Postbox) -> Postbox:
    served.envelopes.clear()
    served.to_recipient = lambda _address: "250 OK"
    served.to_content = lambda _envelope: "250 OK"
    return served


@pytest.fixture
def clock(app: Flask) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def written(box: Postbox, address: str = "maria@people.example", **overrides: object) -> Message:
    with unit_of_work():
        person = make_person(email=address)
        return make_message(person, settings=with_server(box.url), **overrides)


def delivered(box: Postbox) -> int:
    return deliver(settings=with_server(box.url))


def state(message: Message) -> MailState:
    with unit_of_work():
        return mail_of(message).state


def test_a_message_goes_out_once_in_text_and_html_and_tracks_nobody(box: Postbox) -> None:
    message = written(box)
    assert (delivered(box), delivered(box)) == (1, 0)
    assert (state(message), box.addresses) == (MailState.SENT, ["maria@people.example"])
    mail = box.message()
    assert (mail["From"], mail["Subject"]) == (SENDER, "Mail works")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<messages.site.example>"
    assert "List-Unsubscribe" not in mail
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "https://learn.example/" in text.get_content()
    assert "-- " in text.get_content().splitlines()  # where a signature begins, RFC 3676
    shown = html.get_content()
    assert "<img" not in shown
    assert "<script" not in shown
    assert {part.partition('"')[0] for part in shown.split('href="')[1:]} == {
        "https://learn.example/"
    }


def test_it_is_written_in_the_reader_s_language(box: Postbox) -> None:
    with unit_of_work():
        person = make_person(email="maria@people.example", language="ru")
        make_message(person, settings=with_server(box.url))
    delivered(box)
    assert box.message()["Subject"] == "Почта работает"
    assert box.message()["Content-Language"] == "ru"


def test_no_space_of_a_header_is_lost_where_its_line_breaks() -> None:
    words = "Отчёт для печати готов: Реестр, " * 4
    for length in range(1, len(words)):
        said = words[:length].strip()
        mail = EmailMessage(policy=POLICY)
        mail["Subject"], mail["From"] = said, header_address(said, "learn@site.example")
        lines = mail.as_bytes().splitlines()
        assert max(map(len, lines)) <= 78
        read = message_from_bytes(b"\r\n".join(lines))
        subject, sender = (str(make_header(decode_header(value))) for value in read.values())
        assert (subject, sender) == (said, f"{said} <learn@site.example>")


def test_a_key_is_said_once(box: Postbox) -> None:
    server = with_server(box.url)
    with unit_of_work():
        person = make_person(email="maria@people.example")
        first = make_message(person, settings=server, key="once")
        said = {"kind": first.kind, "key": "once", "details": {}, "now": NOW}
        assert notify(recipient=person, settings=server, **said) is None
    assert delivered(box) == 1


def test_a_message_that_is_rolled_back_never_goes_out(box: Postbox) -> None:
    def write_and_fail() -> None:
        with unit_of_work():
            make_message(settings=with_server(box.url))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        write_and_fail()
    assert delivered(box) == 0


@pytest.mark.in_turn
@pytest.mark.parametrize("address", [None, "", "nobody", "a@b.example\r\nBcc: c@d.example"])
def test_without_a_good_address_nothing_is_sent(box: Postbox, address: str) -> None:
    message = written(box, address)
    assert (delivered(box), state(message)) == (0, MailState.NO_ADDRESS)


def test_without_a_server_it_is_noted_and_nothing_is_sent_later(box: Postbox, app: Flask) -> None:
    with unit_of_work():
        person = make_person(email="maria@people.example")
        message = make_message(person, settings=app.config["SETTINGS"])
    assert (delivered(box), state(message)) == (0, MailState.NOT_SET_UP)


def test_what_waits_when_the_server_is_taken_away_is_said_not_to_be_sent(
    box: Postbox, app: Flask
) -> None:
    message = written(box)
    deliver(settings=app.config["SETTINGS"])
    assert state(message) is MailState.NOT_SET_UP


def test_a_refusal_for_now_is_tried_again_after_growing_pauses_and_then_given_up(
    box: Postbox, clock: time_machine.Traveller
) -> None:
    box.to_recipient = lambda _address: "451 later"
    message = written(box)
    for offered, pause in enumerate([*PAUSES, timedelta(days=9)], start=1):
        delivered(box)
        clock.shift(pause - timedelta(seconds=1))
        delivered(box)  # too early
        with unit_of_work():
            assert mail_of(message).tries == offered
        clock.shift(timedelta(seconds=1))
    assert state(message) is MailState.FAILED
    with unit_of_work():
        assert mail_of(message).problem == "451 recipient"


def test_it_arrives_once_the_server_takes_it(box: Postbox, clock: time_machine.Traveller) -> None:
    box.to_content = lambda _envelope: "452 full"
    message = written(box)
    delivered(box)
    box.to_content = lambda _envelope: "250 OK"
    clock.shift(PAUSES[0])
    assert (delivered(box), state(message)) == (1, MailState.SENT)


def test_a_mailbox_that_doesn_t_exist_holds_up_nobody(box: Postbox) -> None:
    box.to_recipient = lambda address: "550 no" if address.startswith("gone") else "250 OK"
    gone, here = written(box, "gone@people.example"), written(box)
    assert delivered(box) == 1
    assert (state(gone), state(here)) == (MailState.FAILED, MailState.SENT)


def test_where_nobody_listens_all_wait_and_only_one_was_tried(
    box: Postbox, clock: time_machine.Traveller
) -> None:
    first, second = written(box), written(box)
    assert deliver(settings=with_server("smtp://127.0.0.1:1")) == 0
    with unit_of_work():
        assert [mail_of(one).tries for one in (first, second)] == [1, 0]
    clock.shift(PAUSES[0])
    assert delivered(box) == 2


def test_a_line_that_breaks_after_the_content_leads_to_no_second_copy(
    box: Postbox, clock: time_machine.Traveller
) -> None:
    box.to_content = lambda _envelope: "250 hang up"
    message = written(box)
    delivered(box)
    clock.shift(timedelta(days=2))
    assert delivered(box) == 0
    assert (state(message), len(box.envelopes)) == (MailState.HANDED_OVER, 1)


def test_a_line_that_breaks_amid_the_content_lets_the_mail_wait(
    box: Postbox, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(_smtp: smtplib.SMTP, text: bytes | str) -> None:
        if len(text) > 200:
            raise ConnectionResetError
        whole(_smtp, text)

    message, whole = written(box), smtplib.SMTP.send
    with monkeypatch.context() as patch:
        patch.setattr(smtplib.SMTP, "send", send)
        assert (delivered(box), state(message)) == (0, MailState.WAITING)
    clock.shift(PAUSES[0])
    assert (delivered(box), len(box.envelopes)) == (1, 1)


def test_a_run_ends_within_a_minute_and_the_next_one_goes_on(
    box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = written(box)
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "LONGEST", -1)
        assert (delivered(box), state(message)) == (0, MailState.WAITING)
    assert delivered(box) == 1


def test_nothing_is_sent_unencrypted_where_encryption_is_demanded(box: Postbox) -> None:
    message = written(box)
    url = box.url.replace("smtp://", "smtp+starttls://user:word@")
    assert (deliver(settings=with_server(url)), state(message)) == (0, MailState.WAITING)
    with unit_of_work():
        assert mail_of(message).problem == "SMTPNotSupportedError"


def test_a_message_that_can_t_be_made_holds_up_nobody(box: Postbox) -> None:
    broken, whole = written(box), written(box)
    with unit_of_work():
        db.session.get_one(Message, broken.id).kind = "of.another.release"
    assert delivered(box) == 1
    assert (state(broken), state(whole)) == (MailState.FAILED, MailState.SENT)


def test_a_line_break_in_a_subject_sends_nothing_rather_than_a_header(box: Postbox) -> None:
    with unit_of_work():
        mail_of(written_within(box)).subject = "Terms\r\nBcc: all@people.example"
    assert delivered(box) == 0
    assert box.envelopes == []


def written_within(box: Postbox) -> Message:
    return make_message(settings=with_server(box.url))


@settings(max_examples=40, deadline=None)
@given(st.text())
def test_a_subject_is_one_line_whatever_it_is_made_from(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert len(line) <= 200


DELIVER = (
    "from lms.app import create_app; from lms.core import jobs\n"
    "with create_app().app_context(): jobs.registered()['notifications.deliver']()"
)


def worker(var: Path, box: Postbox) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ,
        "LMS_VAR": str(var),
        "LMS_SECRET_KEY": SECRET,
        "LMS_SMTP_URL": box.url,
        "LMS_MAIL_FROM": SENDER,
    }
    return subprocess.Popen([sys.executable, "-c", DELIVER], env=environment)


def test_a_killed_worker_s_mail_goes_out_later_and_once(sqlite: Sqlite, served: Postbox) -> None:
    app = sqlite.fresh_app()
    killed: list[subprocess.Popen[bytes]] = []

    def kill(_address: str) -> str:
        killed[0].kill()
        return "250 OK"

    with app.app_context():
        served.envelopes.clear()
        served.to_recipient = kill
        message = written(served)
        killed.append(worker(sqlite.folder / "var", served))
        assert killed[0].wait(timeout=30) == -9
        served.to_recipient = lambda _address: "250 OK"
        assert (state(message), delivered(served)) == (MailState.SENDING, 0)
        with unit_of_work():
            db.session.get_one(OutgoingMail, mail_of(message).id).due_at -= LEASE
        assert (delivered(served), delivered(served)) == (1, 0)
        assert len(served.envelopes) == 1
