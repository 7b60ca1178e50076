"""A person's own dates: courses to finish, certifications to get, what expires."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.certification.board.conditions import people_on
from lms.certification.home import earned_by
from lms.certification.lifecycle.state import IN_FORCE, Obligation
from lms.certification.schemes.models import CertificationStanding
from lms.certification.status import CertificateStatus
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import Person
from lms.web.i18n import localised


class DateKind(Enum):
    """What happens on a date."""

    COURSE_DUE = "course-due"
    CERTIFICATION_DUE = "certification-due"
    CERTIFICATION_ENDS = "certification-ends"
    CERTIFICATE_ENDS = "certificate-ends"


@dataclass(frozen=True)
class OwnDate:
    """One date of a person: what happens, to what, and a key that stays with it."""

    on: date
    kind: DateKind
    title: str
    key: str


def own_dates(person: Person, today: date) -> list[OwnDate]:
    """Return the person's dates, the earliest first; three statements."""
    found = [*_courses(person), *_certifications(person, today), *_certificates(person, today)]
    return sorted(found, key=lambda one: (one.on, one.kind.value, one.key))


def _courses(person: Person) -> Iterable[OwnDate]:
    statement = (
        sa.select(Enrolment)
        .where(
            Enrolment.learner_id == person.id,
            Enrolment.due_on.is_not(None),
            Enrolment.completed_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
        )
        .options(joinedload(Enrolment.version))
    )
    for row in db.session.scalars(statement):
        title = localised(row.version.title)
        assert row.due_on is not None
        yield OwnDate(row.due_on, DateKind.COURSE_DUE, title, row.public_id)


def _certifications(person: Person, today: date) -> Iterable[OwnDate]:
    statement = (
        sa.select(CertificationStanding)
        .where(CertificationStanding.person_id == person.id, people_on(today))
        .options(joinedload(CertificationStanding.scheme))
    )
    for row in db.session.scalars(statement):
        title, key = localised(row.scheme.title), row.scheme.public_id
        if row.holding in IN_FORCE:
            if row.valid_until_on is not None:
                yield OwnDate(row.valid_until_on, DateKind.CERTIFICATION_ENDS, title, key)
        elif row.due_on and row.obligation in (Obligation.REQUIRED, Obligation.OVERDUE):
            yield OwnDate(row.due_on, DateKind.CERTIFICATION_DUE, title, key)


def _certificates(person: Person, today: date) -> Iterable[OwnDate]:
    for one in earned_by(person.id, today):
        if one.standing.status is CertificateStatus.VALID and one.valid_until_on is not None:
            title = localised(one.title)
            yield OwnDate(one.valid_until_on, DateKind.CERTIFICATE_ENDS, title, one.number)
