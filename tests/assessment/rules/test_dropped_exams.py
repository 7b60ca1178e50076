"""An exam that the newest version dropped stays in reach while somebody is on an earlier one."""

import pytest
from flask import Flask

from lms.assessment.examining.queries import heading_of
from lms.assessment.examining.switching import exam_label
from lms.assessment.queries import assessment_of
from lms.assessment.rules import desk
from lms.catalog.models import Course
from lms.core import clock
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import AccessRole
from tests.builders.assessment import START, make_attempt, make_place, read_lessons
from tests.builders.catalog import make_course
from tests.builders.further import make_course_with_midterm
from tests.builders.people import PASSWORD, make_account, make_unit, make_viewer
from tests.pages import Page, PageClient

DESK = "/exam-desk/taught?exam=half-way"


@pytest.fixture
def place(app: Flask) -> Enrolment:
    """Somebody on version 1, whose exam ``half-way`` version 2 no longer has."""
    enrolment = make_place(make_course_with_midterm())
    make_course("taught")
    return enrolment


@pytest.fixture
def hr(place: Enrolment, app: Flask) -> PageClient:
    return PageClient(app).sign_in(make_account(AccessRole.HR).username, PASSWORD)


def keys_at_desk() -> list[tuple[str, tuple[int, ...]]]:
    exams = desk.exams_for(make_viewer(AccessRole.HR), "taught")
    return [(one.key, one.only_in) for one in exams]


def test_it_is_told_with_its_version_while_somebody_is_on_it(place: Enrolment) -> None:
    assert keys_at_desk() == [("exam", ()), ("half-way", (1,))]
    place.withdrawn_at = START
    assert keys_at_desk() == [("exam", ())]


def test_people_of_other_centres_keep_it_on_nobodys_desk(place: Enrolment) -> None:
    elsewhere = make_viewer(AccessRole.HR, over=make_unit())
    assert [one.key for one in desk.exams_for(elsewhere, "taught")] == ["exam"]


def test_versions_that_had_it_are_named_together(app: Flask) -> None:
    make_place(make_course_with_midterm())
    make_course_with_midterm(hours=3)
    make_course("taught")
    assert keys_at_desk() == [("exam", ()), ("half-way", (1,))]
    heading = heading_of(one_course())
    assert [(one.key, one.only_in) for one in heading.exams] == [("exam", ()), ("half-way", (1, 2))]
    with app.test_request_context():
        assert exam_label(heading.exams[1]).endswith("(только в версиях 1 и 2)")


def test_each_version_tells_what_opens_it_where_they_differ(app: Flask) -> None:
    earlier, newest = make_course_with_midterm(), make_course_with_midterm(hours=3)
    make_place(earlier)
    account = make_account(AccessRole.HR)
    rules = assessment_of(newest.id, "half-way")
    assert rules is not None
    db.session.commit()
    hr = PageClient(app).sign_in(account.username, PASSWORD)
    told = "What opens it in each version"
    assert told not in hr.get(DESK).text
    rules.needs_code, rules.closes_at = True, START
    db.session.commit()
    page = hr.get(DESK)
    rows = [
        row.text_content().split()
        for row in page.select("[aria-labelledby=versions-title] tbody tr")
    ]
    assert [(row[1], row[-1]) for row in rows] == [("2", "yes"), ("1", "no")]
    assert told not in hr.get("/exam-desk/taught").text  # of the final exam nothing differs
    assert "version 1" in hr.get("/exam-desk").text


def one_course() -> Course:
    return desk.exams_for(make_viewer(AccessRole.HR), "taught")[0].course


def people_on(page: Page) -> list[str]:
    links = [str(a.get("href")) for a in page.select("main a[href*='/enrolments/']")]
    return [link.removesuffix("?exam=half-way").rsplit("/", 1)[1] for link in links]


@pytest.mark.in_turn
def test_the_desk_lists_it_marked_and_names_who_may_sit_it(
    place: Enrolment, hr: PageClient
) -> None:
    on_the_newest = make_place(make_course("taught"))
    assert "only in version 1" in hr.get("/exam-desk").text
    page = hr.get(DESK)
    assert page.one(".tabs a[aria-current]").text_content() == "Half-way check (only in version 1)"
    assert "no longer has this exam" in page.text
    assert people_on(page) == [place.public_id]
    assert on_the_newest.public_id in people_on(hr.get("/exam-desk/taught"))
    hr.get(f"/exam-desk/enrolments/{on_the_newest.public_id}?exam=half-way", status=404)


@pytest.mark.in_turn
def test_codes_and_more_time_reach_it(place: Enrolment, hr: PageClient) -> None:
    read_lessons(place)
    make_attempt(enrolment=place, exam="half-way", at=clock.now())
    page = hr.get(DESK)
    assert people_on(page) == 2 * [place.public_id]  # who sits it now, who may
    code = page.form_values("form[action*='/sitting-code']")
    hr.post("/exam-desk/taught/sitting-code?exam=half-way", code, status=200)
    more = page.form_values("form[action*='/extend']")
    more |= {"more-minutes": "9", "more-reason": "A power cut."}
    hr.post("/exam-desk/taught/extend?exam=half-way", more, status=303)
    assert "9 minutes more" in hr.get(DESK).text


@pytest.mark.in_turn
@pytest.mark.parametrize("path", ["/examining/courses/taught", "/results/taught"])
def test_sittings_and_results_tell_it_too(place: Enrolment, author: PageClient, path: str) -> None:
    assert "only in version 1" in author.get(f"{path}?exam=half-way").text


def test_more_time_for_those_whose_time_is_over_is_refused(
    place: Enrolment, hr: PageClient
) -> None:
    read_lessons(place)
    make_attempt(enrolment=place, exam="half-way")
    more = hr.get(DESK).form_values("form[action*='/extend']")
    more |= {"more-minutes": "9", "more-reason": "A power cut."}
    page = hr.post("/exam-desk/taught/extend?exam=half-way", more, status=409)
    assert page.form_values("form[action*='/extend']")["more-reason"] == "A power cut."
