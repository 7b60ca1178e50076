"""The pages of a course and of a lesson, without JavaScript and with what its script sends."""

import pytest
from flask import Flask

from lms.catalog.models import Course
from lms.core import clock
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import AccessRole, Account
from tests.builders.catalog import make_course
from tests.builders.learning import lessons_of, make_enrolment, progress_of, read_lessons
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

BOUND = 5  # statements: viewer, enrolment, progress, answers; one to spare


@pytest.fixture
def account(app: Flask) -> Account:
    return make_account(AccessRole.TRAINEE, username="maria")


@pytest.fixture
def enrolment(account: Account) -> Enrolment:
    return make_enrolment(account.person, make_course(), now=clock.now())


@pytest.fixture
def reader(client: PageClient, enrolment: Enrolment) -> PageClient:
    return client.sign_in("maria", PASSWORD)


def lesson_path(enrolment: Enrolment, number: int = 1) -> str:
    lesson = lessons_of(enrolment)[number - 1]
    return f"/courses/{enrolment.public_id}/lessons/{lesson.public_id}"


def milliseconds() -> int:
    return int(clock.now().timestamp() * 1000)


def test_the_course_page_shows_modules_lessons_and_the_locked_exam(
    reader: PageClient, enrolment: Enrolment
) -> None:
    page = reader.get(f"/courses/{enrolment.public_id}")
    assert page.heading == "Welcoming a visitor"
    assert [a.text for a in page.select(".outline a")] == ["Greeting", "The queue"]
    assert "Opens when you have read 2 more lessons." in page.text
    assert not page.select(f"a[href$='{enrolment.public_id}/exam']")


def test_the_exam_opens_when_all_lessons_are_read(reader: PageClient, enrolment: Enrolment) -> None:
    read_lessons(enrolment)
    page = reader.get(f"/courses/{enrolment.public_id}")
    assert "All lessons are read: the exam is open." in page.text
    assert page.select(f"a[href='/courses/{enrolment.public_id}/exam']")


def test_a_lesson_shows_its_text_contents_sources_and_ways_on(
    reader: PageClient, enrolment: Enrolment
) -> None:
    page = reader.get(lesson_path(enrolment))
    assert page.heading == "Greeting"
    assert "Look up first, then speak" in page.text
    assert page.select(".toc a[href='#section-the-first-words']")
    assert "The training centre's method" in page.one("#source-own-method").text_content()
    assert "checked on 15 January 2026" in page.text
    assert page.one("a[rel=next]").get("href") == lesson_path(enrolment, 2)
    assert page.select("a.lesson-link")[0].get("href") == lesson_path(enrolment, 2)
    assert page.one(".lesson-body img").get("src").startswith("/files/")
    assert reader.get(page.one(".lesson-body img").get("src")).status == 200


def test_before_an_answer_nothing_tells_which_option_is_right(
    reader: PageClient, enrolment: Enrolment
) -> None:
    page = reader.get(lesson_path(enrolment))
    assert "It shows they have been noticed." not in page.html
    assert not page.select(".is-right")


def test_an_answer_shows_the_explanation_of_every_option(
    reader: PageClient, enrolment: Enrolment
) -> None:
    path = lesson_path(enrolment)
    sent = reader.post(f"{path}/checks/first-words", {"option": "2"}, status=303)
    assert sent.location == f"{path}#check-first-words"
    page = reader.get(path)
    assert "It shows they have been noticed." in page.text
    assert "The person first, the papers after." in page.text
    assert "Your answer: wrong" in page.text
    again = reader.get(f"{path}?again=first-words")
    assert again.select("[data-check-form]")


