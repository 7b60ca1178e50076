"""A course with a class, in a browser: written, published, held, marked, examined, certified."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, expect

from lms.app import create_app
from lms.catalog.models import CourseVersion
from lms.core import jobs
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import AccessRole, Account, Person
from tests.builders.learning import make_enrolment
from tests.builders.people import make_account
from tests.journeys.cast import DESK, PHONE, Author, Paper, Specialist
from tests.support.databases import SECRET, Sqlite, make_settings
from tests.support.server import LiveServer

COURSE = "hall-drill"
PLACE = "Training room 3, second floor"


@pytest.fixture
def site(sqlite: Sqlite, tmp_path: Path) -> Iterator[tuple[str, Flask]]:
    """A served installation with an instructor, two trainees and no course."""
    var = tmp_path / "live"
    sqlite.url(var)
    server = LiveServer(var, "", SECRET)
    app = create_app(make_settings(var, public_url=server.url))
    with app.app_context(), unit_of_work():
        make_account(AccessRole.INSTRUCTOR, username="anna", password=DEMONSTRATION_PASSWORD)
        for name in ("maria", "pavel"):
            make_account(username=name, password=DEMONSTRATION_PASSWORD)
    server.start()
    yield server.url, app
    server.kill()


def anna_writes_a_course_of_one_meeting(anna: Author) -> None:
    anna.signs_in("anna")
    anna.goes_to("/authoring/new")
    anna.fills("Title in Russian", "Тренировка в зале")
    anna.fills("Title in English", "Hall drill")
    anna.presses("Create the draft")
    anna.adds_module("The meeting")
    anna.follows("Add something else to")
    anna.follows("Class")
    for language, words in (("ru", "Эвакуация зала"), ("en", "Clearing the hall")):
        anna.page.fill(f"[name=title_{language}]", words)
        anna.page.fill(f"[name=description_{language}]", f"{words}: twice, with a clock.")
        anna.page.fill(f"[name=place_{language}]", PLACE)
    anna.page.get_by_role("button", name="Add", exact=True).click()
    anna.sees("Clearing the hall")


def anna_asks_one_question_at_the_end(anna: Author) -> None:
    draft = anna.page.url.split("#")[0]
    anna.page.get_by_role("link", name="Topics", exact=True).click()
    anna.fills("Title in Russian", "Зал")
    anna.fills("Title in English", "Hall")
    anna.page.get_by_role("button", name="Add", exact=True).click()
    anna.begins_question(f"/authoring/courses/{COURSE}", "True or false")
    anna.page.get_by_label("True", exact=True).first.check()
    anna.saves_question()
    anna.goes_to(f"/authoring/courses/{COURSE}/exam")
    anna.page.locator("[name='sections-0-draw']").fill("1")
    anna.page.locator(".form-bar").get_by_role("button", name="Save").click()
    anna.sees("The exam is saved.")
    anna.goes_to(draft)


def anna_publishes(anna: Author) -> None:
    anna.publishes_at_first("Как вывести людей из зала.", "How to clear the hall.")


def both_are_enrolled(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        version = db.session.scalars(
            sa.select(CourseVersion).where(CourseVersion.published_at.is_not(None))
        ).one()
        for name in ("maria", "pavel"):
            account = db.session.scalars(sa.select(Account).filter_by(username=name)).one()
            make_enrolment(db.session.get_one(Person, account.person_id), version)


def maria_reads_where_to_come(maria: Specialist) -> None:
    maria.signs_in("maria")
    maria.goes_to("/courses")
    maria.follows("Hall drill")
    maria.follows("Clearing the hall")
    maria.sees(PLACE)
    expect(maria.page.get_by_text("Bring along")).to_have_count(0)  # nothing is to be brought
    maria.sees("It counts when the instructor has confirmed that you were there.")


def anna_marks_in_the_hall(hall: Author) -> None:
    """On a phone: one of two was there."""
    hall.signs_in("anna")
    hall.goes_to("/results")
    hall.follows("Hall drill")
    hall.follows("Clearing the hall")
    people = hall.page.locator(".attendance-row")
    expect(people).to_have_count(2)
    people.nth(0).get_by_text("Present", exact=True).click()
    people.nth(1).get_by_text("Absent", exact=True).click()
    hall.presses("Save the marks")
    hall.sees("2 marks are saved.")
    expect(people.nth(0)).to_contain_text("Present,")
    expect(people.nth(1)).to_contain_text("Absent,")


def maria_passes_the_exam(maria: Specialist, app: Flask) -> None:
    """It opened with the mark."""
    maria.follows("To the exam")
    maria.presses("Start the exam")
    expect(maria.page.locator("#question-1")).to_be_visible()
    paper = Paper(app, maria.page.url.rsplit("/", 1)[-1].split("#")[0])
    maria.answers(range(1, 2), paper)
    maria.sees_saved(range(1, 2))
    maria.page.locator("[data-review]:visible, [data-open-sheet]:visible").first.click()
    if maria.page.locator("dialog[open] [data-review]").count():
        maria.page.locator("dialog[open] [data-review]").click()
    maria.presses("Hand in the exam")
    maria.page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    maria.page.wait_for_url("**/result")


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_a_meeting_is_announced_held_marked_and_certified(
    browser: Browser, site: tuple[str, Flask]
) -> None:
    url, app = site
    anna = Author(browser, url, DESK)
    anna_writes_a_course_of_one_meeting(anna)
    anna_asks_one_question_at_the_end(anna)
    anna_publishes(anna)
    both_are_enrolled(app)
    maria, pavel = (Specialist(browser, url, PHONE) for _ in range(2))
    maria_reads_where_to_come(maria)
    anna_marks_in_the_hall(Author(browser, url, PHONE))
    maria.page.reload()
    maria.sees("Done")
    maria_passes_the_exam(maria, app)
    with app.app_context():
        jobs.run_due()
    maria.goes_to("/certificates")
    maria.sees("Hall drill")
    link = maria.page.locator("main a[href*='.pdf']").first.get_attribute("href")
    assert maria.page.request.get(f"{url}{link}").body().startswith(b"%PDF")
    pavel.signs_in("pavel")
    pavel.goes_to("/courses")
    pavel.follows("Hall drill")
    expect(pavel.page.locator("a[href$='/exam']")).to_have_count(0)
    pavel.goes_to("/certificates")
    expect(pavel.page.locator("main a[href*='.pdf']")).to_have_count(0)
