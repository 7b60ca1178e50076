"""One's own account: preferences, password, signed-in browsers, signing out."""

import time
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.core import clock
from lms.core.database import db
from lms.people import services
from lms.people.models import AccountSession
from tests.builders.people import PASSWORD, make_account, make_person, reloaded
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

NEW = "three calm herons"


def signed_in(app: Flask, username: str, password: str = PASSWORD) -> PageClient:
    return PageClient(app).sign_in(username, password)


def is_out(client: PageClient) -> bool:
    return (
        client._request("/account", method="GET", headers={"Accept": "text/html"}).status_code
        == 302
    )


def change(
    client: PageClient, current: str, new: str, again: str | None = None, **options: Any
) -> Page:
    return client.post(
        "/account/password",
        {"current": current, "new": new, "repeated": new if again is None else again},
        **options,
    )


def test_signing_out_ends_the_session_and_an_old_cookie_is_worth_nothing(app: Flask) -> None:
    client = signed_in(app, make_account().username)
    cookie = client.browser.get_cookie("lms_session")
    assert cookie is not None
    page = client.post("/sign-out")
    assert page.location == "/sign-in"
    assert "You have signed out." in client.follow(page).text
    client.browser.set_cookie("lms_session", cookie.value)
    assert is_out(client)


def test_signing_out_twice_is_no_error(client: PageClient) -> None:
    assert client.post("/sign-out").location == "/sign-in"


def test_signing_out_everywhere_ends_all_sessions_of_this_account_alone(app: Flask) -> None:
    mine, other = make_account(), make_account()
    browsers = [signed_in(app, mine.username) for _ in range(3)]
    stranger = signed_in(app, other.username)
    browsers[0].post("/account/sign-out-everywhere")
    assert [is_out(browser) for browser in browsers] == [True, True, True]
    assert not is_out(stranger)


def test_one_other_browser_can_be_signed_out(app: Flask) -> None:
    account = make_account()
    here, there = signed_in(app, account.username), signed_in(app, account.username)
    forms = here.get("/account").select("form[action*='/account/sessions/']")
    assert len(forms) == 1
    here.post(forms[0].get("action"))
    assert is_out(there)
    assert not is_out(here)


def test_nobody_signs_out_another_persons_browser(app: Flask) -> None:
    mine, other = make_account(), make_account()
    client, stranger = signed_in(app, mine.username), signed_in(app, other.username)
    key = db.session.scalars(
        sa.select(AccountSession.public_id).where(AccountSession.account_id == other.id)
    ).one()
    foreign = client.post(f"/account/sessions/{key}/end")
    missing = client.post("/account/sessions/0000000000000000/end")
    assert (foreign.status, foreign.location) == (missing.status, missing.location)
    assert not is_out(stranger)


def test_a_session_ends_twelve_hours_after_it_began(app: Flask) -> None:
    client = signed_in(app, make_account().username)
    row = db.session.scalars(sa.select(AccountSession)).one()
    row.expires_at = clock.now() + timedelta(seconds=30)
    assert not is_out(client)
    row.expires_at = clock.now() - timedelta(seconds=1)
    assert is_out(client)


def test_a_suspended_account_is_out_in_the_middle_of_its_session(app: Flask) -> None:
    account = make_account()
    client = signed_in(app, account.username)
    services.suspend(now=clock.now(), actor_key=None, account=reloaded(account))
    assert is_out(client)
    client.post("/account/preferences", {"language": "en", "theme": "dark"}, status=401)


def test_someone_who_left_the_network_is_out_at_once(app: Flask) -> None:
    person = make_person()
    account = make_account(person=person)
    client = signed_in(app, account.username)
    today = clock.now().date()
    services.end_employment(now=clock.now(), actor_key=None, person=person, on=today, today=today)
    assert is_out(client)
    client.post("/sign-in", {"username": account.username, "password": PASSWORD}, status=422)


def test_changing_the_password_signs_the_other_browsers_out(app: Flask) -> None:
    account = make_account()
    here, there = signed_in(app, account.username), signed_in(app, account.username)
    page = change(here, PASSWORD, NEW)
    assert "The password is changed." in here.follow(page).text
    assert is_out(there)
    assert not is_out(here)
    there.post("/sign-in", {"username": account.username, "password": PASSWORD}, status=422)
    assert not is_out(signed_in(app, account.username, NEW))


