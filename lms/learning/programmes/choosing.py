"""A person's choice among the courses of a step."""

from datetime import date, datetime

import sqlalchemy as sa
from flask import current_app

from lms.core.database import db
from lms.learning.programmes.errors import NotToChoose
from lms.learning.programmes.models import Basis, ProgrammeStep
from lms.learning.programmes.policies import Outcome, decide
from lms.learning.programmes.rule.applying import assign, enrol_members, enrolled
from lms.learning.programmes.rule.members import Reach, members, records, taught
from lms.people.models import Person


def choose(
    *, person: Person, step: ProgrammeStep, course_id: int, now: datetime, today: date
) -> None:
    """Enrol a person in the course of a step that they chose. Raises NotToChoose.

    Of two choices at one moment the first counts.
    """
    db.session.execute(sa.select(Person.id).where(Person.id == person.id).with_for_update())
    found = members(Reach.of(step.programme), today, [person.id])
    courses = tuple(choice.course_id for choice in step.choices)
    offered = taught(courses)
    if not found or course_id not in offered:
        raise NotToChoose
    zone = current_app.config["SETTINGS"].time_zone
    known = records([person.id], courses, [step.id], today=today, time_zone=zone)
    if decide(courses, offered, known.of(found[0], step.id)).outcome is not Outcome.CHOOSE:
        raise NotToChoose
    places = [(found[0], step)]
    enrol_members(course_id, places, now=now, actor=person)
    assign(enrolled(course_id, places, Basis.CHOSEN), now=now)