def test_the_page_script_gets_the_self_check_alone(
    reader: PageClient, enrolment: Enrolment
) -> None:
    path = lesson_path(enrolment)
    answer = reader.browser.post(
        f"{path}/checks/first-words",
        data={"option": "1", "csrf_token": reader.csrf_token()},
        headers={"X-Part": "check"},
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "That is right." in text
    assert "<html" not in text


@pytest.mark.parametrize("chosen", [{}, {"option": "7"}, {"option": "<script>"}])
def test_an_empty_or_foreign_answer_is_refused_beside_the_question(
    reader: PageClient, enrolment: Enrolment, chosen: dict[str, str]
) -> None:
    page = reader.post(f"{lesson_path(enrolment)}/checks/first-words", chosen, status=422)
    assert "Choose at least one of the options." in page.one("#check-first-words").text_content()


def test_the_button_asks_for_the_open_questions_first(
    reader: PageClient, enrolment: Enrolment
) -> None:
    path = lesson_path(enrolment)
    page = reader.post(f"{path}/read", status=422)
    assert "Answer the questions inside the lesson first." in page.text
    assert page.select("a[href='#check-first-words']")
    reader.post(f"{path}/checks/first-words", {"option": "1"}, status=303)
    reader.post(f"{path}/read", status=303)
    assert "The lesson is read" in reader.get(path).text


def test_without_scripts_a_reader_gets_from_the_first_lesson_to_the_exam(
    reader: PageClient, enrolment: Enrolment
) -> None:
    reader.post(f"{lesson_path(enrolment)}/checks/first-words", {"option": "1"}, status=303)
    for number in (1, 2):
        reader.post(f"{lesson_path(enrolment, number)}/read", status=303)
    page = reader.get(lesson_path(enrolment, 2))
    assert page.select(f"a[href='/courses/{enrolment.public_id}/exam']:not([hidden])")


def test_the_place_is_kept_and_the_lesson_completed_at_its_end(
    reader: PageClient, enrolment: Enrolment
) -> None:
    path = lesson_path(enrolment, 2)
    kept = reader.post(
        f"{path}/place", {"place": "400", "furthest": "650", "at": str(milliseconds())}, status=200
    )
    assert kept.json == {"place": 400, "furthest": 650, "completed": False}
    assert reader.get(path).one("#reading").get("data-resume") == "400"
    ended = reader.post(
        f"{path}/place",
        {"place": "800", "furthest": "1000", "at": str(milliseconds() + 50)},
        status=200,
    )
    assert ended.json["completed"]
    assert reader.get(path).one("#reading").get("data-resume") == ""


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"place": "1", "furthest": "1"},
        {"place": "x", "furthest": "1", "at": "1"},
        {"place": "-1", "furthest": "1", "at": "1"},
        {"place": "1", "furthest": "1001", "at": "1"},
        {"place": "1", "furthest": "1", "at": "9" * 40},
        {"place": "1", "furthest": "1", "at": "nan"},
        {"place": "٣" * 9, "furthest": "1", "at": "1"},
    ],
)
def test_a_senseless_place_is_refused_and_changes_nothing(
    reader: PageClient, enrolment: Enrolment, sent: dict[str, str]
) -> None:
    reader.post(f"{lesson_path(enrolment)}/place", sent, status=422)
    assert progress_of(enrolment, lessons_of(enrolment)[0]) is None


def test_a_place_without_a_token_is_refused(reader: PageClient, enrolment: Enrolment) -> None:
    sent = {"place": "1", "furthest": "1", "at": str(milliseconds())}
    reader.post(f"{lesson_path(enrolment)}/place", sent, csrf=False, status=400)


def test_reading_a_page_writes_nothing(reader: PageClient, enrolment: Enrolment) -> None:
    reader.get(lesson_path(enrolment))
    assert progress_of(enrolment, lessons_of(enrolment)[0]) is None


@pytest.mark.parametrize("method", ["course", "lesson", "place", "checks/first-words", "read"])
def test_other_peoples_enrolments_look_like_missing_ones(reader: PageClient, method: str) -> None:
    foreign = make_enrolment(None, make_course())
    path = lesson_path(foreign)
    paths = [path if method == "lesson" else f"{path}/{method}"]
    if method == "course":
        paths = [f"/courses/{foreign.public_id}"]
    paths.append(paths[0].replace(foreign.public_id, "0" * 16))
    answers = [
        reader.get(one, status=404)
        if method in ("course", "lesson")
        else reader.post(one, {"place": "1", "furthest": "1", "at": "1", "option": "1"}, status=404)
        for one in paths
    ]
    texts = {answer.text for answer in answers}
    assert len(texts) == 1
    assert progress_of(foreign, lessons_of(foreign)[0]) is None


def test_a_lesson_of_another_course_is_missing_in_this_one(
    reader: PageClient, enrolment: Enrolment
) -> None:
    stranger = lessons_of(make_course())[0]
    reader.get(f"/courses/{enrolment.public_id}/lessons/{stranger.public_id}", status=404)


def test_a_withdrawn_course_is_closed(reader: PageClient, enrolment: Enrolment) -> None:
    enrolment.withdrawn_at = clock.now()
    reader.get(f"/courses/{enrolment.public_id}", status=404)
    reader.get(lesson_path(enrolment), status=404)


def test_a_completed_course_can_still_be_read(reader: PageClient, enrolment: Enrolment) -> None:
    enrolment.completed_at = clock.now()
    assert "Passed on" in reader.get(f"/courses/{enrolment.public_id}").text
    reader.get(lesson_path(enrolment))


def test_everybody_sees_the_figures_of_a_taught_course_and_only_its_people_those_of_a_retired_one(
    reader: PageClient, enrolment: Enrolment, app: Flask
) -> None:
    figure = reader.get(lesson_path(enrolment)).one(".lesson-body img").get("src")
    make_account(AccessRole.TRAINEE, username="peter")
    other = PageClient(app).sign_in("peter", PASSWORD)
    other.get(figure)
    db.session.get_one(Course, enrolment.course_id).retired_at = clock.now()
    db.session.commit()
    other.get(figure, status=404)
    reader.get(figure)


def test_a_lesson_costs_few_statements(reader: PageClient, enrolment: Enrolment) -> None:
    paths = (lesson_path(enrolment), f"/courses/{enrolment.public_id}")
    for path in paths:
        reader.get(path)
        with counted_statements() as statements:
            reader.get(path)
        assert len(statements) <= BOUND, "\n".join(statements)