@pytest.mark.parametrize(
    ("current", "new", "again", "field", "message"),
    [
        ("wrong", NEW, NEW, "current", "This is not your present password."),
        ("", NEW, NEW, "current", "Enter your present password."),
        (PASSWORD, "short", "short", "new", "Use at least 10 characters."),
        (PASSWORD, "1234567890", "1234567890", "new", "This is easy to guess."),
        (PASSWORD, "Иванова2026", "Иванова2026", "new", "This is easy to guess."),
        (PASSWORD, PASSWORD, PASSWORD, "new", "other than the present one"),
        (PASSWORD, NEW, NEW + "x", "repeated", "not the same"),
        (PASSWORD, NEW + "x" * 300, NEW + "x" * 300, "new", "Use at least"),
    ],
)
def test_a_password_that_will_not_do_is_refused_beside_its_field(
    app: Flask, current: str, new: str, again: str, field: str, message: str
) -> None:
    account = make_account()
    client, stored = signed_in(app, account.username), account.password_hash
    page = change(client, current, new, again, status=422)
    assert message in page.one(f"#{field}-error").text_content()
    assert account.password_hash == stored


def test_the_present_password_can_not_be_guessed_from_a_stolen_session(app: Flask) -> None:
    client = signed_in(app, make_account().username)
    for _ in range(10):
        change(client, "wrong", NEW, status=422)
    change(client, PASSWORD, NEW, status=429)


def test_a_one_time_password_must_be_changed_before_anything_else(app: Flask) -> None:
    account = make_account(must_change_password=True)
    account.password_ends_at = clock.now() + timedelta(minutes=5)
    client = signed_in(app, account.username)
    for path in ("/", "/account"):
        assert client.get(path, status=302).location == "/account/password"
    client.get("/verify")
    page = client.get("/account/password")
    assert page.heading == "Choose your own password"
    assert change(client, PASSWORD, NEW).location == "/"
    client.get("/account")


def test_the_password_of_a_demonstration_account_stays(app: Flask) -> None:
    account = make_account(is_demonstration=True)
    client = signed_in(app, account.username)
    client.get("/account/password", status=403)
    change(client, PASSWORD, NEW, status=403)


def test_the_language_is_kept_for_the_person_and_shown_at_once(app: Flask) -> None:
    account = make_account()
    client = signed_in(app, account.username)
    page = client.follow(client.post("/account/preferences", {"language": "ru", "theme": "dark"}))
    assert page.heading == "Моя учётная запись"
    assert page.tree.get("data-theme") == "dark"
    fresh = PageClient(app)
    fresh.browser.delete_cookie("language")
    fresh.sign_in(account.username, PASSWORD)
    assert fresh.get("/account").heading == "Моя учётная запись"


@pytest.mark.parametrize(
    "values", [{"language": "de", "theme": "dark"}, {"language": "ru", "theme": "x"}, {}]
)
def test_a_language_or_theme_that_is_not_there_is_refused(
    app: Flask, values: dict[str, str]
) -> None:
    client = signed_in(app, make_account().username)
    client.post("/account/preferences", values, status=422)


@pytest.mark.parametrize(
    "path",
    ["/sign-out", "/account/preferences", "/account/password", "/account/sign-out-everywhere",
     "/account/sessions/0000000000000000/end", "/sign-in"],
)  # fmt: skip
def test_each_form_wants_its_token(app: Flask, path: str) -> None:
    client = signed_in(app, make_account().username)
    client.post(path, {"username": "x", "password": "x"}, csrf=False, status=400)
    assert not is_out(client)


def test_old_sessions_are_forgotten_and_recent_ones_are_not(app: Flask) -> None:
    account, now = make_account(), clock.now()
    services.open_session(now=now - timedelta(days=91), account=account, device="old")
    services.open_session(now=now - timedelta(days=1), account=account, device="recent")
    services.open_session(now=now, account=account, device="present")
    assert services.forget_old_sessions(now=now) == 1
    devices = db.session.scalars(sa.select(AccountSession.device).order_by(AccountSession.id))
    assert list(devices) == ["recent", "present"]


def test_an_endless_new_password_is_refused_without_being_looked_at(app: Flask) -> None:
    client = signed_in(app, make_account().username)
    began = time.process_time()
    change(client, PASSWORD, "a" + "\u0301\u0327" * 25_000, status=422)
    assert time.process_time() - began < 3
