"""From an empty course to a published one, two authors at once, and a trainee through an exam that
stands amid the course, in a real browser.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, expect

from lms.app import create_app
from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import AccessRole, Account, Person
from tests.builders.learning import make_enrolment, read_lessons
from tests.builders.people import make_account
from tests.journeys.cast import DESK, PHONE, Author, Paper, Specialist
from tests.support.databases import SECRET, Sqlite, make_settings
from tests.support.server import LiveServer

COURSE = "/authoring/courses/first-words"


class Installation(NamedTuple):
    """A server's address and the application on its data."""

    url: str
    app: Flask


@pytest.fixture
def installation(sqlite: Sqlite, tmp_path: Path) -> Iterator[Installation]:
    """A served installation with two instructors, a trainee and no course."""
    var = tmp_path / "live"
    sqlite.url(var)
    server = LiveServer(var, "", SECRET)
    app = create_app(make_settings(var, public_url=server.url))
    with app.app_context(), unit_of_work():
        for name in ("anna", "boris"):
            make_account(AccessRole.INSTRUCTOR, username=name, password=DEMONSTRATION_PASSWORD)
        make_account(username="maria", password=DEMONSTRATION_PASSWORD)
    server.start()
    yield Installation(server.url, app)
    server.kill()


def anna_creates_the_course(anna: Author) -> None:
    anna.signs_in("anna")
    anna.goes_to("/authoring")
    anna.follows("New course")
    anna.fills("Title in Russian", "Первые слова")
    anna.fills("Title in English", "First words")
    anna.presses("Create the draft")
    anna.sees("The course has no modules yet")


def anna_writes_two_lessons(anna: Author) -> str:
    """Write the outline; return the address of the first lesson's editor."""
    draft = anna.page.url
    anna.adds_module("The window")
    anna.adds_lesson("A greeting")
    first = anna.page.url.split("?")[0]
    anna.writes("Russian", "Сначала **взгляд**.")
    anna.page.get_by_role("link", name="English", exact=True).click()
    the_preview_follows_the_typing(anna)
    anna.page.keyboard.press("Control+s")
    anna.sees("The lesson is saved.")
    anna.goes_to(draft)
    anna.adds_lesson("A farewell")
    anna.writes("Russian", "До *свидания*.")
    anna.writes("English", "Say *goodbye*.")
    anna.goes_to(draft)
    return first


def the_preview_follows_the_typing(anna: Author) -> None:
    preview = anna.page.locator("[data-preview]")
    editor = anna.page.locator("textarea#body")
    editor.press_sequentially("First a **look**.")
    expect(preview.locator("strong")).to_have_text("look")
    anna.page.get_by_role("button", name="Call-out").click()
    expect(preview.locator("aside, .callout, [class*=callout]").first).to_be_visible()
    editor.fill("First a **look**.\n\n<script>alert(1)</script>\n\n## Then words\n\nSay hello.")
    expect(preview.locator("h2", has_text="Then words")).to_be_visible()
    expect(preview.locator("script")).to_have_count(0)
    expect(anna.page.locator("[data-editor-state]")).to_have_text("Your changes are not saved.")


def anna_names_a_topic(anna: Author) -> None:
    anna.page.get_by_role("link", name="Topics", exact=True).click()
    anna.fills("Title in Russian", "Слова")
    anna.fills("Title in English", "Words")
    anna.page.get_by_role("button", name="Add", exact=True).click()
    anna.sees("words")


def anna_writes_a_question_of_each_kind(anna: Author) -> None:
    for kind in ("Single choice", "Multiple choice"):
        anna.begins_question(COURSE, kind)
        for place in range(4):
            anna.fills_both(f"options-{place}-text", f"option {place}")
            anna.fills_both(f"options-{place}-explanation", f"about {place}")
        anna.page.locator("[name=correct]").first.check()
        expect(anna.sample.get_by_text("option 3")).to_be_visible()
        anna.saves_question()
    anna.begins_question(COURSE, "True or false")
    anna.page.get_by_label("True", exact=True).first.check()
    anna.saves_question()
    anna.begins_question(COURSE, "Matching")
    for place in range(3):
        anna.fills_both(f"pairs-{place}-left", f"left {place}")
        anna.fills_both(f"pairs-{place}-right", f"right {place}")
    anna.presses("Add an extra right side")
    anna.fills_both("distractors-0-text", "nobody's")
    anna.saves_question()
    anna.begins_question(COURSE, "Ordering")
    for place in range(4):
        anna.fills_both(f"steps-{place}-text", f"step {place}")
    # With the keyboard alone: the focus stays with the step that moved.
    anna.page.get_by_role("button", name="Move step 3 up").press("Enter")
    expect(anna.page.locator("[name='steps-1-text-en']")).to_have_value("step 2")
    expect(anna.page.locator(":focus")).to_have_attribute("value", "up:steps:1")
    anna.page.keyboard.press("Enter")
    expect(anna.page.locator("[name='steps-0-text-en']")).to_have_value("step 2")
    expect(anna.page.locator("[id$='-row']:has(:focus) textarea").first).to_have_value(
        "step 2 (рус)"
    )
    anna.saves_question()
    anna.begins_question(COURSE, "Numeric answer")
    anna.page.locator("[name=value]").fill("12,5")
    anna.page.locator("[name=tolerance]").fill("0.5")
    anna.saves_question()
    anna.begins_question(COURSE, "Short text")
    anna.page.locator("[name=accepted-ru]").fill("Ёлка")
    anna.page.locator("[name=accepted-en]").fill("fir\nfir tree")
    anna.saves_question()
    anna.goes_to(f"{COURSE}/items")
    anna.sees("7 questions in use")


