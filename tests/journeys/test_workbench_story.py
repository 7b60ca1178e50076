"""A trainee on a phone sorts cards by dragging, and puts causes in order by keyboard alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from lms.app import create_app
from lms.core import clock
from lms.core.unit_of_work import unit_of_work
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import AccessRole
from tests.builders.catalog import make_course
from tests.builders.learning import lessons_of, make_enrolment
from tests.builders.people import make_account
from tests.journeys.cast import PHONE, Visitor
from tests.learning.test_workbench_pages import lesson_files
from tests.support.databases import SECRET, Sqlite, make_settings
from tests.support.server import LiveServer


@pytest.fixture
def lesson(sqlite: Sqlite, tmp_path: Path) -> Iterator[tuple[LiveServer, str]]:
    """A served installation, and the address of maria's lesson with one exercise of each kind."""
    var = tmp_path / "live"
    sqlite.url(var)
    server = LiveServer(var, "", SECRET)
    app = create_app(make_settings(var, public_url=server.url))
    with app.app_context(), unit_of_work():
        account = make_account(
            AccessRole.TRAINEE, username="maria", password=DEMONSTRATION_PASSWORD
        )
        enrolment = make_enrolment(account.person, make_course(**lesson_files()), now=clock.now())
        path = f"/courses/{enrolment.public_id}/lessons/{lessons_of(enrolment)[0].public_id}"
    server.start()
    yield server, path
    server.kill()


def drag(reader: Visitor, what: Locator, where: Locator) -> None:
    """Pull ``what`` by its grip to the middle of ``where``, as a finger would."""
    where.evaluate("zone => zone.scrollIntoView()")
    what.locator("[data-grip]").hover()
    reader.page.mouse.down()
    box = where.bounding_box()
    assert box is not None
    reader.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
    reader.page.mouse.up()


def maria_sorts_cards_by_dragging(maria: Visitor) -> None:
    section = maria.page.locator("#check-my-five-s")
    for card, step in (("card-1", "sort"), ("card-2", "standardise")):
        item = section.locator(f"[data-card]:has(select[name={card}])")
        drag(maria, item, section.locator(f"[data-zone={step}]"))
        expect(section.locator(f"[data-zone={step}] select[name={card}]")).to_have_value(step)
    section.get_by_role("button", name="Check").click()
    expect(section.locator("[data-feedback]")).to_contain_text("Your score: 50%")
    expect(section.locator("[data-feedback]")).to_be_focused()
    section.get_by_role("link", name="Try again").click()
    expect(section.locator("[data-zone=sort] select[name=card-1]")).to_be_visible()


def maria_puts_causes_in_order_by_keyboard(maria: Visitor) -> None:
    section = maria.page.locator("#check-my-pareto")
    up = section.get_by_role("button", name="Move up: b")
    up.focus()
    maria.page.keyboard.press("Enter")
    expect(up).to_be_focused()
    section.get_by_role("button", name="Move up: c").focus()
    maria.page.keyboard.press("Space")
    names = section.locator("[data-entry] .pareto-cause > span:not([data-grip])")
    expect(names).to_have_text(["b", "c", "a", "d"])
    for cause in ("b", "c"):
        section.get_by_role("checkbox", name=f"vital: {cause}").focus()
        maria.page.keyboard.press("Space")
    section.get_by_role("button", name="Check").focus()
    maria.page.keyboard.press("Enter")
    expect(section.locator("[data-feedback]")).to_contain_text("Your score: 100%")
    expect(section.get_by_role("img", name="Pareto chart in your order")).to_be_visible()


def maria_marks_a_place_on_the_picture(maria: Visitor) -> None:
    section = maria.page.locator("#check-my-waste-hunt")
    section.locator("[data-spot=spot-2]").click()
    expect(section.locator("input[name=spot-2]")).to_be_checked()
    expect(section.locator("select[name=waste-2]")).to_be_visible()
    expect(section.locator("select[name=waste-1]")).to_be_hidden()


def her_ticks_stay(maria: Visitor) -> None:
    boxes = maria.page.locator("#checklist-before-shift")
    boxes.get_by_label("Printer").check()
    expect(boxes.get_by_role("status")).to_have_text("Kept")
    maria.page.reload()
    expect(boxes.get_by_label("Printer")).to_be_checked()


def test_exercises_by_finger_and_by_keyboard(
    browser: Browser, lesson: tuple[LiveServer, str]
) -> None:
    server, path = lesson
    maria = Visitor(browser, server.url, PHONE)
    maria.signs_in("maria")
    maria.goes_to(path)
    maria_sorts_cards_by_dragging(maria)
    maria_puts_causes_in_order_by_keyboard(maria)
    maria_marks_a_place_on_the_picture(maria)
    her_ticks_stay(maria)
    assert maria.page.evaluate("document.documentElement.scrollWidth") <= 390
