"""From Moodle's bank to daily practice: an exam is made, sat by a group, judged and put right."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, expect

from lms.assessment import queries
from lms.assessment.services import submit
from lms.catalog.models import Course
from lms.core import clock
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.learning.models import Enrolment
from lms.learning.services import enrol
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.models import AccessRole
from tests.builders.assessment import answer_event, make_attempt, right_responses, save, settings
from tests.builders.learning import read_lessons
from tests.builders.people import make_account, make_person
from tests.journeys.cast import DESK, PHONE, Author, Visitor
from tests.standards.samples import make_empty
from tests.support.server import LiveServer

COURSE = "/authoring/courses/welcome"
PICTURES = os.environ.get("LOOK_AT")  # a folder: the pages as they looked

FIRST_WORD = "What does the visitor hear first?"
LOOKING_UP = "When do you look up from the screen?"  # Moodle's key of it is wrong
LAST_WORD = "How does a conversation end?"
FORECAST = "A visitor may be told how long the wait is."
APOLOGY = "After how many minutes of waiting do you apologise?"
DOOR = "What does the visitor take at the door?"
LETTER = "Write to a visitor who waited for an hour."

KIND_LETTER = "We are sorry that you waited for so long, and we have opened one more window."
CURT_LETTER = "You waited because there were many visitors that day."

RIGHT = {
    FIRST_WORD: "A greeting",
    LOOKING_UP: "As the visitor comes up",
    LAST_WORD: "With a goodbye",
    FORECAST: "True",
    APOLOGY: "15",
    DOOR: "ticket",
    LETTER: KIND_LETTER,
}


def in_both(english: str, russian: str) -> str:
    """A text for Moodle's multilang filter."""
    return (
        f'<text><![CDATA[<span lang="ru" class="multilang">{russian}</span>'
        f'<span lang="en" class="multilang">{english}</span>]]></text>'
    )


def category(name: str) -> str:
    return f'<question type="category"><category><text>$course$/top/{name}</text></category></question>'


def question(kind: str, english: str, russian: str, inner: str) -> str:
    return (
        f'<question type="{kind}"><name><text>{english}</text></name>'
        f'<questiontext format="html">{in_both(english, russian)}</questiontext>'
        f'<generalfeedback format="html">{in_both("So it is taught.", "Так учат.")}'
        f"</generalfeedback><defaultgrade>1</defaultgrade>{inner}</question>"
    )


def option(english: str, russian: str, *, right: bool = False) -> str:
    why = in_both(f"About “{english}”.", f"Об ответе «{russian}».")
    return (
        f'<answer fraction="{100 if right else 0}" format="html">{in_both(english, russian)}'
        f'<feedback format="html">{why}</feedback></answer>'
    )


def plain_answer(text: str, *, right: bool = True) -> str:
    return f'<answer fraction="{100 if right else 0}"><text>{text}</text></answer>'


def bank_of_moodle() -> bytes:
    """Six questions on two topics, as Moodle exports them."""
    choices = "<single>true</single>"
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?><quiz>',
            category("greeting"),
            question(
                "multichoice", FIRST_WORD, "Что посетитель слышит первым?",
                choices + option("A greeting", "Приветствие", right=True)
                + option("The list of documents", "Список документов")
                + option("The number of the window", "Номер окна"),
            ),
            question(
                "multichoice", LOOKING_UP, "Когда вы поднимаете взгляд от экрана?",
                choices + option("As the visitor comes up", "Когда посетитель подходит")
                + option("When the form is filled in", "Когда форма заполнена", right=True)
                + option("At the signature", "Перед подписью"),
            ),
            question(
                "multichoice", LAST_WORD, "Чем заканчивается разговор?",
                choices + option("With a goodbye", "Прощанием", right=True)
                + option("With a call for the next one", "Вызовом следующего"),
            ),
            category("waiting"),
            question(
                "truefalse", FORECAST, "Посетителю можно сказать, сколько ждать.",
                plain_answer("true") + plain_answer("false", right=False),
            ),
            question(
                "numerical", APOLOGY, "После скольких минут ожидания вы извиняетесь?",
                plain_answer("15"),
            ),
            question(
                "shortanswer", DOOR, "Что посетитель берёт у входа?",
                plain_answer("талон") + plain_answer("ticket")
                + "<tags><tag><text>lms-accepted-ru-1-en-1</text></tag></tags>",
            ),
            "</quiz>",
        ]
    ).encode()  # fmt: skip