def anna_sets_and_tries_the_exam(anna: Author) -> None:
    anna.follows("Exam")
    anna.fills("Pass mark, %", "70")
    anna.page.locator("[name='sections-0-draw']").fill("7")
    anna.page.locator(".form-bar").get_by_role("button", name="Save").click()
    anna.sees("The exam is saved.")
    anna.follows("Preview as a trainee")
    expect(anna.page.locator(".preview-paper > li")).to_have_count(7)
    numeric = anna.page.locator(".preview-paper > li", has_text="Numeric answer?")
    numeric.get_by_label("Your answer").fill("12.7")
    anna.presses("Score my answers")
    anna.sees("1 of 7 points")
    expect(numeric.get_by_text("Why: Numeric answer.")).to_be_visible()


def anna_adds_an_exam_half_way(anna: Author) -> None:
    """In the module, after its lessons: one question, which opens once they are read."""
    anna.goes_to("/authoring")
    anna.follows("Edit draft")
    anna.follows("Add something else to")
    anna.follows("Exam")
    anna.fills("Title in Russian", "Проверка у окна")
    anna.fills("Title in English", "A check at the window")
    anna.page.get_by_role("button", name="Add", exact=True).click()
    anna.page.locator("[name='sections-0-draw']").fill("1")
    anna.page.locator(".form-bar").get_by_role("button", name="Save").click()
    anna.sees("The exam is saved.")


def anna_publishes(anna: Author) -> None:
    anna.goes_to("/authoring")
    anna.follows("Edit draft")
    anna.publishes_at_first("О первых словах.", "About the first words.")


def boris_and_anna_edit_the_same_lesson(anna: Author, boris: Author, lesson: str) -> None:
    boris.signs_in("boris")
    for author in (anna, boris):
        author.goes_to(f"{lesson}?language=en")
    boris.page.locator("textarea#body").fill("Boris: look up.")
    boris.saves()
    anna.page.locator("textarea#body").fill("Anna: look up, then speak.")
    anna.page.get_by_role("button", name="Save", exact=True).first.click()
    anna.sees("Nothing was overwritten")
    conflict = anna.page.locator(".merge-conflict")
    expect(conflict).to_contain_text("Boris: look up.")
    expect(conflict).to_contain_text("Anna: look up, then speak.")
    conflict.get_by_label("Another wording").check()
    conflict.get_by_label("The other wording of place 1").fill("Both: look up, then speak.")
    anna.presses("Save the text put together")
    anna.sees("The lesson is saved.")
    boris.goes_to(f"{lesson}?language=en")
    expect(boris.page.locator("textarea#body")).to_have_value("Both: look up, then speak.")


def maria_has_read_the_lessons(app: Flask) -> None:
    """Read on another day: how that goes is another story."""
    with app.app_context(), unit_of_work():
        version = db.session.scalars(
            sa.select(CourseVersion).where(CourseVersion.published_at.is_not(None))
        ).one()
        maria = db.session.scalars(sa.select(Account).filter_by(username="maria")).one()
        learner = db.session.get_one(Person, maria.person_id)
        read_lessons(make_enrolment(learner, version))


def maria_passes_the_check_and_the_final_opens(maria: Specialist, app: Flask) -> None:
    maria.signs_in("maria")
    maria.goes_to("/courses")
    maria.follows("First words")
    course = maria.page.url
    expect(maria.page.locator("a[href$='/exam']")).to_have_count(0)
    maria.follows("A check at the window")
    maria.sees("It asks about: Words.")
    maria.presses("Start the exam")
    expect(maria.page.locator("#question-1")).to_be_visible()
    paper = Paper(app, maria.page.url.rsplit("/", 1)[-1].split("#")[0])
    maria.answers(range(1, 2), paper)
    maria.sees_saved(range(1, 2))
    maria.page.locator("[data-review]:visible, [data-open-sheet]:visible").first.click()
    if maria.page.locator("dialog[open] [data-review]").count():
        maria.page.locator("dialog[open] [data-review]").click()
    maria.sees("1 of 1")
    maria.presses("Hand in the exam")
    maria.page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
    maria.page.wait_for_url("**/result")
    maria.goes_to(course)
    maria.follows("To the final exam")
    expect(maria.page.get_by_role("button", name="Start the exam")).to_be_visible()


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_an_instructor_makes_a_course_from_empty_to_published(
    browser: Browser, installation: Installation
) -> None:
    anna = Author(browser, installation.url, DESK)
    boris = Author(browser, installation.url, DESK)
    anna_creates_the_course(anna)
    lesson = anna_writes_two_lessons(anna)
    anna_names_a_topic(anna)
    anna_writes_a_question_of_each_kind(anna)
    anna_sets_and_tries_the_exam(anna)
    boris_and_anna_edit_the_same_lesson(anna, boris, lesson)
    anna_adds_an_exam_half_way(anna)
    anna_publishes(anna)
    maria = Specialist(browser, installation.url, PHONE)
    maria_has_read_the_lessons(installation.app)
    maria_passes_the_check_and_the_final_opens(maria, installation.app)
