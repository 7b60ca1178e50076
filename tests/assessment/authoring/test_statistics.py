"""A course's results: pass rate, topics, the questions most often missed; figures checked by hand."""

from collections.abc import Collection

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import queries, services
from lms.assessment.authoring.services import bank_of, put_item
from lms.assessment.authoring.statistics import (
    MissedItem,
    exam_figures,
    question_results,
)
from lms.assessment.exam_rules import SectionRule
from lms.assessment.kinds.values import AuthoredItem
from lms.assessment.models import Attempt, Item, ItemKind
from lms.catalog.models import Course, CourseVersion
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import AccessRole, Person
from tests.builders.assessment import (
    START,
    answer_event,
    both,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    save,
    settings,
)
from tests.builders.learning import course_of
from tests.builders.people import PASSWORD, make_account, make_person, make_unit, make_viewer
from tests.pages import PageClient
from tests.support.statements import counted_statements


def statement(key: str, **changed: object) -> AuthoredItem:
    """A true statement."""
    return make_item(ItemKind.TRUE_FALSE, key=key, prompt=both(key), **changed)


def answer_and_submit(attempt: Attempt, wrong: Collection[str] = ()) -> None:
    """Answer every statement rightly but those whose keys are ``wrong``, and hand in."""
    keys = dict(db.session.execute(sa.select(Item.id, Item.key)).all())
    events = [
        answer_event(
            item.position,
            {"value": keys[item.item_version.item_id] not in wrong},
            sequence=item.position,
        )
        for item in queries.paper(attempt)
    ]
    save(attempt, *events)
    submit(attempt)


def submit(attempt: Attempt) -> None:
    services.submit(attempt=attempt, now=START, settings=settings())


def sit(
    version: CourseVersion, *, wrong: Collection[str] = (), learner: Person | None = None
) -> None:
    """Let someone (default: someone new) sit the exam."""
    answer_and_submit(make_attempt(enrolment=make_place(version, learner)), wrong)


def most_missed(viewer: Viewer, course: Course) -> list[MissedItem]:
    return question_results(viewer, course)[0]


@pytest.fixture
def version(app: Flask) -> CourseVersion:
    """An exam of four statements: 'easy', 'hard' (3 points), 'odd', and 'other' of another topic."""
    return make_exam(
        [
            statement("easy"),
            statement("hard", points=3),
            statement("odd"),
            statement("other", topic="manners"),
        ],
        pass_percent=50,
        sections=(SectionRule("rules", 3), SectionRule("manners", 1)),
        attempts=3,
    )


def test_there_are_no_figures_before_anyone_has_finished(
    author: PageClient, version: CourseVersion
) -> None:
    make_attempt(version)
    assert exam_figures(make_viewer(AccessRole.INSTRUCTOR), course_of(version)) is None
    page = author.get(f"/results/{course_of(version).slug}")
    assert "Nobody has finished the exam yet" in page.text


def test_the_figures_count_people_and_attempts(version: CourseVersion) -> None:
    """By hand: of 6 points, 50 % to pass.

    A: all right → 100 % passed. B: 'hard' wrong → 3/6 = 50 %, passed. C: 'hard', 'odd' wrong →
    2/6 = 33.33 %, then all right in the second attempt: passed, but not at first. D: 33.33 %.
    Five attempts of four people; three passed, two of them at first;
    average (100 + 50 + 33.33… + 100 + 33.33…) / 5 = 63.33….
    """
    sit(version)
    sit(version, wrong={"hard"})
    third = make_person()
    place = make_place(version, third)
    for wrong in ({"hard", "odd"}, set()):
        answer_and_submit(make_attempt(enrolment=place), wrong)
    sit(version, wrong={"hard", "odd"})
    figures = exam_figures(make_viewer(AccessRole.INSTRUCTOR), course_of(version))
    assert figures is not None
    assert (figures.attempts, figures.candidates) == (5, 4)
    assert (figures.passed, figures.passed_first) == (3, 2)
    assert (figures.pass_rate, figures.first_pass_rate) == (75, 50)
    assert figures.average_percent == pytest.approx(
        (100 + 50 + 100 / 3 + 100 + 100 / 3) / 5, abs=0.01
    )


def test_questions_are_ranked_by_the_share_of_points_lost(version: CourseVersion) -> None:
    """By hand: five sat; 'hard' wrong by 3 → 60 % lost; 'odd' by 1 → 20 %; 'other' by 2 → 40 %."""
    for wrong in ({"hard"}, {"hard", "other"}, {"hard", "odd", "other"}, set(), set()):
        sit(version, wrong=wrong)
    missed = most_missed(make_viewer(AccessRole.INSTRUCTOR), course_of(version))
    assert [(item.prompt["en"], item.asked) for item in missed] == [
        ("hard", 5),
        ("other", 5),
        ("odd", 5),
    ]
    assert [item.lost_percent for item in missed] == pytest.approx([60, 40, 20])