class Instructor(Author):
    """An instructor who also examines."""

    def looks_at(self, name: str, *, anew: bool = True) -> None:
        look(self, name, anew=anew)

    def saves_form(self) -> None:
        self.page.locator(".form-bar").get_by_role("button", name="Save").click()

    def draws(self, place: int, topic: str, number: int, kind: str = "") -> None:
        """Fill one section of the blueprint, adding it where needed."""
        if not self.page.locator(f"[name='sections-{place}-draw']").count():
            self.presses("Add a section")
            expect(self.page.locator("[name^='sections-'][name$='-draw']")).to_have_count(place + 1)
        self.page.locator(f"[name='sections-{place}-topic']").select_option(topic)
        self.page.locator(f"[name='sections-{place}-kind']").select_option(kind)
        self.page.locator(f"[name='sections-{place}-draw']").fill(str(number))


class Candidate(Visitor):
    """Somebody who sits the exam on a phone."""

    def __init__(self, browser: Browser, url: str, enrolment: Enrolment, name: str) -> None:
        super().__init__(browser, url, PHONE)
        self.exam = f"/courses/{enrolment.public_id}/exam"
        self.signs_in(name)

    def starts(self) -> None:
        self.goes_to(self.exam)
        self.presses("Start the exam")
        expect(self.page.locator("#exam.is-live")).to_be_visible()
        expect(self.page.locator(".question-fields").first).to_be_enabled()

    def answers(self, position: int, answers: Mapping[str, str]) -> None:
        """Answer one question of the paper as ``answers`` say, and go on to the next."""
        asked = self.page.locator(f"#question-{position}")
        expect(asked).to_be_visible()
        prompt = asked.locator(".question-text").inner_text()
        answer = next(given for text, given in answers.items() if text in prompt)
        options = asked.locator("label.option")
        if options.count():
            options.filter(has_text=answer).click()
        else:
            asked.locator("textarea, input.input").fill(answer)
        if position < 6:
            self.page.locator("[data-next]").click()

    def sees_state(self, position: int, state: str) -> None:
        found = self.page.locator(f"#question-{position} [data-question-state]")
        expect(found).to_have_attribute("data-state", state)

    def hands_in(self) -> None:
        for position in range(1, 7):
            self.sees_state(position, "saved")
        self.page.locator("[data-open-sheet]").click()
        self.page.locator("dialog[open] [data-review]").click()
        self.sees("6 of 6")
        self.presses("Hand in the exam")
        self.page.get_by_role("dialog").get_by_role("button", name="Hand in").click()
        self.page.wait_for_url("**/result")


