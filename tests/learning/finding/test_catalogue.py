"""The catalogue: what is taught, described, and readable by everybody who learns."""

import pytest
from flask import Flask

from lms.catalog.models import Course
from lms.catalog.services import create_course
from lms.core import clock
from lms.core.database import db
from lms.people.models import AccessRole, Account, Person
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import lessons_of, make_enrolment
from tests.builders.people import PASSWORD, make_account
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn


@pytest.fixture
def account(app: Flask) -> Account:
    return make_account(AccessRole.TRAINEE, username="maria")


@pytest.fixture
def reader(client: PageClient, account: Account) -> PageClient:
    return client.sign_in("maria", PASSWORD)


def titles(reader: PageClient) -> list[str]:
    db.session.commit()
    return [link.get("href") for link in reader.get("/catalogue").select(".offer h2 a")]


def test_the_catalogue_is_reached_from_home_and_tells_when_it_is_empty(reader: PageClient) -> None:
    assert reader.get("/").select("main a[href='/catalogue']")
    assert "No course is taught yet" in reader.get("/catalogue").text


def test_each_course_says_what_it_is_about_and_how_long_it_takes(reader: PageClient) -> None:
    make_course("welcome")
    db.session.commit()
    text = reader.get("/catalogue").text
    for fact in ("How to welcome a visitor.", "2 academic hours", "2 lessons", "12 min", "exam"):
        assert fact in text


def test_drafts_and_retired_courses_are_not_offered(reader: PageClient) -> None:
    make_course("welcome")
    retired = make_course("retired")
    db.session.get_one(Course, retired.course_id).retired_at = NOW
    create_course(slug="new", title={"ru": "Н"}, languages=["ru"], now=NOW, actor=None)
    assert titles(reader) == ["/catalogue/welcome"]
    for gone in ("retired", "new", "none"):
        reader.get(f"/catalogue/{gone}", status=404)


def test_a_course_one_is_not_on_lists_lessons_to_read(reader: PageClient) -> None:
    version = make_course("welcome")
    lesson = lessons_of(version)[0].public_id
    db.session.commit()
    page = reader.get("/catalogue/welcome")
    assert "You are not on this course" in page.text
    assert page.select(f"a[href='/library/{lesson}']")


def test_ones_own_course_says_so_and_leads_there(reader: PageClient, account: Account) -> None:
    learner = db.session.get_one(Person, account.person_id)
    enrolment = make_enrolment(learner, make_course("welcome"), now=clock.now())
    db.session.commit()
    assert "You are on this course" in reader.get("/catalogue").text
    page = reader.get("/catalogue/welcome")
    assert page.select(f"a[href='/courses/{enrolment.public_id}']")
    enrolment.completed_at = clock.now()
    db.session.commit()
    assert "You have completed it" in reader.get("/catalogue").text
