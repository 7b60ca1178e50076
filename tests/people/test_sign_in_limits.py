"""Limits on guessing: they stop the guesser, not the owner, nor a centre behind one address."""

import pytest
from flask import Flask

from lms.core.errors import TooMany
from lms.core.settings import Settings
from lms.people.sign_in import Attempt, KnownBrowser, read_browser, write_browser
from tests.builders.people import PASSWORD, make_account
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn


def attempt(
    client: PageClient, username: str, password: str, status: int, address: str = "10.0.0.1"
) -> Page:
    return client.post(
        "/sign-in",
        {"username": username, "password": password},
        status=status,
        environ_overrides={"REMOTE_ADDR": address},
    )


@pytest.fixture
def app(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    limits = {"sign_in_limit": "3 per hour", "sign_in_address_limit": "40 per hour"}
    settings: Settings = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", settings.model_copy(update=limits))
    return app


def test_after_the_allowed_failures_even_the_right_password_waits(client: PageClient) -> None:
    account = make_account()
    for _ in range(3):
        attempt(client, account.username, "wrong", 422)
    page = attempt(client, account.username, PASSWORD, 429)
    assert 0 < int(page.headers["Retry-After"]) <= 3600
    assert page.heading == "Too many attempts"
    assert "Wait 60 minutes" in page.html
    assert page.text.count("Wait") == page.text.count("Too many attempts") == 1


def test_an_unknown_name_is_limited_just_the_same(client: PageClient) -> None:
    for _ in range(3):
        attempt(client, "nobody", "wrong", 422)
    attempt(client, "nobody", "wrong", 429)


def test_the_limit_counts_a_name_however_it_is_written(client: PageClient) -> None:
    for name in ("Nobody", "NOBODY", " nobody "):
        attempt(client, name, "wrong", 422)
    attempt(client, "nobody", "wrong", 429)


def test_successes_do_not_count(client: PageClient) -> None:
    account = make_account()
    for _ in range(8):
        attempt(PageClient(client.app), account.username, PASSWORD, 302)
    attempt(client, account.username, "wrong", 422)


def test_failures_for_one_name_do_not_touch_another(client: PageClient) -> None:
    account = make_account()
    for status in (422, 422, 422, 429):
        attempt(client, "nobody", "wrong", status)
    attempt(client, account.username, PASSWORD, 302)


def test_a_guesser_elsewhere_does_not_lock_the_owner_out(client: PageClient) -> None:
    account = make_account()
    for status in (422, 422, 422, 429):
        attempt(client, account.username, "wrong", status, address="203.0.113.9")
    attempt(PageClient(client.app), account.username, PASSWORD, 302, address="10.0.0.1")


def test_a_guesser_beside_the_owner_does_not_lock_a_browser_used_before(client: PageClient) -> None:
    account = make_account()
    attempt(client, account.username, PASSWORD, 302)
    client.post("/sign-out")
    guesser = PageClient(client.app)
    for status in (422, 422, 422, 429):
        attempt(guesser, account.username, "wrong", status)
    attempt(client, account.username, PASSWORD, 302)


def test_a_browser_used_before_has_an_allowance_of_its_own_too(client: PageClient) -> None:
    account = make_account()
    attempt(client, account.username, PASSWORD, 302)
    client.post("/sign-out")
    for status in (422, 422, 422, 429):
        attempt(client, account.username, "wrong", status)


def test_guessing_from_very_many_addresses_is_bounded(client: PageClient) -> None:
    for number in range(30):
        attempt(client, "nobody", "wrong", 422, address=f"198.51.100.{number}")
    attempt(client, "nobody", "wrong", 429, address="192.0.2.1")


def test_an_ipv6_network_is_one_address(client: PageClient) -> None:
    for number in range(3):
        attempt(client, "nobody", "wrong", 422, address=f"2001:db8:1:2::{number + 1}")
    attempt(client, "nobody", "wrong", 429, address="2001:db8:1:2:ffff::9")
    attempt(client, "nobody", "wrong", 422, address="2001:db8:1:3::1")


def test_one_password_tried_on_all_names_is_stopped(client: PageClient) -> None:
    for number in range(40):
        attempt(client, f"person-{number}", "Summer2026", 422, address="203.0.113.7")
    attempt(client, "person-99", "Summer2026", 429, address="203.0.113.7")


def test_a_whole_centre_behind_one_address_signs_in(client: PageClient) -> None:
    for _ in range(45):
        account = make_account()
        attempt(PageClient(client.app), account.username, PASSWORD, 302)


def test_the_default_allowance_of_an_address_lets_thousands_mistype() -> None:
    count, period = Settings.model_fields["sign_in_address_limit"].default.split(" per ")
    assert period == "minute"
    assert int(count) >= 2000 * 0.15


def test_a_forged_or_foreign_browser_cookie_is_a_new_browser(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    good = write_browser(settings, KnownBrowser("n", ["key"]))
    assert read_browser(settings, good).accounts == ["key"]
    for bad in (None, "", "x", good + "x", good[:-3], '["n", ["key"]]'):
        assert read_browser(settings, bad).accounts == []


def test_a_browser_remembers_the_last_twenty_accounts(app: Flask) -> None:
    browser = KnownBrowser("n", [])
    for number in range(25):
        account = make_account(username=f"many-{number}")
        browser.add(account)
        browser.add(account)
    assert len(browser.accounts) == 20
    assert browser.knows(account)
    assert not browser.knows(None)


def test_a_burst_of_parallel_guesses_counts_before_the_checks_finish(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    attempts = [
        Attempt(settings, address="10.0.0.1", username="x", known_number=None) for _ in range(4)
    ]
    for one in attempts[:3]:
        one.begin()
    with pytest.raises(TooMany):
        attempts[3].begin()
    attempts[0].give_back()
    attempts[1].give_back()
    Attempt(settings, address="10.0.0.1", username="x", known_number=None).begin()
