"""What is stored with a card is what its reviews amount to, whatever is sent in whatever order."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.assessment.practice import services
from lms.assessment.practice.models import Certainty, PracticeReview
from lms.assessment.practice.services import derived_state, state_of
from lms.core.clock import local_date
from lms.core.database import db
from tests.builders.assessment import START
from tests.builders.people import make_person
from tests.builders.practice import (
    ZONE,
    begin,
    cards,
    make_checked_course,
    make_reader,
    practise,
    reopened,
    review,
)

CREDITS = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])
ANSWER = st.tuples(st.integers(1, 3), CREDITS, st.sampled_from(Certainty))
# A day's answers: positions may come in any order and more than once (forms sent twice).
DAYS = st.lists(st.tuples(st.integers(1, 40), st.lists(ANSWER, max_size=6)), min_size=1, max_size=4)
STEADY = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@STEADY
@given(DAYS)
def test_the_stored_state_equals_the_fold_over_the_reviews(app: Flask, days: list) -> None:
    person = make_person()
    make_reader(make_checked_course(), person)
    now = START
    for gap, answers in days:
        now += timedelta(days=gap)
        session = begin(person, now)
        for place, (position, credit, certainty) in enumerate(answers):
            if session is None or position > len(session.questions):
                continue
            at = now + timedelta(seconds=20 * place)
            review(person, session, position, credit=credit, certainty=certainty, now=at)
    for card in cards(person):
        assert state_of(card) == derived_state(card, ZONE)
        if card.last_review_at is not None and card.due_on is not None:
            assert card.last_review_at <= now + timedelta(minutes=5)
            assert card.due_on > local_date(card.last_review_at, ZONE)
    db.session.rollback()


@STEADY
@given(st.permutations([1, 2, 3, 1, 2, 3]))
def test_the_order_of_answers_sent_twice_plays_no_part(app: Flask, order: list[int]) -> None:
    person = make_person()
    make_reader(make_checked_course(), person)
    session = begin(person)
    assert session is not None
    credit = {1: 1.0, 2: 0.0, 3: 0.5}
    for position in order:
        review(person, session, position, credit=credit[position])
    states = [(card.reviews, card.forgotten, card.due_on) for card in cards(person)]
    today = local_date(START, ZONE)
    assert states == [
        (1, 0, today + timedelta(days=2)),
        (1, 1, today + timedelta(days=1)),
        (1, 0, today + timedelta(days=1)),
    ]
    assert reopened(person, session).ended_at is not None
    db.session.rollback()


def test_reviews_are_appended_and_never_changed(app: Flask) -> None:
    person = make_reader().learner
    practise(person, [(0.0, Certainty.SURE)])
    later = START + timedelta(days=1)
    session = begin(person, later)
    assert session is not None
    assert session.questions[0].card.is_confident_error
    review(person, session, 1, credit=1.0, now=later)
    stored = db.session.scalars(sa.select(PracticeReview).order_by(PracticeReview.answered_at))
    assert [one.credit for one in stored] == [0.0, 1.0]
    first = cards(person)[0]
    assert (first.reviews, first.forgotten, first.is_confident_error) == (2, 1, False)


def test_not_knowing_is_never_sure(app: Flask) -> None:
    person = make_reader().learner
    session = begin(person)
    assert session is not None
    found = services.answer(
        session=session,
        question=session.questions[0],
        response=None,
        credit=0.0,
        certainty=Certainty.SURE,
        now=START,
        time_zone=ZONE,
    )
    assert found.certainty is Certainty.GUESSING
    assert not cards(person)[0].is_confident_error


def test_two_people_have_cards_of_their_own(app: Flask) -> None:
    version = make_checked_course()
    one, two = make_reader(version).learner, make_reader(version).learner
    practise(one, [(0.0, Certainty.SURE)])
    assert begin(two) is not None
    assert [card.reviews for card in cards(one)] == [1, 0, 0]
    assert [card.reviews for card in cards(two)] == [0, 0, 0]
