"""What is read of the exams of courses for the ways of people."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from lms.assessment import services
from lms.assessment.models import ItemKind
from lms.catalog.models import Course
from lms.certification.schemes.definitions import EvidenceKind, Part
from lms.certification.staffing.training.loading import load_known
from lms.certification.staffing.training.steps import Sitting
from lms.core.database import db
from lms.people.models import Person
from tests.builders.assessment import (
    START,
    make_attempt,
    make_exam,
    make_item,
    make_place,
    settings,
)
from tests.builders.people import make_person
from tests.builders.schemes import make_scheme

pytestmark = pytest.mark.in_turn


def test_each_exam_has_its_own_window_attempts_and_waiting_time(app: Flask) -> None:
    closes = START + timedelta(days=9)
    own = {"wait_hours": 48, "attempts": 2, "closes_at": closes}
    version = make_exam([make_item(ItemKind.SINGLE_CHOICE)], further={"intake": own})
    slug = db.session.get_one(Course, version.course_id).slug
    scheme = make_scheme(
        parts=(Part("intake", EvidenceKind.EXAM, {"ru": "Приём", "en": "Intake"}, slug, "intake"),)
    )
    attempt = make_attempt(enrolment=make_place(version), exam="intake")
    services.submit(attempt=attempt, now=START, settings=settings())
    other, today = make_person(), START.date()
    people = [attempt.candidate_id, other.id]
    chosen = sa.select(Person.id).where(Person.id.in_(people))
    known = load_known(chosen, [scheme.id], today=today, zone="UTC")
    sat, fresh = (known.studies(person)[slug].exams for person in people)
    again = today + timedelta(days=2)
    assert (sat["intake"], fresh["intake"]) == (
        Sitting(1, again, closes.date()),
        Sitting(2, None, closes.date()),
    )
    assert sat["exam"] == fresh["exam"]
