"""Demonstration accounts: shown and usable in a demonstration, impossible anywhere else."""

from collections.abc import Callable

import pytest
from flask import Flask

from lms.app.readiness import check_ready
from lms.core.database import db
from lms.core.settings import SettingsError
from lms.people import queries
from lms.people.demonstration import DEMONSTRATION_PASSWORD, SHOWN_USERNAMES
from lms.people.models import AccessRole
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

ROLES = (AccessRole.TRAINEE, AccessRole.INSTRUCTOR, AccessRole.HR)


def make_demonstration() -> None:
    for name, role in zip(SHOWN_USERNAMES, ROLES, strict=True):
        make_account(role, username=name, password=DEMONSTRATION_PASSWORD, is_demonstration=True)


def test_the_sign_in_page_offers_three_marked_sign_ins_that_work(client: PageClient) -> None:
    make_demonstration()
    page = client.get("/sign-in")
    assert "Demonstration" in page.one(".sign-in-demonstration").text_content()
    shown = page.select(".demonstration-card")
    assert [card.cssselect("code")[0].text for card in shown] == list(SHOWN_USERNAMES)
    for card in shown:
        assert card.cssselect("code")[1].text == DEMONSTRATION_PASSWORD
        values = dict(card.cssselect("form")[0].form_values())
        visitor = PageClient(client.app)
        values.pop("csrf_token")
        assert visitor.post("/sign-in", values).location == "/"


def test_without_such_accounts_the_page_offers_none(client: PageClient) -> None:
    make_account(username="trainee")
    assert client.get("/sign-in").select(".sign-in-demonstration") == []


def test_where_the_demonstration_is_off_its_accounts_neither_show_nor_sign_in(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(demonstration=False)
    with app.app_context():
        make_demonstration()
        person = make_account()
        client = PageClient(app)
        assert client.get("/sign-in").select(".sign-in-demonstration") == []
        page = client.post(
            "/sign-in", {"username": "hr", "password": DEMONSTRATION_PASSWORD}, status=422
        )
        assert DEMONSTRATION_PASSWORD not in page.html
        client.sign_in(person.username, PASSWORD)


def test_a_demonstration_session_ends_where_the_demonstration_is_switched_off(
    make_app: Callable[..., Flask],
) -> None:
    app, strict = make_app(), make_app(demonstration=False)
    with app.app_context():
        make_demonstration()
        client = PageClient(app).sign_in("hr", DEMONSTRATION_PASSWORD)
        client.get("/account")
    cookie = client.browser.get_cookie("lms_session")
    assert cookie is not None
    with strict.app_context():
        other = PageClient(strict)
        other.browser.set_cookie("lms_session", cookie.value)
        other.get("/account", status=302)


def test_production_refuses_a_database_with_open_demonstration_accounts(
    make_app: Callable[..., Flask],
) -> None:
    app = make_app(environment="production", trusted_proxies=1)
    check_ready(app)
    with app.app_context():
        make_demonstration()
        db.session.commit()
        assert queries.has_demonstration_accounts()
    with pytest.raises(SettingsError, match="demonstration accounts"):
        check_ready(app)
    result = app.test_cli_runner().invoke(args=["accounts", "suspend-demonstration"])
    assert "Suspended 3" in result.output
    check_ready(app)


def test_development_takes_the_same_database(app: Flask) -> None:
    make_demonstration()
    db.session.commit()
    check_ready(app)
