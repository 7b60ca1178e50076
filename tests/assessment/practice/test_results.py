"""What instructors see of practice: numbers without names, from enough people on."""

from datetime import timedelta

import pytest
from flask import Flask

from lms.assessment.practice import services
from lms.assessment.practice.models import Certainty
from lms.assessment.practice.results import (
    FEWEST_PEOPLE,
    PERIOD_DAYS,
    question_figures,
    results_section,
    topic_figures,
)
from lms.assessment.practice.topics import topics_of
from lms.catalog.models import Course, CourseVersion
from lms.core.clock import local_date
from lms.people.models import AccessRole, OrganisationUnit
from tests.builders.assessment import START
from tests.builders.learning import course_of
from tests.builders.people import PASSWORD, make_account, make_person, make_unit, make_viewer
from tests.builders.practice import ZONE, items_of, make_checked_course, make_reader, practise
from tests.pages import PageClient
from tests.support.statements import counted_statements

SINCE = local_date(START, ZONE) - timedelta(days=PERIOD_DAYS)
WRONG_SURE, RIGHT = (0.0, Certainty.SURE), (1.0, Certainty.RATHER)


def crowd(
    version: CourseVersion,
    size: int,
    *answers: tuple[float, Certainty],
    unit: OrganisationUnit | None = None,
) -> None:
    """``size`` people who have practised, each answering like this."""
    for _ in range(size):
        person = make_person(unit=unit)
        make_reader(version, person)
        practise(person, answers)


@pytest.fixture
def version(app: Flask) -> CourseVersion:
    return make_checked_course()


def course(version: CourseVersion) -> Course:
    return course_of(version)


def test_nothing_is_shown_before_enough_people_have_practised(version: CourseVersion) -> None:
    viewer, topics = make_viewer(AccessRole.INSTRUCTOR), topics_of(version.public_id)
    crowd(version, FEWEST_PEOPLE - 1, WRONG_SURE, RIGHT)
    assert topic_figures(viewer, course(version), topics, since=SINCE) == []
    assert question_figures(viewer, course(version), topics, since=SINCE) == []
    crowd(version, 1, WRONG_SURE)
    [topic] = topic_figures(viewer, course(version), topics, since=SINCE)
    assert topic.people == FEWEST_PEOPLE
    [question] = question_figures(viewer, course(version), topics, since=SINCE)
    assert question.title == "Вопрос 1?"  # the second has one person too few


def test_one_person_answering_often_is_still_one_person(version: CourseVersion) -> None:
    viewer, topics = make_viewer(AccessRole.INSTRUCTOR), topics_of(version.public_id)
    person = make_reader(version).learner
    for day in range(FEWEST_PEOPLE + 2):
        practise(person, [WRONG_SURE, WRONG_SURE], START + timedelta(days=day))
    assert topic_figures(viewer, course(version), topics, since=SINCE) == []
    assert question_figures(viewer, course(version), topics, since=SINCE) == []


def test_figures_are_those_counted_by_hand(version: CourseVersion) -> None:
    viewer, topics = make_viewer(AccessRole.INSTRUCTOR), topics_of(version.public_id)
    crowd(version, 4, WRONG_SURE, RIGHT, (0.0, Certainty.GUESSING))
    crowd(version, 2, (1.0, Certainty.SURE), RIGHT, (0.0, Certainty.GUESSING))
    [topic] = topic_figures(viewer, course(version), topics, since=SINCE)
    assert topic.title == "Приветствие"
    assert [lesson.titles["en"] for lesson in topic.lessons] == ["Greeting"]
    assert (topic.people, topic.answers, topic.forgotten, topic.sure, topic.misled) == (
        6, 18, 10, 6, 4,
    )  # fmt: skip
    first, second = question_figures(viewer, course(version), topics, since=SINCE)
    assert (first.title, first.misled, first.sure) == ("Вопрос 1?", 4, 6)
    assert (second.title, second.misled, second.forgotten) == ("Вопрос 3?", 0, 6)
    assert first.forgotten_percent == pytest.approx(100 * 4 / 6)


def test_items_of_the_bank_and_self_checks_of_a_topic_are_counted_together(app: Flask) -> None:
    version = make_checked_course(1)
    for item in items_of(version):
        services.open_for_practice(item.id, is_open=item.key == "greeting-1")
    crowd(version, 5, WRONG_SURE, WRONG_SURE)
    viewer, topics = make_viewer(AccessRole.INSTRUCTOR), topics_of(version.public_id)
    [topic] = topic_figures(viewer, course(version), topics, since=SINCE)
    assert (topic.title, topic.people, topic.answers) == ("Приветствие", 5, 10)
    titles = {one.title for one in question_figures(viewer, course(version), topics, since=SINCE)}
    assert titles == {"Вопрос 1?", "Вопрос 1"}


