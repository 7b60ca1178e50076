"""What other people, old tabs and garbage send."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from lms.assessment.models import ItemKind
from lms.assessment.practice import services
from lms.assessment.practice.models import PracticeCard, PracticeReview, PracticeSession
from lms.core.database import db
from lms.people.models import AccessRole
from lms.people.permissions import ROLE_PERMISSIONS, Permission
from tests.assessment.delivery.candidate import Moment
from tests.assessment.practice.learner import Learner
from tests.builders.assessment import make_attempt, make_exam, make_item, make_place
from tests.builders.people import PASSWORD, make_account, make_person
from tests.builders.practice import hand_in, items_of, make_checked_course
from tests.pages import Page, PageClient

pytestmark = pytest.mark.in_turn

GARBAGE = [
    {"q1": "no-such-option", "certainty": "sure"},
    {"q1": "1", "certainty": "certainly"},
    {"q1": "1", "certainty": ""},
    {"q1": "1"},
    {"q1": "", "certainty": "sure"},
    {"certainty": "sure"},
    {"q2": "1", "certainty": "sure"},
    {"q1": "9" * 100_000, "certainty": "rather"},
    {"q1": ["2", "1"], "certainty": ["nonsense", "sure"]},
    {"q1-flag": "1", "open": "1"},
    {},
]


def address(page: Page) -> str:
    return str(page.one("form.practice-card").get("action"))


@pytest.mark.parametrize("fields", GARBAGE, ids=range(len(GARBAGE)))
def test_nonsense_is_answered_with_the_question_and_writes_nothing(
    learner: Learner, fields: dict[str, Any]
) -> None:
    if fields.get("q1") == ["2", "1"]:
        fields = {"q1": ["x", "1"], "certainty": ["nonsense", "sure"]}
    page = learner.send(learner.begin(), fields, status=422)
    assert page.select("form.practice-card")
    assert page.select(".error-summary")
    assert "Because" not in page.html
    assert learner.reviews() == []


def test_a_missing_certainty_keeps_what_was_chosen(learner: Learner) -> None:
    page = learner.send(learner.begin(), {"q1": "2"}, status=422)
    assert "Say how sure you are." in page.text
    assert [i.get("value") for i in page.select(".option input[checked]")] == ["2"]
    assert "Answer the question" not in page.text
    page = learner.send(page, {"certainty": "sure"}, status=422)
    assert page.one("[name=certainty][checked]").get("value") == "sure"
    assert "Say how sure" not in page.text


def test_a_typed_answer_is_kept_too(app: Flask, moment: Moment) -> None:
    person = make_person()
    account = make_account(person=person)
    version = make_exam([make_item(ItemKind.SHORT_TEXT)])
    hand_in(make_attempt(enrolment=make_place(version, person)))
    client = PageClient(app).sign_in(account.username, PASSWORD)
    page = client.follow(client.post("/practice/start"))
    page = client.post(address(page), {"q1": "<b>ёлка</b>"}, status=422)
    assert page.one("#q1").get("value") == "<b>ёлка</b>"
    assert "<b>ёлка</b>" not in page.html


@pytest.mark.parametrize(("typed", "status"), [("fifteen", 422), ("1,5 km", 422), ("1 500,5", 303)])
def test_words_are_no_wrong_number_where_the_answer_is_judged_at_once(
    app: Flask, moment: Moment, typed: str, status: int
) -> None:
    person = make_person()
    account = make_account(person=person)
    hand_in(make_attempt(enrolment=make_place(make_exam([make_item(ItemKind.NUMERIC)]), person)))
    client = PageClient(app).sign_in(account.username, PASSWORD)
    page = client.follow(client.post("/practice/start"))
    page = client.post(address(page), {"q1": typed, "certainty": "sure"}, status=status)
    if status == 422:
        assert "This doesn’t read as a number." in page.one("[role=alert]").text_content()
        assert page.one("#q1").get("value") == typed


def test_an_answer_sent_twice_counts_once(learner: Learner) -> None:
    page = learner.begin()
    first = learner.client.post(address(page), learner.fields(page), status=303)
    again = learner.client.post(address(page), learner.fields(page), status=303)
    other = learner.client.post(address(page), learner.fields(page, right=False), status=303)
    garbage = learner.client.post(address(page), {}, status=303)
    assert first.location == again.location == other.location == garbage.location
    [review] = learner.reviews()
    assert review.credit == 1.0
    assert learner.cards()[0].reviews == 1


def test_a_session_begun_twice_is_one(learner: Learner) -> None:
    first = learner.client.post("/practice/start").location
    assert learner.client.post("/practice/start").location == first
    assert db.session.query(PracticeSession).count() == 1
    assert len(learner.cards()) == 3


LEARNING = [role for role in AccessRole if Permission.LEARN in ROLE_PERMISSIONS[role]]


@pytest.mark.parametrize("role", [None, *LEARNING])
def test_a_foreign_session_answers_as_a_missing_one(
    app: Flask, learner: Learner, role: AccessRole | None
) -> None:
    page = learner.begin()
    learner.answer(page)
    paths = [address(page), address(page).rsplit("/", 1)[0], address(page)[:-1] + "2"]
    account = make_account(role or AccessRole.TRAINEE)
    stranger = PageClient(app).sign_in(account.username, PASSWORD)
    missing = stranger.get("/practice/0000000000000000/1", status=404)
    for path in paths:
        assert stranger.get(path, status=404).text == missing.text
    stranger.post(paths[2], {"q2": "1", "certainty": "sure"}, status=404)
    assert len(learner.reviews()) == 1


@pytest.mark.parametrize("position", ["0", "4", "99999999999999999999", "-1", "x", "1.5"])
def test_a_question_that_is_not_there_is_missing(learner: Learner, position: str) -> None:
    base = address(learner.begin()).rsplit("/", 1)[0]
    learner.get(f"{base}/{position}", status=404)
    learner.client.post(f"{base}/{position}", {"unknown": "1"}, status=404)


def opened_course(learner: Learner, app: Flask) -> Learner:
    """A learner of a course without self-checks whose items are open for practice."""
    version = make_checked_course(0)
    for item in items_of(version):
        services.open_for_practice(item.id, is_open=True)
    return Learner(app, version)


def test_a_retired_question_is_put_away_and_the_session_goes_on(
    app: Flask, learner: Learner, moment: Moment
) -> None:
    other = opened_course(learner, app)
    page = other.begin()
    item = db.session.get(PracticeCard, other.cards()[0].id)
    assert item is not None
    items = {one.id: one for one in items_of(other.enrolment)}
    items[item.item_id or 0].retired_at = moment.now
    refused = other.client.post(address(page), {"unknown": "1"}, status=409)
    assert refused.heading == "This question rests"
    assert "Explanation" not in refused.text
    shown = other.get(address(page))
    assert shown.heading == "This question rests"
    following = other.client.get(shown.one("main a.button").get("href"), status=302)
    assert other.client.follow(following).heading == "Practice: question 2 of 6"
    assert other.reviews() == []


def test_a_question_reworded_meanwhile_is_marked_as_it_was_shown(
    app: Flask, learner: Learner, moment: Moment
) -> None:
    from lms.assessment.authoring.services import put_item
    from tests.builders.assessment import both

    other = opened_course(learner, app)
    page = other.begin()
    item = next(i for i in items_of(other.enrolment) if i.id == other.cards()[0].item_id)
    db.session.refresh(item, ["bank"])
    reworded = make_item(ItemKind.TRUE_FALSE, key=item.key, topic="greeting", prompt=both("New"))
    put_item(item.bank, reworded, now=moment.now, actor_id=None, item=item)
    answered = other.answer_item(page, "a")
    assert answered.heading == "That’s right"
    assert "New" not in answered.text


def test_during_an_exam_even_answered_questions_are_not_explained(
    app: Flask, learner: Learner, moment: Moment
) -> None:
    other = opened_course(learner, app)
    page = other.begin()
    feedback = other.send(page, {"unknown": "1"})
    assert "Explanation" in feedback.text
    done = address(page)
    left = address(other.next(feedback))
    make_attempt(enrolment=other.enrolment, at=moment.now)
    for path in (done, left):
        shown = other.get(path)
        assert shown.heading == "This question rests"
        assert "Because" not in shown.html
        assert "Question 1" not in shown.text
    other.client.post(left, {"unknown": "1"}, status=409)
    page = other.get("/practice")
    assert "isn’t practised while its exam is under way" in page.text
    assert not page.select("form[action='/practice/start']")
    assert "nothing to practise" in other.client.follow(other.client.post("/practice/start")).text
    end = other.get(done.rsplit("/", 1)[0])
    assert not end.select(".practice-rows a")


def test_an_item_kept_for_the_exam_again_is_put_away(app: Flask, learner: Learner) -> None:
    other = opened_course(learner, app)
    page = other.begin()
    for item in items_of(other.enrolment):
        services.open_for_practice(item.id, is_open=False)
    assert other.get(address(page)).heading == "This question rests"
    other.client.post(address(page), {"unknown": "1"}, status=409)


def test_withdrawing_from_a_course_puts_its_questions_away(
    learner: Learner, moment: Moment
) -> None:
    page = learner.begin()
    learner.enrolment.withdrawn_at = moment.now
    db.session.flush()
    assert learner.get(address(page)).heading == "This question rests"
    assert "Nothing to practise yet" in learner.get("/practice").text


def test_a_clock_that_was_set_back_breaks_nothing(learner: Learner, moment: Moment) -> None:
    first = learner.answer(learner.begin(), right=False)
    moment.after_start(-timedelta(hours=3))
    learner.sign_in()
    page = learner.begin()
    learner.answer(page)
    assert first.heading == "Not quite"
    for card in learner.cards():
        assert services.derived_state(card, "Europe/Moscow") == services.state_of(card)
    assert db.session.query(PracticeReview).count() == 2
