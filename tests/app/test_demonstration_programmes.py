"""The demonstration's newcomers: most keep the terms of their programme, a few let one pass."""

from datetime import date, timedelta
from random import Random

from flask import Flask

from lms.app.demonstration.history import Fate, Plan
from lms.app.demonstration.programmes import Term, kept
from lms.app.demonstration.records import Recorder, load_teaching
from lms.core.database import db
from lms.learning.models import ActivityProgress, Enrolment
from tests.builders.assessment import settings
from tests.builders.further import make_course_with_midterm
from tests.builders.people import make_person, make_unit
from tests.builders.schemes import at

TODAY = date(2026, 3, 2)


def test_most_keep_all_terms_that_have_ended_and_a_few_let_the_last_one_pass() -> None:
    days = [TODAY + timedelta(days=day) for day in (-60, -30, -1, 30, 90)]
    terms = [Term(number, TODAY, day, None) for number, day in enumerate(days)]
    random = Random(1)
    sizes = [len(kept(terms, random, TODAY)) for _ in range(1000)]
    assert 50 < sizes.count(2) < 200  # the term of yesterday has passed
    assert set(sizes) == {2, 3, 4}  # 4: one that is ahead is done early


def test_a_place_that_was_begun_is_completed_once(app: Flask) -> None:
    teaching = load_teaching(make_course_with_midterm())
    person, hr, examiner = make_person(), make_person(), make_person()
    recorder = Recorder(hr, examiner, settings(), Random(1))
    begun, due, done = (at(TODAY - timedelta(days=ago)) for ago in (30, 2, 5))
    unit = make_unit()
    recorder.record(person, unit, teaching, Plan(Fate.READING, begun, due, begun, 0.5))
    place = db.session.query(Enrolment).one()
    plan = Plan(Fate.VALID, begun, due, begun, 1.0, 0, done)
    recorder.finish(person, unit, place, teaching, plan)
    db.session.flush()
    assert (place.completed_at, place.due_on) == (done, TODAY - timedelta(days=2))
    progress = db.session.query(ActivityProgress).filter_by(enrolment_id=place.id)
    assert all(one.completed_at for one in progress)
