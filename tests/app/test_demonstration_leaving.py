"""The demonstration shows who left, twice on record, who is to move, to leave and to begin."""

from random import Random

import sqlalchemy as sa
from flask import Flask

from lms.app.demonstration.leaving import (
    NEWCOMERS_NUMBER,
    NUMBERS,
    make_leaver,
    plan_hire,
    plan_leaving,
    plan_move,
)
from lms.app.demonstration.records import Recorder, load_teaching
from lms.core import clock
from lms.core.database import db
from lms.people.erasure.services import plan_for
from lms.people.merging import duplicates
from lms.people.models import AccessRole, Person
from lms.people.planned.queries import open_ends, open_plans
from tests.builders.assessment import settings
from tests.builders.catalog import make_course
from tests.builders.people import make_person, make_viewer


def test_who_has_left_can_be_erased_and_is_found_twice(app: Flask) -> None:
    now, colleague, hr = clock.now(), make_person(), make_person()
    today, zone = now.date(), settings().time_zone
    for person in (colleague, hr):
        db.session.refresh(person, ["employments"])
        db.session.refresh(person.employments[0], ["unit", "job_role"])
    recorder = Recorder(hr, hr, settings(), Random(1))
    make_leaver(recorder, colleague, load_teaching(make_course()), now=now, today=today)
    plan_move(hr, colleague, actor=hr, now=now, today=today)
    plan_hire(colleague, actor=hr, now=now, today=today)
    plan_leaving(colleague, actor=hr, now=now, today=today)
    numbered = sa.select(Person).where(Person.personnel_number.in_(NUMBERS)).order_by(Person.id)
    first, second = db.session.scalars(numbered)
    lines = plan_for(first, today=today, zone=zone).lines
    assert {"enrolments", "posts"} <= {line.holding.key for line in lines if line.rows}
    pairs = db.session.execute(db.select(duplicates.pairs(make_viewer(AccessRole.HR))))
    assert (first.id, second.id) in [(row.low, row.high) for row in pairs]
    newcomer = sa.select(Person.id).where(Person.personnel_number == NEWCOMERS_NUMBER)
    begins = db.session.scalars(newcomer).one()
    assert open_plans([hr.id, begins]).keys() == {hr.id, begins}
    assert colleague.id in open_ends([colleague.id])
