"""Places on a picture, marked by finger and by keyboard, and areas drawn by an author."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, expect

from lms.assessment.models import Item, ItemKind
from lms.catalog.models import Course, CourseFile
from lms.core.database import db, execute
from lms.core.unit_of_work import unit_of_work
from lms.people.models import AccessRole
from tests.assessment.browser.taker import Sitting, Taker
from tests.assessment.browser.test_exam_in_browser import app, server
from tests.builders.assessment import both, make_exam, make_item
from tests.builders.people import make_account
from tests.catalog.browser.test_outline_in_browser import signed_in
from tests.support.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
__all__ = ["app", "server"]


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """The machine may be busy."""
    expect.set_options(timeout=20_000)


def test_places_are_marked_moved_and_removed_by_finger_and_by_keyboard(
    app: Flask, server: LiveServer, browser: Browser
) -> None:
    with unit_of_work():
        version = make_exam([make_item(ItemKind.HOTSPOT)])
    sitting = Sitting(version)
    taker = Taker(browser, server, sitting)
    taker.starts_anything()
    page = taker.page
    expect(page.get_by_role("link", name="Review and finish")).to_be_visible()
    expect(page.get_by_role("button", name="Save answers")).to_be_hidden()
    stage = page.locator("[data-stage]")
    box = stage.bounding_box()
    assert box is not None
    stage.click(position={"x": box["width"] * 0.2, "y": box["height"] * 0.15})
    expect(page.locator("[data-marker]")).to_have_count(1)
    stage.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("[data-marker]")).to_have_count(2)
    taker.sees_state(1, "saved")
    [first, second] = sitting.answers()[1]["points"]
    assert abs(first[0] - 200) < 6
    assert second == [700, 500]
    page.locator("[data-marker]").first.focus()
    page.keyboard.press("Delete")
    expect(page.locator("[data-marker]")).to_have_count(1)
    taker.sees_state(1, "saved")
    assert sitting.answers()[1] == {"points": [[700, 500]]}


def test_a_file_is_sent_as_soon_as_it_is_chosen_and_waits_while_the_network_is_away(
    app: Flask, server: LiveServer, browser: Browser
) -> None:
    with unit_of_work():
        version = make_exam([make_item(ItemKind.FILE)])
    sitting = Sitting(version)
    taker = Taker(browser, server, sitting)
    taker.starts_anything()
    page = taker.page
    page.route("**/files", lambda route: route.abort())
    plan = {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"A plan."}
    page.locator("input[type=file]").set_input_files([plan])
    expect(page.locator("[data-waiting]")).to_contain_text("waits for the network")
    page.unroute("**/files")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-waiting]")).to_have_count(0)
    taker.sees_state(1, "saved")
    assert [file["name"] for file in sitting.answers()[1]["files"]] == ["plan.txt"]
    page.locator("[data-remove-file]").click()
    taker.sees_state(1, "none")
    expect(page.locator("[data-file-row]")).to_have_count(0)


def test_areas_are_drawn_with_the_mouse(app: Flask, server: LiveServer, browser: Browser) -> None:
    with unit_of_work():
        item = make_item(ItemKind.HOTSPOT)
        version = make_exam([item])
        slug = db.session.get_one(Course, version.course_id).slug
        username = make_account(AccessRole.INSTRUCTOR).username
    author = signed_in(browser, server.url, username)
    page = author.page
    author.goes_to(f"/authoring/courses/{slug}/items")
    page.locator("a.item-link").click()
    numbers = page.locator("[data-numbers]")
    box = page.locator("[data-canvas]").bounding_box()
    assert box is not None

    def at(across: float, down: float) -> tuple[float, float]:
        return box["x"] + box["width"] * across, box["y"] + box["height"] * down

    page.mouse.click(*at(0.5, 0.5))
    expect(numbers.first).to_have_value("10 10 20 10")  # a stray click undoes nothing
    page.get_by_role("button", name="Draw area 1").click()
    box = page.locator("[data-canvas]").bounding_box()
    page.mouse.move(*at(0.2, 0.2))
    page.mouse.down()
    page.mouse.move(*at(0.6, 0.7), steps=3)
    page.mouse.up()
    drawn = [float(number) for number in numbers.first.input_value().split()]
    assert drawn == pytest.approx([20, 20, 40, 50], abs=1)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(numbers.first).to_have_value(" ".join(f"{number:g}" for number in drawn))
    author.context.close()


def test_a_figure_of_the_course_is_put_where_the_cursor_stood(
    app: Flask, server: LiveServer, browser: Browser
) -> None:
    with unit_of_work():
        single = make_item(ItemKind.SINGLE_CHOICE)
        matching = make_item(ItemKind.MATCHING)
        version = make_exam([single, matching, make_item(ItemKind.HOTSPOT)])
        slug = db.session.get_one(Course, version.course_id).slug
        described = sa.update(CourseFile.__table__).values(alt={"en": "A [wide] hall"})  # type: ignore[arg-type]
        execute(described.where(CourseFile.version_id == version.id))
        username = make_account(AccessRole.INSTRUCTOR).username
        keys = dict(db.session.execute(sa.select(Item.key, Item.public_id)).all())  # type: ignore[arg-type]
    author = signed_in(browser, server.url, username)
    page = author.page
    author.goes_to(f"/authoring/courses/{slug}/items/{keys[single.key]}")
    option = page.locator("[name='options-1-text-en']")
    option.fill("This way out")
    option.evaluate("(field) => field.setSelectionRange(5, 8)")
    page.get_by_role("button", name="Insert a picture").click()
    dialog = page.get_by_role("dialog", name="Insert a picture")
    dialog.get_by_role("button", name="hall.svg").click()
    expect(dialog).to_be_hidden()
    expect(option).to_have_value("This ![A \\[wide\\] hall](figures/hall.svg) out")
    expect(option).to_be_focused()
    expect(page.locator("#preview-body img[alt='A [wide] hall']")).to_be_visible()
    # In a language in which nobody has said what it shows that is written next.
    prompt = page.locator("[name='prompt-ru']")
    prompt.fill("")
    page.get_by_role("button", name="Insert a picture").click()
    page.keyboard.press("Enter")
    page.keyboard.type("Зал")
    expect(prompt).to_have_value("![Зал](figures/hall.svg)")
    author.goes_to(f"/authoring/courses/{slug}/items/{keys[matching.key]}")
    page.locator("[name='pairs-0-right-en']").fill("")
    page.get_by_role("button", name="Insert a picture").click()
    dialog.get_by_role("button", name="hall.svg").click()
    expect(page.locator("[name='pairs-0-right-en']")).to_have_value(re.compile("^!.*hall.svg.$"))
    author.context.close()


def test_what_is_wide_in_a_question_scrolls_in_its_own_box(
    app: Flask, server: LiveServer, browser: Browser
) -> None:
    wide = both(
        f"Look:\n\n| a | b |\n|---|---|\n| 1 | {'w' * 90} |\n\n```\n{'c' * 90}\n```\n\nWell?"
    )
    item = make_item(ItemKind.MATCHING, prompt=wide, explanation=wide)
    pairs = tuple(replace(pair, right=both(f"**{pair.key}** {'r' * 80}")) for pair in item.pairs)
    with unit_of_work():
        version = make_exam([replace(item, pairs=pairs)])
    taker = Taker(browser, server, Sitting(version))
    taker.page.set_viewport_size({"width": 390, "height": 844})
    taker.starts_anything()
    page = taker.page
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) == 390
    table, code = page.locator(".question-text table"), page.locator(".question-text pre")
    assert table.evaluate("table => table.parentElement.clientWidth < table.offsetWidth")
    assert code.evaluate("code => code.clientWidth < code.scrollWidth")
    page.locator(".match select").first.select_option(index=3)
    taker.sees_state(1, "saved")
    taker.goes_to(f"/attempts/{taker.sitting.attempt.public_id}/review")
    taker.presses("Hand in the exam")
    page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    told = page.locator(".explanation :is(.table-wrap, pre)")
    expect(told).to_have_count(2)
    assert page.evaluate(width) == 390
    page.emulate_media(media="print")  # nobody scrolls on paper
    for box in told.all():
        assert box.evaluate("box => box.scrollWidth <= box.clientWidth")
    taker.context.close()
