"""A lesson is changed, a second person approves, and people come along with what they did."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from lms.app import create_app
from lms.catalog.reviewing.services import set_rule
from lms.core import clock, jobs
from lms.core.unit_of_work import unit_of_work
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import AccessRole
from tests.builders.catalog import make_course
from tests.builders.learning import course_of, make_enrolment, read_lessons
from tests.builders.people import make_account
from tests.journeys.cast import DESK, PHONE, Author, Visitor
from tests.support.databases import SECRET, Sqlite, make_settings
from tests.support.server import LiveServer

COURSE = "/authoring/courses/reviewed"


@pytest.fixture
def network(sqlite: Sqlite, tmp_path: Path) -> Iterator[tuple[LiveServer, Flask]]:
    """A course that wants a second person, with maria who has read both its lessons."""
    var = tmp_path / "live"
    sqlite.url(var)
    server = LiveServer(var, "", SECRET, jobs="none")
    app = create_app(make_settings(var, public_url=server.url))
    with app.app_context(), unit_of_work():
        maria = make_account(username="maria", password=DEMONSTRATION_PASSWORD)
        anna, _boris = (
            make_account(AccessRole.INSTRUCTOR, username=name, password=DEMONSTRATION_PASSWORD)
            for name in ("anna", "boris")
        )
        version = make_course("reviewed", now=clock.now())
        set_rule(course_of(version), second_person=True, actor=anna.person, now=clock.now())
        read_lessons(make_enrolment(maria.person, version, now=clock.now()), now=clock.now())
    server.start()
    yield server, app
    server.kill()


def anna_rewrites_a_lesson_and_asks_for_a_review(anna: Author) -> str:
    """Return the address of the draft."""
    anna.signs_in("anna")
    anna.goes_to(COURSE)
    anna.presses("Open a draft")
    anna.page.wait_for_url("**/drafts/*")
    draft = anna.page.url
    anna.follows("The queue")
    anna.writes("English", "Say how long the wait is, and keep your word.")
    anna.goes_to(f"{draft}/review")
    anna.sees("The queue")
    anna.fills("Message (optional)", "Only the queue.")
    anna.presses("Ask for a review")
    anna.sees("It waits for somebody else to look at it.")
    anna.goes_to(f"{draft}/publish")
    anna.sees("A second person has to approve this draft before it is published.")
    expect(anna.page.get_by_role("button", name="Publish version 2")).to_be_disabled()
    return draft


def boris_finds_it_and_approves(boris: Author) -> None:
    boris.signs_in("boris")
    boris.goes_to("/authoring")
    boris.sees("waits for a reviewer")
    boris.page.locator("section:has(#waiting)").get_by_role("link").first.click()
    boris.sees("Only the queue.")
    boris.presses("Approve")
    boris.sees("It can be published.")


def anna_publishes_and_moves_people(anna: Author, draft: str) -> None:
    anna.goes_to(f"{draft}/publish")
    anna.sees("1 person")
    anna.page.get_by_label("Move them to the new version").check()
    anna.presses("Publish version 2")
    anna.sees("Version 2 is published.")


def maria_has_one_lesson_to_read_again(maria: Visitor) -> None:
    maria.signs_in("maria")
    maria.goes_to("/courses")
    maria.page.locator("main a[href^='/courses/']").first.click()
    expect(maria.page.locator(".outline-item.is-done")).to_have_count(1)
    expect(maria.page.locator(".outline-item.is-done")).not_to_contain_text("The queue")
    maria.page.locator(".outline-item").get_by_role("link", name="The queue").click()
    maria.sees("keep your word")


@pytest.mark.browser
@pytest.mark.timeout(120)
def test_a_reviewed_change_takes_people_along_with_what_they_did(
    browser: Browser, network: tuple[LiveServer, Flask]
) -> None:
    server, app = network
    anna, boris = (Author(browser, server.url, DESK) for _ in range(2))
    maria = Visitor(browser, server.url, PHONE)
    draft = anna_rewrites_a_lesson_and_asks_for_a_review(anna)
    boris_finds_it_and_approves(boris)
    anna_publishes_and_moves_people(anna, draft)
    with app.app_context():
        jobs.run_due()
    maria_has_one_lesson_to_read_again(maria)
