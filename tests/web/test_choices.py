"""Language and theme of a browser."""

import pytest
from flask import Flask

from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


def test_the_language_is_russian_until_another_is_chosen(app: Flask) -> None:
    client = PageClient(app)
    client.browser.delete_cookie("language")
    assert client.get("/sign-in", headers={"Accept-Language": "en"}).tree.get("lang") == "ru"
    page = client.follow(client.post("/language", {"language": "en", "next": "/sign-in"}))
    assert page.tree.get("lang") == "en"


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_the_theme_stays(client: PageClient, theme: str) -> None:
    page = client.follow(client.post("/theme", {"theme": theme, "next": "/sign-in"}))
    assert page.tree.get("data-theme") == theme


@pytest.mark.parametrize(("path", "name"), [("/language", "language"), ("/theme", "theme")])
def test_what_is_no_choice_is_refused(client: PageClient, path: str, name: str) -> None:
    client.post(path, {name: "klingon"}, status=400)
    client.post(path, status=400)
    client.post(path, {name: "dark"}, csrf=False, status=400)


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/sign-in?next=/account", "/sign-in?next=/account"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("", "/"),
        ("/sign-out", "/"),
        ("/account/preferences", "/"),
        ("/no-such-page", "/no-such-page"),
    ],
)
def test_a_choice_leads_back_to_a_page_that_can_be_opened(
    client: PageClient, address: str, target: str
) -> None:
    assert client.post("/language", {"language": "en", "next": address}).location == target


def test_a_planted_cookie_falls_back_to_the_defaults(client: PageClient) -> None:
    client.browser.set_cookie("language", "../../etc")
    client.browser.set_cookie("theme", '"><script>')
    page = client.get("/sign-in")
    assert page.tree.get("lang") == "ru"
    assert page.tree.get("data-theme") == "system"


def test_the_answer_to_a_form_is_left_for_another_language_only_when_asked(
    client: PageClient,
) -> None:
    switch = "form[action='/language']"
    assert client.get("/sign-in").one(switch).get("data-confirm") is None
    answer = client.post("/sign-in", {"username": "nobody", "password": "wrong"}, status=422)
    assert "would be lost" in answer.one(switch).get("data-confirm", "")


def test_switches_of_a_layout_that_is_made_once_are_each_visitors_own(app: Flask) -> None:
    tokens = set()
    for path, language, theme in (("/sign-in", "ru", "dark"), ("/verify", "en", "light")):
        client = PageClient(app, language)
        client.browser.set_cookie("theme", theme)
        page = client.get(path)
        for name, chosen in (("language", language), ("theme", theme)):
            switch = f"form[action='/{name}']"
            assert page.one(f"{switch} [aria-pressed='true']").get("value") == chosen
            assert page.one(f"{switch} [name='next']").get("value") == path
            tokens.add(page.one(f"{switch} [name='csrf_token']").get("value"))
    assert len(tokens) == 2
