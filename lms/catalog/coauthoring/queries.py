"""Reads of invitations."""

from datetime import date

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload

from lms.catalog.coauthoring.models import CoAuthorship
from lms.catalog.models import Course
from lms.core import clock
from lms.core.database import db
from lms.people.models import Person


def today() -> date:
    """Return the date in the network's zone."""
    return clock.local_date(clock.now(), current_app.config["SETTINGS"].time_zone)


def courses_edited_by(person: Person) -> set[int]:
    """Return the ids of the courses that someone from outside may edit today."""
    statement = sa.select(CoAuthorship.course_id).where(
        CoAuthorship.person_id == person.id,
        CoAuthorship.withdrawn_at.is_(None),
        CoAuthorship.expires_on >= today(),
    )
    return set(db.session.scalars(statement))


def invitations_to(course: Course) -> list[CoAuthorship]:
    """Return a course's invitations with the people, the newest first."""
    statement = (
        sa.select(CoAuthorship)
        .where(CoAuthorship.course_id == course.id)
        .options(joinedload(CoAuthorship.person))
        .order_by(CoAuthorship.id.desc())
    )
    return list(db.session.scalars(statement))


def invitation_to(course: Course, public_id: str) -> CoAuthorship | None:
    """Return one invitation to a course, with the person."""
    statement = (
        sa.select(CoAuthorship)
        .where(CoAuthorship.course_id == course.id, CoAuthorship.public_id == public_id)
        .options(joinedload(CoAuthorship.person), joinedload(CoAuthorship.course))
    )
    return db.session.scalars(statement).one_or_none()
