"""The demonstration's people in a course with a further exam: passed, still ahead, passed late."""

from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.app.demonstration.history import Fate, Plan
from lms.app.demonstration.records import Recorder, load_teaching
from lms.assessment.log import first_break
from lms.assessment.models import Attempt, Score
from lms.assessment.queries import events
from lms.core.database import db
from tests.builders.assessment import START, settings
from tests.builders.further import make_course_with_midterm
from tests.builders.people import make_person, make_unit


@pytest.mark.in_turn
@pytest.mark.parametrize(
    ("fate", "read", "passed"),
    [
        (Fate.READING, 0.5, set()),  # the exam amid the course comes next
        (Fate.READY, 1.0, {"half-way"}),
        (Fate.VALID, 1.0, {"half-way", "exam"}),
    ],
)
def test_whoever_went_past_a_further_exam_has_passed_it(
    app: Flask, fate: Fate, read: float, passed: set[str]
) -> None:
    teaching = load_teaching(make_course_with_midterm())
    recorder = Recorder(make_person(), make_person(), settings(), Random(1))
    done = START if fate is Fate.VALID else None
    began = START - timedelta(days=5)
    plan = Plan(fate, began, START, began, read, 0, done)
    for _ in range(6):
        recorder.record(make_person(), make_unit(), teaching, plan)
    db.session.flush()
    attempts = db.session.scalars(sa.select(Attempt)).all()
    good = sa.select(Attempt.exam_key).join(Score, Score.attempt_id == Attempt.id)
    assert set(db.session.scalars(good.where(Score.passed))) == passed
    assert all(first_break(one.public_id, events(one.id)) is None for one in attempts)
    assert all(one.closed_at and one.closed_at <= START for one in attempts)
