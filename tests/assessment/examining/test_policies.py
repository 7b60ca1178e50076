"""The rule for one sitting and the condition of the lists say the same."""

import sqlalchemy as sa
from flask import Flask

from lms.assessment.examining.policies import may_examine
from lms.assessment.examining.queries import examined_by
from lms.assessment.models import Attempt
from lms.core.database import db
from lms.people.identity import Viewer
from lms.people.models import AccessRole, Person
from tests.builders.assessment import make_attempt, make_exam, make_place
from tests.builders.people import make_account, make_person, make_unit, make_viewer


def listed(viewer: Viewer) -> set[int]:
    statement = sa.select(Attempt.candidate_id).join(Attempt.candidate).where(examined_by(viewer))
    return set(db.session.scalars(statement))


def test_the_rule_and_the_list_agree(app: Flask) -> None:
    near, far = make_unit(), make_unit()
    examiner = make_person(unit=near)
    sat = [examiner, make_person(unit=near), make_person(unit=far), make_person(employed=False)]
    version = make_exam()
    for person in sat:
        make_attempt(enrolment=make_place(version, person))
    for over in (near, far, None):
        account = make_account(AccessRole.INSTRUCTOR, over=over, person=make_person(unit=near))
        viewer = make_viewer(account=account)
        by_rule = {one.id for one in sat if may_examine(viewer, loaded(one))}
        assert listed(viewer) == by_rule
    own = make_viewer(account=make_account(AccessRole.INSTRUCTOR, person=examiner))
    assert not may_examine(own, loaded(examiner))
    assert examiner.id not in listed(own)
    assert listed(make_viewer(AccessRole.TRAINEE)) == set()


def loaded(person: Person) -> Person:
    from sqlalchemy.orm import joinedload

    from lms.people.models import Employment

    statement = (
        sa.select(Person)
        .where(Person.id == person.id)
        .options(joinedload(Person.employment).joinedload(Employment.unit))
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).unique().one()
