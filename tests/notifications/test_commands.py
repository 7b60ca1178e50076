"""The command that tries the mail server."""

from collections.abc import Callable

from flask import Flask

from tests.builders.notifications import SENDER
from tests.support.mail import postbox


def test_it_sends_a_message_or_says_why_not(make_app: Callable[..., Flask]) -> None:
    with postbox() as box:
        app = make_app(smtp_url=box.url, mail_from=SENDER)
        run = app.test_cli_runner().invoke
        assert run(args=["mail", "check", "maria@people.example"]).exit_code == 0
        assert box.message()["Subject"] == "Почта работает"
        box.to_recipient = lambda _address: "550 no"
        refused = run(args=["mail", "check", "maria@people.example"])
        assert (refused.exit_code, "550 recipient" in refused.output) == (1, True)
        assert "not an e-mail address" in run(args=["mail", "check", "maria"]).output


def test_it_says_when_mail_is_not_set_up(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["mail", "check", "maria@people.example"])
    assert "LMS_SMTP_URL" in answer.output
