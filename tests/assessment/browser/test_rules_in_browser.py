"""Certainty, more time and practice in a real browser."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from lms.assessment.exam_rules import SectionRule
from lms.assessment.models import Behaviour, ItemKind
from lms.assessment.rules.granting import grant_allowance
from lms.assessment.rules.models import AllowanceKind
from lms.catalog.models import CourseVersion
from lms.core import clock
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import Enrolment
from tests.accessibility.test_pages import violations
from tests.assessment.browser.taker import Sitting, Taker
from tests.builders.assessment import make_exam, make_item, settings
from tests.builders.people import make_person
from tests.support.server import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PICTURES = os.environ.get("LOOK_AT")  # a folder: the pages as they looked


@pytest.fixture
def app(live_app: Flask) -> Flask:
    return live_app


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


def look(page: Page, name: str, *, scripts: bool = True) -> None:
    """Look for what axe complains of."""
    if scripts:
        assert violations(page) == []
    if PICTURES:
        for width, scheme in ((390, "dark"), (1280, "light")):
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


def exam(**rules: object) -> CourseVersion:
    items = [make_item(ItemKind.SINGLE_CHOICE, topic=t) for t in ("law", "manners") for _ in "ab"]
    sections = (SectionRule("law", 2), SectionRule("manners", 2))
    with unit_of_work():
        return make_exam(items, sections=sections, **rules)


def test_how_sure_one_is_is_saved_with_the_answer_and_shown_again(
    app: Flask, live_server: LiveServer, browser: Browser
) -> None:
    sitting = Sitting(exam(certainty=True))
    taker = Taker(browser, live_server, sitting)
    taker.goes_to(sitting.exam_path)
    look(taker.page, "certainty-start")
    taker.starts()
    taker.chooses(1, "b")
    taker.sees_state(1, "saved")
    taker.page.locator("#question-1 [name=q1-certainty][value='3']").check()
    taker.sees_state(1, "saved")
    expect(taker.page.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
    bodies = [event.body for event in sitting.log()]
    assert bodies[-1] == {"response": {"choice": "b"}, "certainty": 3}
    look(taker.page, "certainty")
    taker.opens_paper()
    expect(taker.page.locator("#question-1 [name=q1-certainty][value='3']")).to_be_checked()
    taker.chooses(1, "a")
    taker.sees_state(1, "saved")
    expect(taker.page.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
    assert sitting.log()[-1].body == {"response": {"choice": "a"}, "certainty": 3}


def test_more_time_moves_the_clock_without_a_reload(
    app: Flask, live_server: LiveServer, browser: Browser
) -> None:
    sitting = Sitting(exam(minutes=5))
    taker = Taker(browser, live_server, sitting)
    taker.starts()
    expect(taker.page.locator("[data-clock-text]")).to_contain_text("04:")
    with unit_of_work():
        grant_allowance(
            enrolment=db.session.get_one(Enrolment, sitting.place_id),
            kind=AllowanceKind.MINUTES,
            amount=30,
            reason="A fire alarm",
            key=public_id(),
            actor=make_person(),
            now=clock.now(),
            settings=settings(),
        )
    taker.chooses(1, "b")  # the next reply tells it
    expect(taker.page.locator("[data-clock-text]")).to_contain_text("34:")
    told = re.compile("more time. Time left: 3[45]:")  # the clock goes on meanwhile
    expect(taker.page.locator(".exam-toast")).to_contain_text(told)
    assert sitting.attempt.deadline_at - sitting.attempt.started_at == timedelta(minutes=35)


def test_practice_is_sat_without_scripts(
    app: Flask, live_server: LiveServer, browser: Browser
) -> None:
    sitting = Sitting(exam(behaviour=Behaviour.PRACTICE, pass_percent=60))
    taker = Taker(browser, live_server, sitting, scripts=False)
    taker.goes_to(sitting.exam_path)
    look(taker.page, "practice-start", scripts=False)
    taker.presses("Begin")
    look(taker.page, "practice-question", scripts=False)
    for number, key in enumerate("babb", start=1):
        taker.page.locator(f"input[type=radio][value='{key}']").check()
        taker.presses("Check the answer")
        expect(taker.page.locator("#told-title")).to_have_text(f"Answer {number}")
        look(taker.page, f"practice-told-{number}", scripts=False)
        if number < 4:
            taker.page.get_by_role("link", name="Next question").click()
    taker.presses("Show the result")
    expect(taker.page.locator("#outcome-title")).to_have_text("You have passed the exam")
    assert list(sitting.answers().values()) == ["b", "a", "b", "b"]


def test_mastery_shows_how_far_each_topic_is(
    app: Flask, live_server: LiveServer, browser: Browser
) -> None:
    sitting = Sitting(exam(behaviour=Behaviour.MASTERY, pass_percent=100))
    taker = Taker(browser, live_server, sitting)
    taker.goes_to(sitting.exam_path)
    taker.presses("Begin")
    for _ in range(3):
        taker.page.locator("input[type=radio][value='b']").check()
        taker.presses("Check the answer")
        look(taker.page, "mastery-told")
        taker.page.get_by_role("link", name="Next question").click()
    expect(taker.page.locator("main")).to_contain_text("Topics mastered: 1 / 2")
    look(taker.page, "mastery")
    taker.page.locator("input[type=radio][value='b']").check()
    taker.presses("Check the answer")
    expect(taker.page.locator("#outcome-title")).to_have_text("You have passed the exam")
    look(taker.page, "mastery-result")