def look(visitor: Visitor, name: str, *, anew: bool = True) -> None:
    """See that a page fits a phone in Russian and a desk in English; ``anew``: it can be opened
    again.
    """
    page = visitor.page
    size = page.viewport_size or DESK["viewport"]
    for language, width, scheme in (("ru", 390, "light"), ("en", 1280, "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if anew:
            visitor.reads(language)
        # What was just added may still be on its way to its place.
        page.wait_for_function(
            "() => document.documentElement.scrollWidth <= innerWidth", timeout=5000
        )
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(size)


@pytest.fixture
def app(live_app: Flask) -> Flask:
    """A served installation with a course of two lessons, no question yet, and an instructor."""
    with unit_of_work():
        make_empty("welcome")
        make_account(AccessRole.INSTRUCTOR, username="inna", password=DEMONSTRATION_PASSWORD)
    return live_app


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """The machine may be busy."""
    expect.set_options(timeout=20_000)
    yield
    expect.set_options(timeout=5_000)


def inna_imports_a_bank_from_moodle(inna: Instructor) -> None:
    inna.signs_in("inna")
    inna.goes_to(COURSE)
    inna.presses("Open a draft")
    inna.goes_to(f"{COURSE}/items")
    inna.sees("No questions yet")
    inna.goes_to(f"{COURSE}/items/import")
    inna.looks_at("import")
    inna.page.locator("input[type=file]").set_input_files(
        {"name": "bank.xml", "mimeType": "application/xml", "buffer": bank_of_moodle()}
    )
    inna.presses("Check the file")
    inna.sees(FIRST_WORD)
    inna.looks_at("import-check", anew=False)
    inna.presses("Import 6 questions")
    inna.sees("6 questions are imported.")


def inna_adds_an_essay(inna: Instructor) -> None:
    inna.begins_question(COURSE, "Essay")
    inna.fills_both("prompt", LETTER)
    inna.page.locator("[name=topic]").select_option("waiting")
    inna.fills_both("rubric-0-text", "It says sorry")
    inna.presses("Add a line")
    inna.fills_both("rubric-1-text", "It says what is done")
    inna.page.locator("[name='rubric-1-points']").fill("2")
    inna.fills_both("rubric-1-levels", "Nothing is done\nA step, no day\nA step and its day")
    inna.page.locator("[name=points]").fill("3")
    inna.looks_at("essay", anew=False)
    inna.saves_question()


def inna_builds_the_exam_by_blueprint(inna: Instructor) -> None:
    inna.goes_to(f"{COURSE}/exam")
    inna.fills("Pass mark, %", "80")
    inna.draws(0, "greeting", 3)
    inna.draws(1, "waiting", 1, kind="essay")
    inna.draws(2, "waiting", 2)
    for place, topic in enumerate(("greeting", "waiting", "waiting")):
        expect(inna.page.locator(f"[name='sections-{place}-topic']")).to_have_value(topic)
    inna.saves_form()
    inna.sees("The exam is saved.")
    inna.looks_at("blueprint")


def inna_tries_it(inna: Instructor) -> None:
    inna.follows("Preview as a trainee")
    paper = inna.page.locator(".preview-paper > li")
    expect(paper).to_have_count(6)
    paper.filter(has_text=FIRST_WORD).locator("label.option", has_text="A greeting").click()
    inna.presses("Score my answers")
    inna.sees("1 of 8 points")
    inna.looks_at("preview", anew=False)


def inna_publishes(inna: Instructor) -> None:
    inna.goes_to(COURSE)
    inna.follows("Edit draft")
    inna.sees("Nothing is missing")
    inna.follows("Publish")
    inna.presses("Publish version 2")
    inna.sees("Version 2 is published.")


def somebody(name: str, family_name: str) -> Enrolment:
    """Somebody with a place in the course who has read its lessons."""
    with unit_of_work():
        person = make_person(family_name)
        make_account(person=person, username=name, password=DEMONSTRATION_PASSWORD)
        course = db.session.scalars(sa.select(Course).filter_by(slug="welcome")).one()
        enrolment = enrol(learner=person, course=course, due_on=None, actor=None, now=clock.now())
        read_lessons(enrolment, now=clock.now())
        return enrolment


def a_group_sits_it_on_phones(ada: Candidate, boris: Candidate, vera: Candidate) -> None:
    """All three at the same time; Boris loses the network in the middle."""
    answers = {
        ada: RIGHT,
        boris: {**RIGHT, FIRST_WORD: "The list of documents"},
        vera: {
            **RIGHT,
            FIRST_WORD: "The number of the window",
            LOOKING_UP: "When the form is filled in",
            LETTER: CURT_LETTER,
        },
    }
    for candidate in answers:
        candidate.starts()
    for position in range(1, 7):
        if position == 3:
            boris.sees_state(2, "saved")
            boris.context.set_offline(True)
        for candidate, given in answers.items():
            candidate.answers(position, given)
    boris.sees_state(4, "waiting")
    look(boris, "exam-offline", anew=False)
    ada.hands_in()
    boris.context.set_offline(False)
    for candidate in (boris, vera):
        candidate.hands_in()
        candidate.sees("Handed in: an examiner reads it")
    look(boris, "result-waiting")


def others_sit_it_elsewhere(galina: Enrolment, denis: Enrolment) -> None:
    """Galina answers all as Moodle's key says, Denis one question alone."""
    with unit_of_work():
        for place, everything in ((galina, True), (denis, False)):
            attempt = make_attempt(enrolment=place, at=clock.now())
            given = right_responses(attempt)
            chosen = [
                answer_event(item.position, given[item.position], sequence=item.position)
                for item in queries.paper(attempt)
                if everything or LAST_WORD in item.item_version.content["prompt"]["en"]
            ]
            save(attempt, *chosen, at=clock.now())
            submit(attempt=attempt, now=clock.now(), settings=settings())


def inna_grades_the_essays(inna: Instructor) -> None:
    inna.goes_to("/grading")
    inna.looks_at("grading")
    inna.presses("Grade the next answer")
    inna.looks_at("grade-answer")
    for _answer in range(4):
        letter = inna.page.locator(".essay-text").inner_text()
        is_curt = letter == CURT_LETTER
        sorry, done = ("0", "0 Nothing is done") if is_curt else ("1", "2 A step and its day")
        marks = inna.page.locator("fieldset .mark-choices")
        marks.nth(0).get_by_label(sorry, exact=True).check()
        marks.nth(1).get_by_label(done).check()
        inna.presses("Save and take the next one")
    inna.sees("Nothing waits")


def inna_puts_the_wrong_key_right(inna: Instructor) -> None:
    inna.goes_to(f"{COURSE}/items")
    inna.follows(LOOKING_UP)
    inna.follows("Correct the scoring")
    inna.sees("When the form is filled in")
    inna.page.get_by_label("Another answer is the right one").check()
    inna.page.locator("label.option", has_text=RIGHT[LOOKING_UP]).click()
    inna.fills("Reason", "The bank had the wrong key.")
    inna.looks_at("correction", anew=False)
    inna.presses("Show what would change")


def inna_sees_first_whose_result_changes(inna: Instructor) -> None:
    rows = inna.page.locator("tbody tr")
    expect(rows).to_have_count(4)  # of five: Denis had no answer to it
    boris = rows.filter(has_text="Борисов")
    expect(boris).to_contain_text("75% · not passed")
    expect(boris).to_contain_text("87.5% · passed")
    inna.follows("Now passed")
    expect(rows).to_have_count(1)
    inna.follows("All")
    inna.looks_at("regrade")


def inna_applies_it(inna: Instructor) -> None:
    inna.presses("Apply the correction")
    inna.sees("The correction is in force")
    inna.looks_at("regrade-applied")


def boris_has_not_passed(boris: Candidate) -> None:
    boris.page.reload()
    boris.sees("Not passed this time")
    boris.goes_to("/certificates")
    expect(boris.page.locator("main a[href*='.pdf']")).to_have_count(0)
    boris.goes_to("/practice")
    boris.sees("1 question is ready")  # of a lesson: the exam's questions are still ahead


def boris_has_passed_now(boris: Candidate) -> None:
    boris.goes_to(boris.exam)
    boris.follows("Attempt 1")
    boris.sees("You have passed the exam")
    look(boris, "result-passed")
    boris.follows("Open the certificate")
    expect(boris.page.locator("main a[href*='.pdf']").first).to_be_visible()
    look(boris, "certificates")


def statistics_appear(inna: Instructor) -> None:
    inna.goes_to("/results/welcome/questions")
    inna.sees("5 attempts count")
    asked = inna.page.locator("section[aria-labelledby=questions] tbody tr")
    expect(asked).to_have_count(7)
    expect(asked.filter(has_text=LOOKING_UP)).to_contain_text("40%")
    inna.looks_at("statistics")
    inna.follows(LOOKING_UP)
    right = inna.page.locator("tbody tr", has=inna.page.get_by_text("right", exact=True))
    expect(right).to_contain_text(RIGHT[LOOKING_UP])  # by the corrected key
    inna.looks_at("statistics-question")


def practice_schedules_what_boris_missed(boris: Candidate) -> None:
    boris.goes_to("/practice")
    boris.sees("questions are ready")
    look(boris, "practice")
    boris.presses("Begin")
    boris.sees(FIRST_WORD)
    boris.presses("I don’t know")
    boris.sees("Here is the answer")
    boris.sees("A greeting")
    look(boris, "practice-answer")


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_an_exam_from_moodles_bank_to_the_practice_of_what_was_missed(
    app: Flask, live_server: LiveServer, browser: Browser
) -> None:
    inna = Instructor(browser, live_server.url, DESK)
    inna_imports_a_bank_from_moodle(inna)
    inna_adds_an_essay(inna)
    inna_builds_the_exam_by_blueprint(inna)
    inna_tries_it(inna)
    inna_publishes(inna)

    names = {"ada": "Адамова", "boris": "Борисов", "vera": "Верина"}
    ada, boris, vera = (
        Candidate(browser, live_server.url, somebody(name, family_name), name)
        for name, family_name in names.items()
    )
    a_group_sits_it_on_phones(ada, boris, vera)
    others_sit_it_elsewhere(somebody("galina", "Галина"), somebody("denis", "Денисов"))

    inna_grades_the_essays(inna)
    boris_has_not_passed(boris)
    inna_puts_the_wrong_key_right(inna)
    inna_sees_first_whose_result_changes(inna)
    inna_applies_it(inna)
    boris_has_passed_now(boris)
    statistics_appear(inna)
    practice_schedules_what_boris_missed(boris)
    for visitor in (inna, ada, boris, vera):
        visitor.context.close()
