"""The sign-in page: who gets in, what the others are told, where one lands."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask

from lms.core import clock
from lms.core.database import db
from lms.people import services
from lms.people.identity import token_hash
from lms.people.models import AccountSession
from lms.people.passwords.hashing import PasswordBudget, passwords
from tests.builders.people import PASSWORD, make_account
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

WRONG = "The sign-in name or the password is wrong."


def attempt(
    client: PageClient, username: str, password: str, status: int = 422, **more: Any
) -> Page:
    return client.post(
        "/sign-in", {"username": username, "password": password, **more}, status=status
    )


def session_count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(AccountSession)) or 0


def test_the_right_name_and_password_sign_in(client: PageClient) -> None:
    account = make_account()
    name = account.person.full_name
    page = attempt(client, account.username, PASSWORD, status=302)
    assert page.location == "/"
    assert name in client.get("/account").text


@pytest.mark.parametrize("typed", ["  PERSON.ONE ", "Person.One", "person.one"])
def test_the_name_may_be_typed_in_any_case_and_with_spaces(client: PageClient, typed: str) -> None:
    make_account(username="person.one")
    attempt(client, typed, PASSWORD, status=302)


def test_a_wrong_password_an_unknown_name_and_a_suspended_account_read_alike(
    client: PageClient,
) -> None:
    known, suspended, unset = make_account(), make_account(), make_account(password=PASSWORD)
    services.suspend(now=clock.now(), actor_key=None, account=suspended)
    unset.password_hash = None
    pages = [
        attempt(client, known.username, "wrong"),
        attempt(client, "nobody", PASSWORD),
        attempt(client, suspended.username, PASSWORD),
        attempt(client, unset.username, PASSWORD),
        attempt(client, known.username, "x" * 5000),
    ]
    for page in pages:
        assert WRONG in page.text
        assert page.one("#password").get("value") in (None, "")
    bodies = set()
    for page, name in zip(
        pages,
        [known.username, "nobody", suspended.username, unset.username, known.username],
        strict=True,
    ):
        token = page.select("[name=csrf_token]")[0].get("value")
        bodies.add(page.html.replace(f'value="{name}"', "").replace(token, ""))
    assert len(bodies) == 1
    assert session_count() == 0


def test_each_refusal_costs_exactly_one_hash(app: Flask, client: PageClient) -> None:
    known, suspended = make_account(), make_account()
    services.suspend(now=clock.now(), actor_key=None, account=suspended)
    costs = []
    for name, password in (
        (known.username, "wrong"),
        ("nobody", "wrong"),
        (suspended.username, PASSWORD),
        (suspended.username, "wrong"),
    ):
        before = passwords().done
        attempt(client, name, password)
        costs.append(passwords().done - before)
    assert costs == [1, 1, 1, 1]


def test_what_was_typed_as_the_name_is_kept_and_the_password_is_not(client: PageClient) -> None:
    page = attempt(client, "m.petrova", "my secret words")
    assert page.one("#username").get("value") == "m.petrova"
    assert "my secret words" not in page.html


@pytest.mark.parametrize("missing", ["username", "password"])
def test_an_empty_field_is_named(client: PageClient, missing: str) -> None:
    values = {"username": "someone", "password": "something", missing: ""}
    page = client.post("/sign-in", values, status=422)
    assert page.one(f"#{missing}").get("aria-invalid") == "true"


def test_hostile_input_is_only_a_wrong_password(client: PageClient) -> None:
    for text in (
        "' OR 1=1 --",
        "\0",
        "a\0b",
        "<script>alert(1)</script>",
        "\u202e",
        "🦊" * 300,
        "%",
        "_",
    ):
        page = attempt(client, text or "x", text)
        assert page.status == 422


OPEN_REDIRECTS = [
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "http:evil.example", "javascript:alert(1)", "/\t/evil.example", "\t//evil.example", " //evil.example",
    "/\n//evil.example", "/%0d%0aSet-Cookie:x", "data:text/html,x", "evil.example", "", "?next=//evil",
    "/\r\nLocation: https://evil.example", "https:/\\evil.example", "/\u2028/evil.example", "//%2f..",
]  # fmt: skip


@pytest.mark.parametrize("address", OPEN_REDIRECTS)
def test_signing_in_never_leads_to_another_site(client: PageClient, address: str) -> None:
    account = make_account()
    page = attempt(client, account.username, PASSWORD, status=302, next=address)
    assert page.location.startswith("/")
    assert not page.location.startswith(("//", "/\\"))
    assert not {"\r", "\n", "\t"} & set(page.location)


def test_signing_in_leads_to_the_page_that_was_asked_for(client: PageClient) -> None:
    account = make_account()
    asked = client.get("/account?tab=1", status=302)
    assert asked.location == "/sign-in?next=/account?tab%3D1"
    page = client.follow(asked)
    values = page.form_values(".sign-in-main form") | {
        "username": account.username,
        "password": PASSWORD,
    }
    assert client.post("/sign-in", values).location == "/account?tab=1"


def test_one_who_is_signed_in_is_led_on(client: PageClient) -> None:
    client.sign_in(make_account().username, PASSWORD)
    assert client.get("/sign-in?next=/account", status=302).location == "/account"


def test_the_session_cookie_is_new_after_signing_in(client: PageClient) -> None:
    account = make_account()
    client.get("/sign-in")
    planted = client.browser.get_cookie("lms_session")
    assert planted is not None
    client.sign_in(account.username, PASSWORD)
    fresh = client.browser.get_cookie("lms_session")
    assert fresh is not None
    assert fresh.value != planted.value
    victim = PageClient(client.app)
    victim.browser.set_cookie("lms_session", planted.value)
    assert victim.get("/account", status=302).location.startswith("/sign-in")


def test_a_csrf_token_from_before_signing_in_is_worth_nothing_after(client: PageClient) -> None:
    account = make_account()
    token = client.csrf_token()
    attempt(client, account.username, PASSWORD, status=302, csrf_token=token)
    client.post("/sign-out", {"csrf_token": token}, status=400)
    client.get("/account")


def test_cookies_are_closed_to_scripts_and_other_sites(client: PageClient) -> None:
    account = make_account()
    page = attempt(client, account.username, PASSWORD, status=302)
    for cookie in page.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Domain" not in cookie


def test_in_production_cookies_travel_over_https_only(make_app: Callable[..., Flask]) -> None:
    app = make_app(environment="production", trusted_proxies=1)
    with app.app_context():
        account = make_account()
        client = PageClient(app)
        options = {"base_url": "https://learn.example"}
        token = client.get("/sign-in", **options).select("[name=csrf_token]")[0].get("value")
        page = client.post(
            "/sign-in",
            {"username": account.username, "password": PASSWORD, "csrf_token": token},
            headers={"Referer": "https://learn.example/sign-in"},
            **options,
        )
        cookies = page.headers.getlist("Set-Cookie")
        assert len(cookies) == 2
        assert all("; Secure" in cookie for cookie in cookies)


def test_the_database_holds_no_token_that_would_admit_anyone(client: PageClient) -> None:
    client.sign_in(make_account().username, PASSWORD)
    row = db.session.scalars(sa.select(AccountSession)).one()
    stored = row.token_hash
    assert len(stored) == 64
    assert token_hash(stored) != stored
    assert row.expires_at - row.started_at == services.LIFETIME


def test_an_outdated_hash_is_renewed_at_sign_in(client: PageClient) -> None:
    account = make_account()
    account.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(
        PASSWORD
    )
    old = account.password_hash
    attempt(client, account.username, "wrong")
    assert account.password_hash == old
    attempt(client, account.username, PASSWORD, status=302)
    assert account.password_hash != old
    assert not passwords().is_outdated(account.password_hash)


def test_a_full_queue_answers_503_and_says_when_to_come_back(
    app: Flask, client: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account()
    full = PasswordBudget(1, 0)
    full._places.acquire()
    monkeypatch.setitem(app.extensions, "passwords", full)
    page = attempt(client, account.username, PASSWORD, status=503)
    assert int(page.headers["Retry-After"]) > 0
    assert page.one("[name=username]").get("value") == account.username
    assert "Try again in a few seconds" in page.text
    full._places.release()
    attempt(client, account.username, PASSWORD, status=302)


def test_a_password_changed_during_the_check_does_not_admit(app: Flask) -> None:
    account = make_account()
    db.session.commit()
    with db.engine.begin() as other:
        other.execute(sa.text("UPDATE account SET password_hash = 'another'"))
    assert services.admit(account=account, renewed_hash=None) is None


def test_signing_in_again_ends_the_session_before(client: PageClient) -> None:
    first, second = make_account(), make_account()
    client.sign_in(first.username, PASSWORD)
    client.post("/sign-in", {"username": second.username, "password": PASSWORD})
    ended = db.session.scalars(sa.select(AccountSession).order_by(AccountSession.id)).all()
    assert [row.ended_at is None for row in ended] == [False, True]


def test_the_sign_in_page_leaves_nothing_in_caches(client: PageClient) -> None:
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"


def test_the_sign_in_page_reads_russian(app: Flask) -> None:
    page = PageClient(app, language="ru").get("/sign-in")
    assert page.heading == "Вход"
