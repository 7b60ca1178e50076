"""A course's outline moved about by mouse and by keyboard; what is moved is told and kept."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from lms.catalog.queries import outline_lessons, whole_version
from lms.catalog.services import open_draft
from lms.core.unit_of_work import unit_of_work
from lms.people.models import AccessRole
from tests.builders.catalog import NOW
from tests.builders.learning import course_of
from tests.builders.outline import make_mixed
from tests.builders.people import PASSWORD, make_account
from tests.journeys.cast import DESK, Author
from tests.support.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """The machine may be busy."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


def names(page: Page) -> list[str | None]:
    rows = page.locator("[data-activities] > [data-activity]").all()
    return [row.get_attribute("data-name") for row in rows]


def signed_in(browser: Browser, url: str, username: str) -> Author:
    author = Author(browser, url, DESK)
    author.goes_to("/sign-in")
    author.page.get_by_label("Sign-in name").fill(username)
    author.page.get_by_label("Password", exact=True).fill(PASSWORD)
    author.page.keyboard.press("Enter")
    expect(author.page.get_by_role("heading", level=1)).to_contain_text("Hello")
    return author


def drag(page: Page, name: str, onto: str) -> None:
    """Drag a row by its grip to the place below another row, or into an empty module."""
    grip = page.locator(f"[data-name='{name}'] [data-grip]").bounding_box()
    place = page.locator(
        f"[data-activity][data-name='{onto}'], [data-name='{onto}'] .outline-nothing"
    )
    target = place.bounding_box()
    assert grip
    assert target
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(target["x"] + 40, target["y"] + 10, steps=8)
    page.wait_for_timeout(300)  # rows glide to their places, and take nothing meanwhile
    page.mouse.move(target["x"] + 40, target["y"] + target["height"] - 4, steps=4)
    page.mouse.up()


def test_parts_are_moved_by_mouse_and_by_keyboard(
    live_app: Flask, live_server: LiveServer, browser: Browser
) -> None:
    with unit_of_work():
        username = make_account(AccessRole.INSTRUCTOR).username
        draft = open_draft(course_of(make_mixed()), now=NOW, actor=None)
        key, version_id = draft.public_id, draft.id
    author = signed_in(browser, live_server.url, username)
    page, told = author.page, author.page.locator("p[role=status].sr-only").last
    page.set_viewport_size({"width": 1280, "height": 2000})  # nothing scrolls under the pointer
    author.goes_to(f"/authoring/drafts/{key}")
    assert names(page)[:3] == ["Greeting", "The queue", "The drill"]
    drag(page, "Greeting", "The queue")
    expect(told).to_have_text("“Greeting” is moved: module 1, place 2 of 6.")
    assert names(page)[:3] == ["The queue", "Greeting", "The drill"]

    down = page.get_by_role("button", name="Move “Greeting” down")
    down.focus()
    page.keyboard.press("Enter")
    expect(told).to_have_text("“Greeting” is moved: module 1, place 3 of 6.")
    expect(page.get_by_role("button", name="Move “Greeting” down")).to_be_focused()

    with unit_of_work():
        lessons = outline_lessons(whole_version(version_id))
    assert [one.key for rows in lessons.values() for one in rows][:3] == [
        "queue",
        "drill",
        "greeting",
    ]
    page.reload()
    assert names(page)[:3] == ["The queue", "The drill", "Greeting"]

    # Into a module with nothing in it, and by its menu back: the focus stays at the menu.
    author.adds_module("Later")
    drag(page, "Greeting", "Later")
    expect(told).to_have_text(re.compile("“Greeting” is moved: module [0-9], place 1 of 1."))
    menu = page.locator("[data-name='Greeting'] summary")
    menu.press("Enter")
    page.locator("[data-name='Greeting'] select").select_option(index=0)
    page.locator("[data-name='Greeting'] .outline-move button").press("Enter")
    expect(told).to_have_text(re.compile("“Greeting” is moved: module 1, "))
    expect(menu).to_be_focused()
    author.context.close()


def test_two_authors_at_once_are_told_and_see_the_same(
    live_app: Flask, live_server: LiveServer, browser: Browser
) -> None:
    with unit_of_work():
        username = make_account(AccessRole.INSTRUCTOR).username
        key = open_draft(course_of(make_mixed("both")), now=NOW, actor=None).public_id
    first = signed_in(browser, live_server.url, username)
    first.goes_to(f"/authoring/drafts/{key}")
    second = first.context.new_page()
    second.goto(f"{live_server.url}/authoring/drafts/{key}")
    first.page.get_by_role("button", name="Move “Greeting” down").click()
    expect(first.page.locator("[data-activity]").first).to_have_attribute("data-name", "The queue")
    second.get_by_role("button", name="Move “The queue” down").click()
    expect(second.locator("[data-refusal]")).to_contain_text("Nothing was moved")
    assert names(second)[:2] == ["The queue", "Greeting"]
    first.context.close()
