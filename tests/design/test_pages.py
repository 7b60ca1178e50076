"""The page of components, the chrome around every page, and the error pages."""

import re

import pytest
import sqlalchemy as sa
from lxml import html

from lms.core.settings import PROJECT
from lms.web.access import public
from lms.web.errors import DESIGNED, error_page
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

TEMPLATES = PROJECT / "templates"
ICONS = {path.stem for path in (TEMPLATES / "components/icons").glob("*.svg")}
NAMED_ICON = re.compile(r"""(?:icon=|ui\.icon\(|_glyph\(|icon\()['"]([a-z0-9-]+)['"]""")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_of_components_has_no_fault(app, language):
    page = PageClient(app, language).get("/design")
    assert page.heading == {"ru": "Компоненты", "en": "Components"}[language]
    assert len(page.select("svg.icon")) > 50


@pytest.mark.parametrize(
    ("theme", "media"),
    [
        ("light", "not all"),
        ("dark", "screen"),
        ("system", "screen and (prefers-color-scheme: dark)"),
    ],
)
def test_the_chosen_theme_decides_when_dark_colours_hold(client, theme, media):
    client.post("/theme", {"theme": theme, "next": "/design"})
    link = client.get("/design").one("link[href*='dark.css']")
    assert link.get("media") == media


def test_the_language_switch_returns_to_the_same_page(client):
    answer = client.post("/language", {"language": "ru", "next": "/design"})
    assert answer.location == "/design"
    assert client.follow(answer).heading == "Компоненты"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_error_pages_say_what_happened_and_lead_home(make_app, language):
    app = make_app()

    @public
    def broken(status):
        return error_page(status)

    app.add_url_rule("/broken/<int:status>", view_func=broken)
    visitor = PageClient(app, language)
    headings = set()
    for status in (*DESIGNED, 418):
        page = visitor.get(f"/broken/{status}", status=status)
        assert page.select("a.button")[-1].get("href") == "/"
        assert str(status) in page.text
        headings.add(page.heading)
    assert len(headings) == len(DESIGNED) + 1


def test_who_is_told_why_to_wait_is_not_told_another_term(app):
    with app.test_request_context(headers={"Cookie": "language=en"}):
        page, _ = error_page(503, "Try again in a few seconds.", retry_after=5)
    assert "a few seconds" in page
    assert "a minute" not in page


def test_an_unknown_address_gets_the_designed_page(client):
    assert client.get("/no-such-page", status=404).heading == "There is no such page"


def test_a_page_that_only_takes_forms_says_so_when_it_is_opened(client):
    page = client.get("/sign-out", status=405)
    assert page.heading == "This address only takes what a form sends"
    assert page.headers["Allow"]


def test_every_icon_that_is_named_exists():
    named = {
        name
        for path in [*TEMPLATES.rglob("*.html"), *(PROJECT / "lms").rglob("*.py")]
        for name in NAMED_ICON.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 30
    assert named - ICONS == set()


def test_icons_are_shapes_alone():
    for name in ICONS:
        text = (TEMPLATES / f"components/icons/{name}.svg").read_text(encoding="utf-8")
        for element in html.fragments_fromstring(text):
            assert element.tag in {"path", "circle", "rect", "line", "polyline", "ellipse"}, name


def test_an_error_page_is_shown_even_without_a_database(app, monkeypatch):
    def fail(*_args, **_kwargs):
        raise sa.exc.OperationalError("select", {}, Exception("no database"))

    visitor = PageClient(app)
    visitor.get("/design")
    monkeypatch.setattr(sa.Engine, "connect", fail)  # however a page asks
    with visitor.browser.session_transaction() as session:
        session["_user_id"] = "somebody"
    page = visitor.get("/design", status=503)
    assert page.heading == "The site is busy or being serviced"