def test_a_lesson_that_teaches_no_topic_stands_for_itself(app: Flask) -> None:
    from tests.builders.catalog import COURSE

    version = make_checked_course(**{"course.yaml": COURSE.format(slug="welcome")})
    crowd(version, 5, WRONG_SURE)
    viewer, topics = make_viewer(AccessRole.INSTRUCTOR), topics_of(version.public_id)
    [topic] = topic_figures(viewer, course(version), topics, since=SINCE)
    assert topic.title == "Приветствие"
    assert [lesson.titles["en"] for lesson in topic.lessons] == ["Greeting"]


def test_old_answers_and_other_courses_do_not_count(version: CourseVersion) -> None:
    crowd(version, 5, WRONG_SURE)
    crowd(make_checked_course(), 5, WRONG_SURE)
    viewer, topics = make_viewer(AccessRole.INSTRUCTOR), topics_of(version.public_id)
    later = local_date(START, ZONE)
    assert topic_figures(viewer, course(version), topics, since=later) == []
    [topic] = topic_figures(viewer, course(version), topics, since=SINCE)
    assert topic.answers == 5


def test_only_people_within_the_viewers_scope_are_counted(version: CourseVersion) -> None:
    mine, other = make_unit(), make_unit()
    crowd(version, 5, WRONG_SURE, unit=mine)
    crowd(version, 4, WRONG_SURE, unit=other)
    topics = topics_of(version.public_id)
    near = make_viewer(AccessRole.INSTRUCTOR, over=mine)
    [topic] = topic_figures(near, course(version), topics, since=SINCE)
    assert topic.people == 5
    elsewhere = make_viewer(AccessRole.INSTRUCTOR, over=other)
    assert topic_figures(elsewhere, course(version), topics, since=SINCE) == []


def test_the_results_page_shows_which_lesson_misleads_and_no_name(
    app: Flask, version: CourseVersion, author: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.core import clock

    monkeypatch.setattr(clock, "now", lambda: START)
    names = []
    for number in range(6):
        person = make_person(f"Забывчивый{number}")
        names.append(person.family_name)
        make_reader(version, person)
        practise(person, [WRONG_SURE])
    account = make_account(AccessRole.INSTRUCTOR)
    page = (
        PageClient(app).sign_in(account.username, PASSWORD).get(f"/results/{course(version).slug}")
    )
    section = page.one("[aria-labelledby=practice-results-title]").text_content()
    assert "Check 1?" in section
    assert "6 of 6" in section
    assert not any(name in section for name in names)
    link = page.select("[aria-labelledby=practice-results-title] tbody a")[0]
    assert (
        link.get("href")
        == f"/authoring/lessons/{topics_of(version.public_id).lessons['greeting'].public_id}"
    )


def test_hr_and_the_persons_record_say_nothing_of_practice(
    app: Flask, version: CourseVersion
) -> None:
    person = make_reader(version).learner
    practise(person, [WRONG_SURE])
    hr = make_account(AccessRole.HR)
    client = PageClient(app).sign_in(hr.username, PASSWORD)
    page = client.get(f"/hr/people/{person.public_id}")
    assert "ractice" not in page.one("main").text_content()
    client.get(f"/results/{course(version).slug}", status=403)


def test_the_page_costs_as_many_statements_with_many_people_as_with_few(
    app: Flask, version: CourseVersion, author: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = make_viewer(AccessRole.INSTRUCTOR)
    crowd(version, 5, WRONG_SURE, WRONG_SURE)
    found = []
    for _ in range(2):
        taught = course(version)
        results_section(viewer, taught, START)
        with counted_statements() as statements:
            results_section(viewer, taught, START)
        found.append(len(statements))
        crowd(version, 20, WRONG_SURE, WRONG_SURE, WRONG_SURE)
    assert found[0] == found[1] <= 4


def test_a_course_that_nobody_practises_says_so(app: Flask, version: CourseVersion) -> None:
    viewer = make_viewer(AccessRole.INSTRUCTOR)
    section = results_section(viewer, course(version), START)
    assert section is not None
    assert section.values["topics"] == []
