"""Declared needs, the guard, and addresses to go on to."""

from collections.abc import Callable

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from lms.app import create_app
from lms.people.models import AccessRole
from lms.web import access
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient
from tests.pages.page import Page

pytestmark = pytest.mark.in_turn


def test_every_route_declares_its_need(app: Flask) -> None:
    assert access.undeclared(app) == []


@given(st.text(alphabet="/\\:@.ab\t\n\r %#?", max_size=12))
def test_an_address_to_go_on_to_stays_on_this_site(address: str) -> None:
    chosen = access.safe_next(address, "/home")
    assert chosen.startswith("/")
    assert chosen[1:2] not in ("/", "\\")
    assert not any(ord(character) < 32 or character == "\\" for character in chosen)


@pytest.mark.parametrize("address", ["/", "/account?tab=1", "/курсы", "/a//b", "/a?next=https://b"])
def test_paths_of_this_site_are_kept(address: str) -> None:
    assert access.safe_next(address, "/home") == address


@pytest.mark.parametrize(
    "address", [None, "", "account", "//b", "/\\b", "/\\/b", "/a\tb", "\\a", "https://b"]
)
def test_anything_else_leads_home(address: str | None) -> None:
    assert access.safe_next(address, "/home") == "/home"


def test_a_visitor_is_led_to_the_sign_in_page_and_a_form_gets_401(client: PageClient) -> None:
    assert client.get("/account", status=302).location.startswith("/sign-in?next=/account")
    client.post("/account/preferences", status=401)


def test_anyone_is_told_which_methods_an_address_takes(client: PageClient) -> None:
    answer = client.browser.open("/account", method="OPTIONS")
    assert (answer.status_code, set(answer.allow)) == (200, {"GET", "HEAD", "OPTIONS"})


TYPED = {"numbers": "100001\n<b>100002</b>", "reason": "Moved to another centre on Monday"}


@pytest.mark.parametrize("signed_in", [False, True])
def test_what_was_written_comes_back_when_a_form_is_sent_too_late(
    app: Flask, *, signed_in: bool
) -> None:
    client = PageClient(app)
    if signed_in:  # and the form's token is stale
        client.sign_in(make_account(AccessRole.HR).username, PASSWORD)
    form = TYPED | {"course": "first-day", "password": "correct horse battery staple, twice"}

    def send(origin: str) -> Page:
        headers = {"Origin": origin, "Referer": f"{origin}/hr/enrol?by=list"}
        status = 400 if signed_in else 401
        return client.post("/hr/enrol/list", form, status=status, csrf=False, headers=headers)

    page = send("http://localhost")
    assert [area.text.strip() for area in page.select("textarea[readonly]")] == [*TYPED.values()]
    assert "battery" not in page.text
    way = "/hr/enrol" if signed_in else "/sign-in?next=/hr/enrol"
    assert page.select(".error-page .button")[0].get("href").startswith(way)
    assert not send("https://elsewhere.example").select("textarea")


def test_a_script_gets_401_as_json(client: PageClient) -> None:
    answer = client._request("/account", method="GET", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.get_json()["status"] == 401


def test_without_the_permission_the_answer_is_403(app: Flask) -> None:
    client = PageClient(app).sign_in(make_account(AccessRole.TRAINEE).username, PASSWORD)
    page = client.get("/admin/accounts", status=403)
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/sign-in?next=%00", "/%00", "/sign-in?x=a%00b"])
def test_a_nul_character_is_a_bad_request(client: PageClient, path: str) -> None:
    client.get(path, status=400)


def test_a_form_has_no_nul_character(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"words": ["a\0b", "\0"], "x": "y"}):
        assert request.form.to_dict(flat=False) == {"words": ["ab", ""], "x": ["y"]}


def test_a_stranger_sends_no_form_with_a_million_fields(client: PageClient) -> None:
    values = {"username": "a", "password": "b", "more": "x" * access.OPEN_FORM}
    client.post("/sign-in", values, status=413)


def test_an_application_with_an_undeclared_route_does_not_start(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    monkeypatch.setattr(access, "undeclared", lambda _app: ["forgotten.route"])
    with pytest.raises(RuntimeError, match="forgotten"):
        create_app(app.config["SETTINGS"])


HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ["/sign-in", "/account", "/no-such-page"])
def test_each_answer_carries_the_security_headers(client: PageClient, path: str) -> None:
    headers: Headers = client._request(path, method="GET", headers={"Accept": "text/html"}).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_page_of_a_missing_static_file_is_kept_by_no_cache(client: PageClient) -> None:
    page = client.get("/static/none.css", status=404)
    assert page.headers["Cache-Control"] == "no-store"


def test_who_brings_a_bearer_token_is_known_by_it_alone(app: Flask) -> None:
    client = PageClient(app).sign_in(make_account(AccessRole.TRAINEE).username, PASSWORD)
    headers = {"Authorization": "Bearer x", "Accept": "text/html"}
    answer = client._request("/account", method="GET", headers=headers)
    assert answer.status_code == 302
    client.get("/account")
