"""Recognising what was learnt elsewhere: a completed place in a course, on a person's word."""

from datetime import datetime

from lms.audit.services import record
from lms.catalog.models import Course
from lms.catalog.queries import published_version
from lms.core.database import db
from lms.learning import events
from lms.learning.errors import NothingPublished
from lms.learning.models import Enrolment
from lms.people.models import Person


def recognise(
    *, learner: Person, course: Course, actor: Person, reason: str, now: datetime
) -> Enrolment:
    """Enrol ``learner`` in the newest version and complete it at once; tell the domains above.

    ``reason`` names what shows it. The caller has made sure that the person isn't on the course.
    Raises NothingPublished.
    """
    version = published_version(course)
    if version is None:
        raise NothingPublished
    enrolment = Enrolment(
        learner_id=learner.id,
        course_id=course.id,
        version_id=version.id,
        enrolled_at=now,
        enrolled_by_id=actor.id,
        completed_at=now,
    )
    enrolment.learner, enrolment.course = learner, course
    db.session.add(enrolment)
    db.session.flush()
    record(
        now=now,
        actor_key=actor.public_id,
        action="learning.recognised",
        subject_kind="enrolment",
        subject_key=enrolment.public_id,
        person_key=learner.public_id,
        reason=reason,
        course=course.slug,
    )
    events.enrolment_completed.send(enrolment, now=now, basis={"outside": True})
    return enrolment
