"""'Where was that?' on the pages: what one may see, filters, and the place a result leads to."""

from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.catalog.models import Activity, Course, CourseVersion, LessonText
from lms.catalog.services import open_draft, publish
from lms.core import clock
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.services import withdraw
from lms.people.models import AccessRole, Account, Person
from tests.builders.catalog import NOW, make_course
from tests.builders.facts import make_fact
from tests.builders.learning import lessons_of, make_enrolment
from tests.builders.lessons import make_texts
from tests.builders.people import PASSWORD, make_account, make_person
from tests.pages import PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

TEXT = "Начало.\n\n## Живая очередь\n\nЗаявители с талонами.\n"


@pytest.fixture
def account(app: Flask) -> Account:
    return make_account(AccessRole.TRAINEE, username="maria")


@pytest.fixture
def reader(client: PageClient, account: Account) -> PageClient:
    return client.sign_in("maria", PASSWORD)


def on_course(account: Account, version: CourseVersion) -> Enrolment:
    learner = db.session.get_one(Person, account.person_id)
    return make_enrolment(learner, version, now=clock.now())


def found(reader: PageClient, query: str) -> list[str]:
    db.session.commit()
    return [
        unquote(link.get("href"))
        for link in reader.get(f"/search?{query}").select(".found-lesson a")
    ]


def test_the_home_page_has_the_search_field(reader: PageClient) -> None:
    page = reader.get("/")
    assert page.select("form[role=search][action='/search'] input[name=q]")
    assert page.select("header a[href='/search']")


def test_on_ones_own_course_a_result_leads_to_the_place_in_the_lesson(
    reader: PageClient, account: Account
) -> None:
    enrolment = on_course(account, make_texts(TEXT))
    place = f"/courses/{enrolment.public_id}/lessons/{lessons_of(enrolment)[0].public_id}"
    title, heading = found(reader, "q=очереди")
    assert title == f"{place}?language=ru"
    assert heading == f"{place}?language=ru#section-живая-очередь"
    assert reader.get(title).select(f"[id='{heading.split('#')[1]}']")


def test_a_lesson_of_another_course_can_be_read_and_nothing_is_noted(reader: PageClient) -> None:
    lesson = lessons_of(make_texts(TEXT))[0]
    title, heading = found(reader, "q=очереди")
    assert title == f"/library/{lesson.public_id}?language=ru"
    page = reader.get(title)
    assert "You are not on this course" in page.text
    assert page.select(f"[id='{heading.split('#')[1]}']")


def test_a_lesson_of_another_course_shows_its_facts_too(reader: PageClient) -> None:
    make_fact("queue-limit")
    lesson = lessons_of(make_texts(f"{TEXT}\nНе дольше предела[#queue-limit].\n"))[0]
    db.session.commit()
    page = reader.get(f"/library/{lesson.public_id}?language=ru")
    mark = page.select("article a[href='#fact-queue-limit']")[0]
    assert (mark.text, mark.get("aria-label")) == ("[Ф1]", "Факт Ф1")  # what is seen can be said
    assert page.select("#fact-queue-limit .source-title")


def test_a_lesson_found_in_the_other_language_is_shown_in_it(reader: PageClient) -> None:
    make_texts(TEXT)
    page = reader.get(found(reader, "q=очереди")[0])
    assert page.select("article[lang=ru]")
    assert page.select("main .alert a")[0].text == "Read it in English"


def test_the_reading_page_leads_those_on_the_course_to_their_lesson(
    reader: PageClient, account: Account
) -> None:
    enrolment = on_course(account, make_texts(TEXT))
    lesson = lessons_of(enrolment)[0].public_id
    db.session.commit()
    page = reader.get(f"/library/{lesson}", status=302)
    assert page.location == f"/courses/{enrolment.public_id}/lessons/{lesson}"


def newer_version(slug: str, word: str) -> None:
    make_texts(TEXT.replace("талонами", word), slug=slug)


