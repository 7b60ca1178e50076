"""Who is where on a course: the instructor's pages of results, figures checked by hand."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.catalog.models import CourseVersion
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import AccessRole
from tests.builders.catalog import NOW, make_course
from tests.builders.learning import lessons_of, make_enrolment, read_lessons
from tests.builders.people import PASSWORD, make_account, make_person, make_unit
from tests.pages import Page, PageClient
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

LONG_AGO, LATER = date(2020, 1, 1), date(2999, 1, 1)


@pytest.fixture
def version(app: Flask) -> CourseVersion:
    return make_course("taught")


def names(page: Page) -> list[str]:
    return [
        cell.text.split()[0] for cell in page.select("tbody th[scope=row]") if cell.text.strip()
    ]


def place(version: CourseVersion, name: str, **changed: object) -> Enrolment:
    return make_enrolment(make_person(name), version, **changed)  # type: ignore[arg-type]


@pytest.fixture
def everyone(version: CourseVersion) -> None:
    """One person in each state: 5 on the course, 2 in progress, 1 completed, 2 overdue."""
    place(version, "Antonova", due_on=LATER)
    place(version, "Belov", due_on=LONG_AGO)
    started = place(version, "Volkova", started_at=NOW, due_on=LONG_AGO)
    read_lessons(started, 1)
    ready = place(version, "Gromov", started_at=NOW)
    read_lessons(ready)
    place(version, "Demina", started_at=NOW, completed_at=NOW, due_on=LONG_AGO)
    place(version, "Ershov", withdrawn_at=NOW, due_on=LONG_AGO)


def figures(page: Page) -> list[str]:
    return [" ".join(stat.text_content().split()) for stat in page.select(".stat")]


def test_the_figures_of_a_course_are_those_counted_by_hand(
    author: PageClient, everyone: None
) -> None:
    assert figures(author.get("/results/taught"))[:4] == [
        "5 on the course",
        "2 in progress",
        "20% completed",
        "2 overdue",
    ]


def test_the_list_of_courses_shows_the_same(author: PageClient, everyone: None) -> None:
    page = author.get("/results")
    assert "Completed: 1 of 5" in page.text
    assert "2 overdue" in page.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # whose plans say what is read
def test_the_page_of_a_course_counts_no_other_course(
    author: PageClient, version: CourseVersion, everyone: None
) -> None:
    place(make_course("other"), "Zimina", started_at=NOW, completed_at=NOW)
    db.session.commit()
    ran: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        ran.append((statement, values))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    author.get("/results/taught")
    sa.event.remove(db.engine, "before_cursor_execute", note)
    [(counting, values)] = [one for one in ran if "MATERIALIZED" in one[0]]
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {counting}", values)
    reads = [step for *_rest, step in plan if " enrolment" in step]
    assert len(reads) == 2
    assert all("(course_id=?" in step for step in reads)


def test_a_course_nobody_is_on_says_so(author: PageClient, version: CourseVersion) -> None:
    assert "Nobody is on this course yet." in author.get("/results").text
    page = author.get("/results/taught")
    assert figures(page)[:3] == ["0 on the course", "0 in progress", "— completed"]
    assert "Nobody is on this course yet" in page.text


def test_without_published_courses_the_page_says_so(author: PageClient) -> None:
    assert "No published courses" in author.get("/results").text


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("assigned", ["Antonova", "Belov"]),
        ("in_progress", ["Volkova"]),
        ("exam_next", ["Gromov"]),
        ("completed", ["Demina"]),
        ("withdrawn", ["Ershov"]),
        ("overdue", ["Belov", "Volkova"]),
        ("", ["Antonova", "Belov", "Demina", "Ershov", "Gromov", "Volkova"]),
    ],
)
def test_people_are_listed_by_where_they_are(
    author: PageClient, everyone: None, state: str, expected: list[str]
) -> None:
    assert names(author.get(f"/results/taught?state={state}")) == expected


def test_a_state_that_is_none_is_refused(author: PageClient, everyone: None) -> None:
    author.get("/results/taught?state=no-such", status=422)


def test_people_are_found_by_name_or_number(author: PageClient, everyone: None) -> None:
    assert names(author.get("/results/taught?words=gromov")) == ["Gromov"]
    assert "Nobody found" in author.get("/results/taught?words=nobody").text
    for odd in ("%25", "_", "я" * 300, "'%22<b>"):
        author.get(f"/results/taught?words={odd}")
    author.get("/results/taught?words=%00", status=400)


def test_progress_is_told_by_the_version_one_began(
    author: PageClient, version: CourseVersion
) -> None:
    read_lessons(place(version, "Volkova", started_at=NOW), 1)
    assert f"1/{len(lessons_of(version))}" in author.get("/results/taught").text


def test_the_list_is_turned_page_by_page(author: PageClient, version: CourseVersion) -> None:
    for number in range(55):
        place(version, f"Name{number:02}")
    first = author.get("/results/taught")
    second = author.get(first.one("a[rel=next]").get("href"))
    assert names(first) + names(second) == [f"Name{number:02}" for number in range(55)]
    assert names(author.get("/results/taught?page=nonsense")) == names(first)


def test_an_instructor_of_one_centre_sees_its_people_alone(
    app: Flask, version: CourseVersion, everyone: None
) -> None:
    centre = make_unit()
    make_enrolment(make_person("Own", unit=centre), version)
    account = make_account(AccessRole.INSTRUCTOR, over=centre)
    local = PageClient(app).sign_in(account.username, PASSWORD)
    page = local.get("/results/taught")
    assert names(page) == ["Own"]
    assert figures(page)[0] == "1 on the course"


def test_an_unknown_or_unpublished_course_is_missing(author: PageClient) -> None:
    author.get("/results/no-such", status=404)
    author.post("/authoring/new", {"title_en": "New", "languages": "en", "slug": "new"})
    author.get("/results/new", status=404)


def test_the_page_costs_the_same_for_few_and_for_many(
    author: PageClient, version: CourseVersion
) -> None:
    def cost() -> int:
        db.session.commit()
        author.get("/results/taught")
        with counted_statements() as statements:
            author.get("/results/taught")
        return len(statements)

    for number in range(10):
        place(version, f"Name{number}")
    few = cost()
    for number in range(60):
        read_lessons(place(version, f"More{number}", started_at=NOW), 1)
    assert cost() == few
