"""The form of an exam on a slow network: what is typed while an answer is on its way stays."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Route, expect

from lms.core.unit_of_work import unit_of_work
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import AccessRole
from tests.builders.catalog import make_course
from tests.builders.people import make_account
from tests.journeys.cast import DESK, Author
from tests.support.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture
def inna(live_app: Flask, live_server: LiveServer, browser: Browser) -> Iterator[Author]:
    """An instructor with a draft of a course."""
    with unit_of_work():
        make_course("welcome")
        make_account(AccessRole.INSTRUCTOR, username="inna", password=DEMONSTRATION_PASSWORD)
    inna = Author(browser, live_server.url, DESK)
    inna.signs_in("inna")
    inna.goes_to("/authoring/courses/welcome")
    inna.presses("Open a draft")
    yield inna
    inna.context.close()


def test_what_is_typed_while_the_count_is_on_its_way_is_not_overwritten(inna: Author) -> None:
    inna.goes_to("/authoring/courses/welcome/exam")
    draw = inna.page.locator("[name='sections-0-draw']")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    inna.page.route("**/exam", hold)
    inna.page.locator("[name='sections-0-level']").select_option("1")
    draw.fill("4")
    # The answer to the change of the level knows nothing of the 4; the next question follows it.
    with inna.page.expect_request("**/exam"):
        held[0].continue_()
    assert draw.input_value() == "4"
    # The field that is typed into keeps its selection when the rows around it are put in place anew.
    draw.select_text()
    with inna.page.expect_event("requestfinished"):
        held[1].continue_()
    expect(inna.page.locator("#sections")).to_contain_text("6 questions a paper", timeout=20_000)
    inna.page.keyboard.type("3")
    assert draw.input_value() == "3"
    inna.page.unroute("**/exam")
    draw.press("Tab")
    expect(inna.page.locator("#sections")).to_contain_text("5 questions a paper", timeout=20_000)
    expect(draw).to_have_value("3")


def test_who_has_gone_into_the_preview_stays_there_while_it_follows_what_was_typed(
    inna: Author,
) -> None:
    inna.goes_to("/authoring/courses/welcome/items/new/true_false")
    preview = inna.page.locator("#preview-body")
    inna.fills_both("prompt", "Queues are waste")
    preview.locator("input[type=radio]").first.focus()
    expect(preview).to_contain_text("Queues are waste", timeout=20_000)
    expect(preview.locator("input[type=radio]").first).to_be_focused()
