"""The command that tries the mail server."""

import pytest
from flask import Flask

from tests.builders.notifications import with_server
from tests.support.mail import postbox


def test_it_sends_a_message_or_says_why_not(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with postbox() as box:
        monkeypatch.setitem(app.config, "SETTINGS", with_server(box.url))
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