def test_who_is_on_an_older_version_finds_it_and_everybody_else_the_newest(
    reader: PageClient, account: Account, app: Flask
) -> None:
    on_course(account, make_texts(TEXT, slug="changing"))
    newer_version("changing", "номерами")
    make_account(AccessRole.TRAINEE, username="petr")
    db.session.commit()
    other = PageClient(app).sign_in("petr", PASSWORD)
    assert (len(found(reader, "q=талон")), len(found(reader, "q=номерами"))) == (2, 0)
    assert (len(found(other, "q=талон")), len(found(other, "q=номерами"))) == (0, 2)


def test_a_draft_is_neither_found_nor_read(reader: PageClient) -> None:
    version = make_texts(TEXT)
    draft = open_draft(db.session.get_one(Course, version.course_id), now=NOW, actor=None)
    lesson = lessons_of(draft)[0].public_id
    db.session.commit()
    assert len(found(reader, "q=очереди")) == 2
    reader.get(f"/library/{lesson}", status=404)


def test_an_outdated_or_retired_lesson_answers_as_a_missing_one(reader: PageClient) -> None:
    version = make_texts(TEXT, slug="changing")
    newer_version("changing", "номерами")
    retired = make_texts(TEXT)
    db.session.get_one(Course, retired.course_id).retired_at = NOW
    db.session.commit()
    for gone in (version, retired):
        reader.get(f"/library/{lessons_of(gone)[0].public_id}", status=404)
    assert found(reader, "q=талон") == []


def test_after_withdrawal_the_lesson_is_read_from_outside(
    reader: PageClient, account: Account
) -> None:
    enrolment = on_course(account, make_texts(TEXT))
    withdraw(
        enrolment=enrolment,
        reason="Moved.",
        row_version=enrolment.row_version,
        actor=make_person(),
        now=clock.now(),
    )
    assert found(reader, "q=очереди")[0].startswith("/library/")


def test_the_search_is_narrowed_by_course_language_and_ones_own(
    reader: PageClient, account: Account
) -> None:
    on_course(account, make_texts(TEXT, slug="mine"))
    make_texts(TEXT, "Lines.\n\n## Живая очередь\n", slug="other")
    assert len(found(reader, "q=очередь")) == 4
    assert len(found(reader, "q=очередь&course=mine")) == 2
    assert len(found(reader, "q=очередь&mine=1")) == 2
    assert len(found(reader, "q=очередь&language=en")) == 2


def test_filters_that_do_not_exist_are_refused(reader: PageClient) -> None:
    make_texts(TEXT)
    for query in ("course=none", "language=xx"):
        reader.get(f"/search?q=очередь&{query}", status=422)


def test_what_was_asked_stays_in_the_field_and_is_no_code(reader: PageClient) -> None:
    page = reader.get("/search", query_string={"q": '"><script>alert(1)</script>'})
    assert page.select("input[name=q]")[0].get("value") == '"><script>alert(1)</script>'
    assert not page.select("main script")


def test_a_nul_is_refused_and_ten_thousand_characters_are_not(reader: PageClient) -> None:
    reader.get("/search?q=%00", status=400)
    page = reader.get("/search", query_string={"q": "слово " * 1700})
    assert "Nothing was found" in page.text


def test_a_course_that_is_published_is_found_at_once(
    author: PageClient, reader: PageClient
) -> None:
    version = make_course("published-again")
    draft = open_draft(db.session.get_one(Course, version.course_id), now=NOW, actor=None)
    text = db.session.scalars(
        sa.select(LessonText)
        .join(LessonText.activity)
        .where(Activity.version_id == draft.id, LessonText.language == "ru")
        .order_by(Activity.position)
    ).first()
    assert text is not None
    text.body += "\n\n## Уникальное место\n"
    publish(draft, now=NOW, actor=None)
    assert found(reader, "q=уникальному")


def test_the_page_takes_few_statements(reader: PageClient) -> None:
    make_texts(TEXT)
    db.session.commit()
    reader.get("/search?q=очередь")
    with counted_statements() as statements:
        reader.get("/search?q=очередь")
    assert len(statements) <= 7  # PostgreSQL is told what reading by an index costs