def test_a_topic_is_told_by_its_share_of_points(version: CourseVersion) -> None:
    """By hand: two sat. 'rules': 10 points possible, 3 lost → 70 %. 'manners': 1 of 2 → 50 %."""
    sit(version, wrong={"hard"})
    sit(version, wrong={"other"})
    _missed, topics = question_results(make_viewer(AccessRole.INSTRUCTOR), course_of(version))
    assert [(topic.key, topic.asked) for topic in topics] == [("manners", 2), ("rules", 6)]
    assert [topic.earned_percent for topic in topics] == pytest.approx([50, 70])


def test_questions_asked_too_seldom_or_never_missed_are_left_out(version: CourseVersion) -> None:
    for _ in range(4):
        sit(version, wrong={"hard"})
    viewer = make_viewer(AccessRole.INSTRUCTOR)
    assert most_missed(viewer, course_of(version)) == []
    sit(version)
    assert [item.prompt["en"] for item in most_missed(viewer, course_of(version))] == ["hard"]


def test_ten_questions_are_shown_at_most(app: Flask) -> None:
    keys = [f"statement-{number}" for number in range(12)]
    version = make_exam([statement(key) for key in keys])
    for _ in range(5):
        sit(version, wrong=set(keys))
    assert len(most_missed(make_viewer(AccessRole.INSTRUCTOR), course_of(version))) == 10


def test_an_empty_answer_counts_as_missed(version: CourseVersion) -> None:
    for _ in range(5):
        attempt = make_attempt(version)
        submit(attempt)
    missed = most_missed(make_viewer(AccessRole.INSTRUCTOR), course_of(version))
    assert [item.lost_percent for item in missed] == pytest.approx([100] * 4)


def test_a_reworded_question_keeps_its_figures_and_says_so(
    author: PageClient, version: CourseVersion
) -> None:
    for _ in range(5):
        sit(version, wrong={"odd"})
    item = db.session.scalars(sa.select(Item).where(Item.key == "odd")).one()
    put_item(
        bank_of(course_of(version)),
        make_item(ItemKind.TRUE_FALSE, key="odd", prompt=both("Reworded")),
        now=START,
        actor_id=None,
        item=item,
    )
    [missed] = most_missed(make_viewer(AccessRole.INSTRUCTOR), course_of(version))
    assert (missed.prompt["en"], missed.asked, missed.asked_earlier) == ("Reworded", 5, 5)
    page = author.get(f"/results/{course_of(version).slug}")
    assert "5 times in an earlier wording" in page.text
    assert page.select(f"a[href$='/items/{item.public_id}']")


def test_an_instructor_of_one_centre_sees_its_people_alone(version: CourseVersion) -> None:
    own = make_unit()
    sit(version, learner=make_person(unit=own))
    sit(version, wrong={"hard", "odd", "other"})
    figures = exam_figures(make_viewer(AccessRole.INSTRUCTOR, over=own), course_of(version))
    assert figures is not None
    assert (figures.candidates, figures.pass_rate) == (1, 100)
    assert (
        exam_figures(make_viewer(AccessRole.INSTRUCTOR, over=make_unit()), course_of(version))
        is None
    )


def test_another_courses_attempts_do_not_count(version: CourseVersion) -> None:
    sit(version)
    other = make_exam([statement("elsewhere")])
    assert exam_figures(make_viewer(AccessRole.INSTRUCTOR), course_of(other)) is None


def test_hostile_questions_are_harmless_on_the_results_page(author: PageClient, app: Flask) -> None:
    evil = "<script>alert(1)</script> <img src=x onerror=alert(1)>"
    version = make_exam([make_item(ItemKind.TRUE_FALSE, key="evil", prompt=both(evil))])
    for _ in range(5):
        sit(version, wrong={"evil"})
    page = author.get(f"/results/{course_of(version).slug}")
    assert "Questions most often missed" in page.text
    assert not page.tree.xpath("//main//script | //main//img")


def test_the_results_page_costs_the_same_for_one_and_for_many(app: Flask) -> None:
    account = make_account(AccessRole.INSTRUCTOR)
    instructor = PageClient(app).sign_in(account.username, PASSWORD)
    version = make_exam([statement(f"s-{n}") for n in range(3)])
    path = f"/results/{course_of(version).slug}"

    def cost() -> int:
        instructor.get(path)
        with counted_statements() as statements:
            instructor.get(path)
        return len(statements)

    for _ in range(5):
        sit(version, wrong={"s-1"})
    few = cost()
    for _ in range(25):
        sit(version, wrong={"s-2"})
    for _ in range(40):
        make_place(version)
    assert cost() == few
    assert few <= 16
