"""Five minutes of practice on a phone, by keyboard alone; each page passes axe-core."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from lms.assessment import queries
from lms.assessment.coursework.models import RunQuestion
from lms.assessment.models import ItemKind
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from tests.builders.assessment import make_attempt, make_exam, make_item, make_place
from tests.builders.outline import begin_drill, on_mixed
from tests.builders.people import PASSWORD, make_account
from tests.builders.practice import cards, hand_in, make_checked_course, make_reader
from tests.journeys.cast import PHONE, Visitor
from tests.support.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
AXE = Path(__file__).parents[2] / "vendor" / "axe.min.js"


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """The machine may be busy."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


class Practitioner(Visitor):
    """A trainee on a phone with a keyboard."""

    def __init__(self, browser: Browser, url: str, *, scripts: bool) -> None:
        super().__init__(browser, url, {**PHONE, "java_script_enabled": scripts})

    def signs_in_as(self, username: str) -> None:
        self.goes_to("/sign-in")
        self.page.get_by_label("Sign-in name").fill(username)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.locator("main").get_by_role("button", name="Sign in", exact=True).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Hello")

    def tabs_to(self, selector: str) -> None:
        """Press Tab until the element has the focus: it can be reached without a pointer."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if self.page.locator(f"{selector}:focus").count():
                return
        raise AssertionError(f"{selector} is never reached on {self.page.url}")

    def enters(self, selector: str) -> None:
        self.tabs_to(selector)
        self.page.keyboard.press("Enter")

    def answers(self, option: str, certainty: str) -> None:
        name = self.page.locator(".option input").first.get_attribute("name")
        self.tabs_to(f"input[name={name}]")
        self.page.keyboard.press("Space")
        for _ in self.page.locator(".option input").all():
            if self.page.locator(f"input[name={name}][value='{option}']").is_checked():
                break
            self.page.keyboard.press("ArrowDown")
        expect(self.page.locator(f"input[name={name}][value='{option}']")).to_be_checked()
        self.tabs_to("input[name=certainty]")
        self.page.keyboard.press("Space")
        for _ in ("sure", "rather", "guessing"):
            if self.page.locator(f"input[name=certainty][value={certainty}]").is_checked():
                break
            self.page.keyboard.press("ArrowDown")
        self.enters(".practice-actions button.button-primary")
        expect(self.page.locator(".practice-outcome")).to_be_visible()


def violations(page: Page) -> list[Any]:
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_session_on_a_phone_by_keyboard(
    live_app: Flask, live_server: LiveServer, browser: Browser, scripts: bool
) -> None:
    with unit_of_work():
        account = make_account()
        username, person = account.username, account.person
        make_reader(make_checked_course(), person)
    visitor = Practitioner(browser, live_server.url, scripts=scripts)

    def looks_well() -> None:
        if scripts:
            assert violations(visitor.page) == []
            assert overflow(visitor.page) <= 0

    visitor.signs_in_as(username)
    visitor.sees("Practise: 3 questions, about 2 min")
    visitor.enters("form[action='/practice/start'] button")
    visitor.sees("Check 1?")
    looks_well()
    visitor.enters(".practice-actions button.button-primary")  # nothing chosen yet
    visitor.sees("Say how sure you are.")
    looks_well()
    visitor.answers("2", "sure")
    visitor.sees("You were sure of it")
    looks_well()
    visitor.enters(".practice-actions a")
    visitor.sees("Check 2?")
    visitor.answers("1", "rather")
    visitor.sees("That’s right")
    visitor.enters(".practice-actions a")
    visitor.sees("Check 3?")
    visitor.enters(".practice-actions button[name=unknown]")
    visitor.sees("Here is the answer")
    visitor.enters(".practice-actions a")
    visitor.sees("Done for now")
    visitor.sees("The next questions come back tomorrow.")
    looks_well()
    with unit_of_work():
        states = [(one.forgotten, one.is_confident_error) for one in cards(person)]
        assert all(one.last_review_at <= clock.now() for one in cards(person) if one.last_review_at)
    assert states == [(1, True), (0, False), (1, False)]
    visitor.context.close()


def test_what_was_missed_in_the_exam_is_practised_first(
    live_app: Flask, live_server: LiveServer, browser: Browser
) -> None:
    with unit_of_work():
        account = make_account()
        items = [make_item(ItemKind.SINGLE_CHOICE) for _ in range(5)]
        place = make_place(make_exam(items), account.person)
        attempt = make_attempt(enrolment=place, at=clock.now())
        missed = queries.paper(attempt)[3].item_version.content["prompt"]["en"]
        hand_in(attempt, wrong=[4], at=clock.now())
        username = account.username
    visitor = Practitioner(browser, live_server.url, scripts=True)
    visitor.signs_in_as(username)
    visitor.sees("Practise: 5 questions, about 3 min")
    visitor.presses("Practise now")
    visitor.sees("Practice: question 1 of 5")
    visitor.sees(missed)
    visitor.answers("b", "sure")
    visitor.sees("That’s right")
    visitor.context.close()


def test_a_courses_practice_asks_pictures_and_orders_as_its_exam_does(
    live_app: Flask, live_server: LiveServer, browser: Browser
) -> None:
    with unit_of_work():
        account = make_account()
        items = [make_item(ItemKind.HOTSPOT), make_item(ItemKind.ORDERING)]
        exam = make_attempt(enrolment=make_place(make_exam(items), account.person))
        versions = {one.item_version.kind: one.item_version for one in queries.paper(exam)}
        run = begin_drill(on_mixed(account.person), now=clock.now())
        asked = sa.select(RunQuestion).where(RunQuestion.run_id == run.id).order_by("position")
        for question, item in zip(db.session.scalars(asked), items, strict=True):
            question.item_version_id = versions[item.kind].id
        username, address = account.username, f"/practice-runs/{run.public_id}"
    visitor = Practitioner(browser, live_server.url, scripts=True)
    visitor.signs_in_as(username)
    page = visitor.page
    visitor.goes_to(f"{address}/1")
    page.locator("[data-stage]").tap(position={"x": 30, "y": 20})
    page.locator("[data-stage]").tap(position={"x": 200, "y": 60})
    expect(page.locator("[data-marker]")).to_have_count(2)
    assert overflow(page) <= 0
    visitor.presses("Check")
    expect(page.locator(".hotspot-dot")).to_have_count(2)
    expect(page.locator(".hotspot-stage")).to_have_css("position", "relative")
    visitor.goes_to(f"{address}/2")
    visitor.presses("Check")
    visitor.sees("Answer the question")  # nothing is put in order yet
    page.get_by_role("button", name="Move down: ").first.tap()
    visitor.presses("Check")
    expect(page.locator(".order-marked .order-step").first).to_be_visible()
    visitor.context.close()
