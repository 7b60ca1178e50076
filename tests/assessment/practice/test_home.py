"""Practice on the home page: quiet, few statements, and what is kept forgetting."""

from datetime import timedelta

import pytest
from flask import Flask

from lms.assessment.practice.models import Certainty
from lms.assessment.practice.queries import standing_of
from lms.assessment.practice.topics import kept_forgetting
from tests.assessment.delivery.candidate import Moment
from tests.assessment.practice.learner import Learner
from tests.builders.assessment import START
from tests.builders.practice import make_checked_course, make_reader, practise
from tests.support.statements import counted_statements

pytestmark = pytest.mark.in_turn

DAY = timedelta(days=1)
AGAIN, GOOD = (0.0, Certainty.RATHER), (1.0, Certainty.RATHER)


def entry(learner: Learner) -> str:
    sections = learner.get("/").select("section[aria-labelledby=practice]")
    return " ".join(sections[0].text_content().split()) if sections else ""


def test_the_home_page_says_how_many_questions_wait(learner: Learner) -> None:
    assert "Practise: 3 questions, about 2 min" in entry(learner)


def test_when_nothing_is_due_the_entry_is_gone(learner: Learner) -> None:
    practise(learner.person, [GOOD, GOOD, GOOD])
    assert entry(learner) == ""


def test_someone_who_has_read_nothing_sees_no_entry(app: Flask, moment: Moment) -> None:
    assert entry(Learner(app, lessons=0)) == ""


def test_a_topic_forgotten_twice_is_shown_with_its_lesson(learner: Learner) -> None:
    practise(learner.person, [AGAIN, GOOD, GOOD])
    assert entry(learner) == ""  # once is no habit
    practise(learner.person, [AGAIN], START + DAY)
    page = learner.get("/")
    section = page.one("section[aria-labelledby=practice]")
    assert "Worth reading again Greeting" in " ".join(section.text_content().split())
    link = section.cssselect(".practice-topics a")[0].get("href")
    assert link.startswith(f"/courses/{learner.enrolment.public_id}/lessons/")
    learner.get(link)


def test_two_cards_of_a_topic_forgotten_once_each_count_together(learner: Learner) -> None:
    practise(learner.person, [AGAIN, AGAIN, GOOD])
    assert "Greeting" in entry(learner)


def test_a_topic_leaves_when_it_is_remembered(learner: Learner, moment: Moment) -> None:
    practise(learner.person, [AGAIN, AGAIN, GOOD])
    practise(learner.person, [GOOD, GOOD], START + DAY)
    assert "Greeting" not in entry(learner)


def test_at_most_three_topics_the_most_often_forgotten_first(app: Flask) -> None:
    person = make_reader().learner
    for _ in range(4):
        make_reader(make_checked_course(), person)
    practise(person, [AGAIN] * 6)
    for day in (1, 2):
        practise(person, [AGAIN] * 10, START + day * DAY)
    standing = standing_of(person.id, language="en")
    found = kept_forgetting(standing.met, standing.cards)
    assert len(found) == 3
    assert [one.times for one in found] == sorted((one.times for one in found), reverse=True)


@pytest.mark.parametrize("courses", [1, 6])
def test_practice_costs_the_home_page_two_statements(learner: Learner, courses: int) -> None:
    for _ in range(courses):
        make_reader(make_checked_course(), learner.person)
    practise(learner.person, [AGAIN] * 3)
    learner.get("/")
    with counted_statements() as statements:
        learner.get("/")
    practice = [one for one in statements if "practice_" in one or "pool_entry" in one]
    assert len(practice) == 2
    assert len(statements) <= 10
