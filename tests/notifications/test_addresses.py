"""Which addresses are taken, and how the mail server's is read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.mailing import PORTS, MailServer, Security, is_address, mail_server, sender
from lms.core.settings import SettingsError, load_settings


@pytest.mark.parametrize(
    "text", ["a@b.example", "first.last+tag@mail.centre.example", "o'neil@xn--80ak6aa92e.xn--p1ai"]
)
def test_a_plain_address_is_taken(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "a@b.",
        "@b.example",
        "a b@c.example",
        "a@b.example\n",
        "a@b.example\r\nBcc: c@d.example",
        "Name <a@b.example>",
        "a@b.example, c@d.example",
        "мария@почта.рф",
        "a..b@c.example",
        "a" * 65 + "@b.example",
        "a@" + "b." * 130 + "example",
    ],
)
def test_anything_else_is_not_an_address(text: str) -> None:
    assert not is_address(text)


@settings(max_examples=40, deadline=None)
@given(st.text())
def test_no_text_with_a_control_character_or_a_space_is_an_address(text: str) -> None:
    dirty = any(ord(character) <= 32 or ord(character) > 126 for character in text)
    assert not (dirty and is_address(text))


@pytest.mark.parametrize("security", Security)
def test_the_scheme_says_how_mail_is_protected_and_the_port(security: Security) -> None:
    assert mail_server(f"{security.value}://mail.example") == MailServer(
        "mail.example", PORTS[security], security
    )


def test_a_name_and_password_may_hold_any_character() -> None:
    server = mail_server("smtps://lms%40site.example:p%2Fw%40%3A@mail.example:2465")
    assert (server.username, server.password, server.port) == ("lms@site.example", "p/w@:", 2465)
    assert "p/w" not in repr(server)


def test_a_sender_may_have_a_name() -> None:
    assert sender("Учебный центр <a@b.example>") == ("Учебный центр", "a@b.example")
    assert sender("a@b.example") == ("", "a@b.example")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LMS_SMTP_URL", "mail.example:25", "smtp://"),
        ("LMS_SMTP_URL", "http://mail.example", "smtp://"),
        ("LMS_SMTP_URL", "smtp://mail.example:port", "smtp://"),
        ("LMS_SMTP_URL", "smtp://mail.example/path", "smtp://"),
        ("LMS_SMTP_URL", "smtp://secret@mail.example", "without a password"),
        ("LMS_MAIL_FROM", "Training Centre", "learn@example.org"),
        ("LMS_MAIL_FROM", "a@b.example, c@d.example", "learn@example.org"),
        ("LMS_MAIL_FROM", "a\nBcc: b <c@d.example>", "learn@example.org"),
    ],
)
def test_a_wrong_setting_of_mail_is_refused_by_name_without_its_secret(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv("LMS_SMTP_URL", "smtp://mail.example")
    monkeypatch.setenv("LMS_MAIL_FROM", "a@b.example")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as refusal:
        load_settings()
    assert words in str(refusal.value)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"), [("LMS_SMTP_URL", "smtp://mail.example"), ("LMS_MAIL_FROM", "a@b.example")]
)
def test_server_and_sender_belong_together(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match="LMS_MAIL_FROM"):
        load_settings()
