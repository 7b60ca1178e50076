"""The home page: what must I do now, and by when."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.models import ItemKind
from lms.catalog.models import Activity, ActivityKind
from lms.core import clock
from lms.core.database import db
from lms.learning import home_sections, services
from lms.learning.home_sections import Section
from lms.learning.models import Enrolment
from lms.people.models import AccessRole, Account
from tests.builders.assessment import make_exam, make_item, make_place
from tests.builders.catalog import make_course
from tests.builders.learning import lessons_of, make_enrolment, read_lessons
from tests.builders.outline import make_mixed
from tests.builders.people import PASSWORD, make_account, make_person
from tests.pages import Page, PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

ONE_OPTIONAL = """\
    activities:
      - {{key: greeting, minutes: 5, sources: [own-method], optional: true}}
      - {{key: queue, minutes: 7}}
"""

# Statements: the viewer, the courses, certificates, an exam under way, messages, the programme,
# changed facts, what certifications ask of one.
BOUND = 10


def today() -> date:
    return clock.local_date(clock.now(), "Europe/Moscow")


@pytest.fixture
def account(app: Flask) -> Account:
    return make_account(
        AccessRole.TRAINEE, username="maria", person=make_person("Иванова", "Мария")
    )


def home(client: PageClient) -> Page:
    return client.sign_in("maria", PASSWORD).get("/")


def due_in(account: Account, days: int | None, **changed: Any) -> Enrolment:
    due_on = None if days is None else today() + timedelta(days=days)
    return make_enrolment(account.person, now=clock.now(), due_on=due_on, **changed)


def next_link(page: Page) -> str:
    return str(page.one(".next-step .button").get("href"))


def test_a_visitor_who_is_not_signed_in_is_sent_to_the_sign_in_page(client: PageClient) -> None:
    assert client.get("/", status=302).location.startswith("/sign-in")


def test_someone_without_courses_reads_that_nothing_is_assigned(
    client: PageClient, account: Account
) -> None:
    page = home(client)
    assert page.heading == "Hello, Мария!"
    assert "Nothing is assigned to you yet." in page.text
    assert page.select(".empty")


def test_someone_who_is_done_reads_that_all_is_done(client: PageClient, account: Account) -> None:
    due_in(account, 5, completed_at=clock.now())
    page = home(client)
    assert "All that was assigned to you is done." in page.text
    # Below may stand a certification to be renewed: not that there is nothing to do.
    assert page.one(".empty-title").text_content().strip() == "No course is waiting for you"


def test_the_next_step_of_a_new_course_is_its_first_lesson(
    client: PageClient, account: Account
) -> None:
    version = make_course()
    enrolment = make_enrolment(account.person, version)
    page = home(client)
    first = lessons_of(version)[0]
    assert next_link(page) == f"/courses/{enrolment.public_id}/lessons/{first.public_id}"
    assert "Start here" in page.text
    assert "lesson 1 of 2" in page.text


def test_what_is_left_is_told_by_what_it_is(client: PageClient, account: Account) -> None:
    items = [make_item(ItemKind.SINGLE_CHOICE)]
    version = make_exam(items, lessons=2, further={"intake": {}})
    make_place(version, account.person)
    minutes: dict[bool, int] = dict.fromkeys((False, True), 0)
    for kind, length in db.session.execute(sa.select(Activity.kind, Activity.minutes)):
        minutes[kind is ActivityKind.EXAM] += length
    page = home(client).text
    assert f"{minutes[False]} min to read, {minutes[True]} min of exam" in page


def test_the_next_step_is_the_lesson_where_the_reader_stopped(
    client: PageClient, account: Account
) -> None:
    version = make_course()
    enrolment = make_enrolment(account.person, version)
    second = lessons_of(version)[1]
    services.open_activity(enrolment=enrolment, activity=second, now=clock.now())
    page = home(client)
    assert next_link(page).endswith(second.public_id)
    assert "Continue where you stopped" in page.text


def test_after_the_last_lesson_the_next_step_is_the_exam(
    client: PageClient, account: Account
) -> None:
    version = make_course()
    enrolment = make_enrolment(account.person, version)
    read_lessons(enrolment)
    page = home(client)
    assert next_link(page) == f"/courses/{enrolment.public_id}/exam"
    assert "All 2 lessons are read." in page.text


def test_a_lesson_begun_that_may_be_left_out_doesnt_hide_the_exam(
    client: PageClient, account: Account
) -> None:
    version = make_mixed(parts=ONE_OPTIONAL)
    first, second = lessons_of(version)
    enrolment = make_enrolment(account.person, version)
    services.open_activity(enrolment=enrolment, activity=first, now=clock.now())
    assert next_link(home(client)).endswith(first.public_id)
    services.complete_activity(enrolment=enrolment, activity=second, now=clock.now())
    services.open_activity(enrolment=enrolment, activity=first, now=clock.now())
    assert next_link(client.get("/")) == f"/courses/{enrolment.public_id}/exam"


def test_courses_stand_in_the_order_of_their_urgency(client: PageClient, account: Account) -> None:
    open_ended = due_in(account, None)
    later = due_in(account, 60)
    begun = due_in(account, None, started_at=clock.now())
    soon = due_in(account, 5)
    overdue = due_in(account, -3)
    page = home(client)
    links = [a.get("href") for a in page.select(".next-step-more a, .course-card h3 a")]
    shown = [link for link in links if link != "/courses"]
    expected = [overdue, soon, begun, later, open_ended]
    assert shown == [f"/courses/{one.public_id}" for one in expected]
    assert "1 course is overdue. Start with it." in page.text
    assert "3 days overdue" in page.text
    assert "5 days left" in page.text


@pytest.mark.parametrize(("days", "day"), [(0, "today"), (1, "tomorrow")])
def test_the_last_days_have_words_of_their_own(
    client: PageClient, account: Account, days: int, day: str
) -> None:
    due_in(account, days)
    due_in(account, 9)
    text = home(client).text
    assert f"Due {day}" in text
    assert f"1 course is due {day}." in text


def test_withdrawn_courses_and_other_peoples_are_not_shown(
    client: PageClient, account: Account
) -> None:
    due_in(account, 5, withdrawn_at=clock.now())
    make_enrolment(now=clock.now())
    page = home(client)
    assert not page.select(".next-step")
    assert "Nothing is assigned to you yet." in page.text


def test_beyond_twelve_courses_the_rest_stands_in_the_full_list(
    client: PageClient, account: Account
) -> None:
    for _ in range(14):
        due_in(account, 5)
    page = home(client)
    assert len(page.select(".course-card")) == 11
    assert "14 courses are due within two weeks." in page.text
    assert "There are more courses in the full list." in page.text
    assert len(client.get("/courses").select("tbody tr")) == 14


def test_the_full_list_is_paged_and_knows_every_state(client: PageClient, account: Account) -> None:
    for number in range(22):
        due_in(account, 5, withdrawn_at=clock.now() if number % 2 else None)
    page = client.sign_in("maria", PASSWORD).get("/courses")
    assert len(page.select("tbody tr")) == 20
    assert "Withdrawn" in page.text
    older = client.get(page.one("a[rel=next]").get("href"))
    assert len(older.select("tbody tr")) == 2


def test_lesson_titles_come_in_the_readers_language(app: Flask, account: Account) -> None:
    make_enrolment(account.person, make_course())
    assert "Приветствие" in home(PageClient(app, language="ru")).text
    assert "Greeting" in home(PageClient(app, language="en")).text


def test_domains_above_add_sections_the_urgent_ones_after_the_greeting_alone(
    client: PageClient, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def urgent(_viewer: Any, _now: datetime) -> Section:
        return Section("learning/_sample.html", 1, {"word": "An exam runs"}, urgent=True)

    def silent(_viewer: Any, _now: datetime) -> None:
        return None

    monkeypatch.setattr(home_sections, "_sources", [silent, urgent])
    with _sample_template(client.app):
        html = home(client).html
    assert html.index("<h1>Hello, ") < html.index("An exam runs") < html.index("home-hero")


def _sample_template(app: Flask) -> Any:
    from contextlib import contextmanager

    from jinja2 import ChoiceLoader, DictLoader

    @contextmanager
    def swapped() -> Any:
        loader = app.jinja_env.loader
        extra = DictLoader({"learning/_sample.html": "<p>{{ values.word }}</p>"})
        app.jinja_env.loader = ChoiceLoader([extra, loader])  # type: ignore[list-item]
        yield
        app.jinja_env.loader = loader

    return swapped()


def test_a_registered_source_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_sections, "_sources", [])

    def source(_viewer: Any, _now: datetime) -> None:
        return None

    home_sections.register(source)
    home_sections.register(source)
    assert home_sections._sources == [source]


@pytest.mark.parametrize("holds", [True, False])
def test_a_source_with_a_condition_is_asked_where_it_holds(
    client: PageClient, account: Account, monkeypatch: pytest.MonkeyPatch, holds: bool
) -> None:
    asked = []
    monkeypatch.setattr(home_sections, "_sources", [])
    monkeypatch.setattr(home_sections, "_conditions", {})
    own = sa.literal(account.person_id) == home_sections.PERSON
    home_sections.register(lambda *_: asked.append(1), when=own if holds else ~own)
    try:
        home(client)
    finally:
        home_sections._asking.cache_clear()
    assert bool(asked) is holds


def test_staff_find_their_desks_and_trainees_do_not(client: PageClient, account: Account) -> None:
    assert not home(client).select(".desk-link")
    make_account(AccessRole.HR, username="olga")
    page = PageClient(client.app).sign_in("olga", PASSWORD).get("/")
    assert "/hr/people" in [a.get("href") for a in page.select(".desk-link")]
    assert "Nothing is assigned to you yet." in page.text
    assert not page.select(".empty")  # it would say the same again, above their work


def test_an_account_without_any_role_gets_a_sensible_page(client: PageClient, app: Flask) -> None:
    make_account(None, username="nobody")
    page = client.sign_in("nobody", PASSWORD).get("/")
    assert "Nothing is assigned to you yet." in page.text


@pytest.mark.slow
@pytest.mark.parametrize("count", [10, 1000])
def test_the_home_page_costs_few_statements_at_any_number_of_enrolments(
    client: PageClient, account: Account, count: int
) -> None:
    many_enrolments(account, count)
    client.sign_in("maria", PASSWORD).get("/")
    with counted_statements() as statements:
        client.get("/")
    assert len(statements) <= BOUND, "\n".join(statements)


def many_enrolments(account: Account, count: int) -> None:
    """``count`` open enrolments, each in a course of its own that shares one content."""
    from lms.catalog.models import Course, CourseVersion, VersionStatus

    version = make_course()
    now = clock.now()
    courses = [Course(slug=f"many-{n}", created_at=now) for n in range(count)]
    db.session.add_all(courses)
    db.session.flush()
    versions = [
        CourseVersion(
            course_id=course.id,
            number=1,
            status=VersionStatus.PUBLISHED,
            published_at=now,
            title=version.title,
            summary=version.summary,
            languages=version.languages,
            hours=version.hours,
        )
        for course in courses
    ]
    db.session.add_all(versions)
    db.session.flush()
    db.session.add_all(
        Enrolment(
            learner_id=account.person.id,
            course_id=one.course_id,
            version_id=one.id,
            enrolled_at=now,
            due_on=today() + timedelta(days=number % 90 - 10),
        )
        for number, one in enumerate(versions)
    )
    db.session.flush()
