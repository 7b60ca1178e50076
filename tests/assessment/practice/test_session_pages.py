"""A session through its pages, without JavaScript."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment.examining.models import CorrectionKind
from lms.assessment.models import ItemKind, ItemVersion
from lms.assessment.practice.models import Certainty, PracticeSession, Recall
from lms.core.database import db
from tests.assessment.delivery.candidate import Moment
from tests.assessment.practice.learner import Learner
from tests.builders.assessment import make_attempt, make_exam, make_item, make_place, put_right
from tests.builders.people import PASSWORD, make_account, make_person
from tests.builders.practice import hand_in
from tests.pages import PageClient

pytestmark = pytest.mark.in_turn

DAY = timedelta(days=1)


def test_the_overview_says_how_much_waits(learner: Learner) -> None:
    page = learner.get("/practice")
    assert page.heading == "Daily practice"
    assert "3 questions are ready" in page.text
    assert "It takes about 2 minutes." in page.text
    assert "day in a row" not in page.text


def test_a_question_is_asked_with_how_sure_one_is(learner: Learner) -> None:
    page = learner.begin()
    assert page.heading == "Practice: question 1 of 3"
    assert "Check 1?" in page.text
    assert [i.get("value") for i in page.select("[name=certainty]")] == [
        "sure",
        "rather",
        "guessing",
    ]
    assert "point" not in page.one(".question-hint").text
    assert "Because" not in page.html  # the explanation comes with the answer


def test_the_explanation_comes_at_once_with_the_lesson(learner: Learner) -> None:
    page = learner.answer(learner.begin(), right=False)
    assert page.heading == "Not quite"
    assert "Because it is 1." in page.text
    assert "Not 1." in page.text
    link = page.one(".practice-lessons a")
    assert link.text == "Greeting"
    assert link.get("href").endswith("#check-point-1")
    learner.get(link.get("href").split("#")[0])


def test_a_whole_session_ends_with_what_was_done_and_what_comes_next(learner: Learner) -> None:
    page = learner.answer(learner.begin())
    assert page.heading == "That’s right"
    page = learner.answer(learner.next(page), right=False, certainty="sure")
    assert "You were sure of it" in page.text
    page = learner.next(learner.answer(learner.next(page), certainty="guessing"))
    assert page.heading == "Done for now"
    assert "3 questions answered" in page.text
    assert "2 right" in page.text
    assert "The next questions come back tomorrow." in page.text
    assert [card.last_recall for card in learner.cards()] == [
        Recall.GOOD, Recall.AGAIN, Recall.HARD,
    ]  # fmt: skip
    assert [card.is_confident_error for card in learner.cards()] == [False, True, False]
    page = learner.get("/practice")
    assert "Nothing is due now" in page.text
    assert "The next questions come back tomorrow." in page.text


def test_confident_errors_come_back_first_the_next_day(learner: Learner, moment: Moment) -> None:
    page = learner.answer(learner.begin(), right=False, certainty="guessing")
    page = learner.answer(learner.next(page), right=False, certainty="sure")
    learner.answer(learner.next(page), right=False, certainty="rather")
    moment.after_start(DAY)
    learner.sign_in()
    page = learner.begin()
    assert "Check 2?" in page.text
    assert page.heading == "Practice: question 1 of 3"
    page = learner.next(learner.answer(page))
    assert "Check 1?" in page.text


def test_i_dont_know_shows_the_answer_and_brings_it_back_tomorrow(learner: Learner) -> None:
    page = learner.send(learner.begin(), {"unknown": "1", "certainty": "sure"})
    assert page.heading == "Here is the answer"
    assert "Because it is 1." in page.text
    [review] = learner.reviews()
    assert (review.response, review.credit, review.certainty, review.recall) == (
        None, 0.0, Certainty.GUESSING, Recall.AGAIN,
    )  # fmt: skip
    assert not learner.cards()[0].is_confident_error


def test_a_session_is_gone_on_with_after_a_pause(learner: Learner) -> None:
    learner.answer(learner.begin())
    page = learner.get("/practice")
    assert "You have begun today’s practice" in page.text
    assert learner.begin().heading == "Practice: question 2 of 3"
    assert db.session.query(PracticeSession).count() == 1


def test_yesterdays_session_is_given_up_for_todays(learner: Learner, moment: Moment) -> None:
    page = learner.begin()
    learner.answer(page)
    left = learner.begin()
    moment.after_start(2 * DAY)
    learner.sign_in()
    assert learner.begin().heading == "Practice: question 1 of 3"
    assert db.session.query(PracticeSession).count() == 2
    page = learner.send(left, learner.fields(left))
    assert "That practice is over." in page.text
    assert len(learner.reviews()) == 1


def test_days_in_a_row_are_shown_from_the_second_day_on(learner: Learner, moment: Moment) -> None:
    learner.answer(learner.begin(), right=False)
    assert "in a row are" in learner.get("/practice").text  # how they are counted
    assert "1 day in a row" not in learner.get("/practice").text
    moment.after_start(DAY)
    learner.sign_in()
    learner.answer(learner.begin(), right=False)
    assert "2 days in a row" in learner.get("/practice").text
    moment.after_start(9 * DAY)
    learner.sign_in()
    page = learner.get("/practice")
    assert "days in a row Daily" not in page.text
    assert not page.select(".stat")
    assert "lost" not in page.text


def test_every_kind_of_item_can_be_practised_without_scripts(app: Flask, moment: Moment) -> None:
    person = make_person()
    account = make_account(person=person)
    version = make_exam()  # one question of each kind
    hand_in(make_attempt(enrolment=make_place(version, person)))
    client = PageClient(app).sign_in(account.username, PASSWORD)
    page = client.follow(client.post("/practice/start"))
    seen = 0
    while page.select("form.practice-card"):
        seen += 1
        action = page.one("form.practice-card").get("action")
        feedback = client.follow(client.post(action, {"unknown": "1"}, status=303))
        assert feedback.select(".explanation")
        page = client.get(feedback.one(".practice-actions a").get("href"))
    assert seen == 6  # a day's new ones
    assert "Done for now" in page.text
    assert "1 more question" not in page.text


def test_the_right_answer_to_each_kind_is_right(app: Flask, moment: Moment) -> None:
    from lms.assessment.practice.met import PRACTISED
    from lms.assessment.practice.models import PracticeCard
    from lms.assessment.queries import keys
    from tests.builders.assessment import fields_of, right_response

    for kind in PRACTISED:
        person = make_person()
        account = make_account(person=person)
        version = make_exam([make_item(kind)])
        attempt = make_attempt(enrolment=make_place(version, person))
        hand_in(attempt)
        client = PageClient(app).sign_in(account.username, PASSWORD)
        page = client.follow(client.post("/practice/start"))
        version_id = db.session.execute(
            db.select(db.metadata.tables["attempt_item"].c.item_version_id).where(
                db.metadata.tables["attempt_item"].c.attempt_id == attempt.id
            )
        ).scalar_one()
        response = right_response(kind, keys([version_id])[version_id].answer)
        fields = {**fields_of(kind, "q1", response), "certainty": "sure"}
        done = client.follow(client.post(page.one("form.practice-card").get("action"), fields))
        assert done.heading == "That’s right", kind
        card = db.session.query(PracticeCard).filter_by(person_id=person.id).one()
        assert card.last_recall is Recall.EASY, kind


def test_missed_items_of_the_passed_exam_are_scheduled_first(app: Flask, moment: Moment) -> None:
    person = make_person()
    account = make_account(person=person)
    version = make_exam(
        [make_item(ItemKind.TRUE_FALSE, prompt={"en": f"Is it {n}?"}) for n in range(8)]
    )
    attempt = make_attempt(enrolment=make_place(version, person))
    hand_in(attempt, wrong=[8])
    client = PageClient(app).sign_in(account.username, PASSWORD)
    missed = client.get(f"/attempts/{attempt.public_id}/result").select(
        "#question-8 .question-text"
    )
    page = client.follow(client.post("/practice/start"))
    assert page.one(".question-text").text_content() == missed[0].text_content()


def test_what_a_correction_accepts_is_right_in_practice_too(app: Flask, moment: Moment) -> None:
    learner = Learner(app, make_exam([make_item(ItemKind.SINGLE_CHOICE)]))
    hand_in(make_attempt(enrolment=learner.enrolment))
    [version] = db.session.scalars(sa.select(ItemVersion)).all()
    put_right(version, CorrectionKind.ACCEPT, "b", "c")
    told = learner.answer_item(learner.begin(), "c")
    assert told.heading == "That’s right"
    assert len(told.select(".option.is-right")) == 2
    assert not told.select(".option.is-wrong")


def test_practice_stands_in_the_bar_where_there_is_room(app: Flask, learner: Learner) -> None:
    from lms.people.models import AccessRole

    assert "/practice" in [a.get("href") for a in learner.get("/").select(".nav a")]
    instructor = make_account(AccessRole.INSTRUCTOR)
    page = PageClient(app).sign_in(instructor.username, PASSWORD).get("/practice")
    assert "/practice" not in [a.get("href") for a in page.select(".nav a")]
