"""A small dialogue written, drawn while it is written, and played through by its author."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from lms.catalog.services import open_draft
from lms.core.unit_of_work import unit_of_work
from lms.people.models import AccessRole
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import course_of
from tests.builders.people import make_account
from tests.catalog.browser.test_outline_in_browser import signed_in
from tests.support.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """The machine may be busy."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


def test_a_dialogue_is_drawn_while_it_is_written_and_played(
    live_app: Flask, live_server: LiveServer, browser: Browser
) -> None:
    with unit_of_work():
        username = make_account(AccessRole.INSTRUCTOR).username
        open_draft(course_of(make_course("talk")), now=NOW, actor=None)
    author = signed_in(browser, live_server.url, username)
    page = author.page
    author.goes_to("/authoring/courses/talk/items/new/dialogue")
    graph = page.locator("#dialogue-graph")
    expect(graph).to_contain_text("No end earns all points")
    page.locator("[name='turns-0-says-en']").fill("Where do I go?")
    expect(graph.locator("svg.graph")).to_contain_text("Where do I go?")
    at, to = page.locator("[name='replies-0-at']"), page.locator("[name='replies-0-to']")
    keys = [option.get_attribute("value") for option in at.locator("option").all()]
    expect(at.locator("option").nth(1)).to_contain_text("Where do I go?")
    at.select_option(keys[1])
    to.select_option(keys[2])
    page.locator("[name='replies-0-text-en']").fill("Over there, please.")
    page.locator("[name='replies-0-mood']").select_option("1")
    page.locator("[name='replies-0-seconds']").fill("20")
    expect(graph.locator("svg.graph")).to_contain_text("+1, 20 s")
    graph.locator(f"a[aria-label^='Turn {keys[1]}']").focus()
    page.keyboard.press("Enter")
    assert "#turns-0" in page.url
    graph.locator(".graph-play summary").click()
    graph.get_by_role("button", name="Over there, please.").click()
    expect(graph.locator(".dialogue-mood")).to_contain_text("content")
    expect(graph.locator("[data-spent]")).to_have_text("0:20")
    graph.get_by_role("button", name="Back to here").click()
    expect(graph.get_by_role("button", name="Over there, please.")).to_be_visible()
    author.context.close()
