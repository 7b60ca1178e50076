"""Two requests at the same moment: a double tap, two tabs."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from lms.assessment.practice import queries, services
from lms.assessment.practice.models import Certainty, PracticeReview, PracticeSession
from lms.core.database import db
from lms.people.models import Person
from tests.builders.assessment import START
from tests.builders.practice import ZONE, begin, cards, make_reader
from tests.support.threads import at_once


def test_two_starts_at_once_give_one_session(app: Flask) -> None:
    person_id = make_reader().learner.id
    db.session.commit()

    def start() -> str:
        person = db.session.get_one(Person, person_id)
        started = services.start_session(person=person, language="en", now=START, time_zone=ZONE)
        assert started is not None
        return started.public_id

    first, second = at_once(app, start, start)
    assert first == second
    assert db.session.query(PracticeSession).count() == 1
    assert len(cards(db.session.get_one(Person, person_id))) == 3


def test_two_answers_at_once_count_once(app: Flask) -> None:
    person = make_reader().learner
    session = begin(person)
    assert session is not None
    person_id, key = person.id, session.public_id
    db.session.commit()

    def answer(credit: float) -> Callable[[], Any]:
        def run() -> float:
            person = db.session.get_one(Person, person_id)
            locked = queries.session_for(person, key, lock=True)
            assert locked is not None
            return services.answer(
                session=locked,
                question=locked.questions[0],
                response={"choice": "1"},
                credit=credit,
                certainty=Certainty.SURE,
                now=START,
                time_zone=ZONE,
            ).credit

        return run

    first, second = at_once(app, answer(1.0), answer(0.0))
    assert first == second
    [stored] = db.session.query(PracticeReview).all()
    assert stored.credit == first
    card = cards(db.session.get_one(Person, person_id))[0]
    assert card.reviews == 1
    assert services.state_of(card) == services.derived_state(card, ZONE)
