"""What happens in lower domains, as messages; in the transaction in which it happens."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lms.catalog.models import Course
from lms.certification.events import certificate_issued, certificate_revoked, standing_changed
from lms.certification.following.models import StandingChange
from lms.certification.models import Certificate
from lms.certification.schemes.models import CertificationScheme
from lms.core.database import db
from lms.learning.events import enrolment_completed
from lms.learning.models import Enrolment
from lms.people.models import Employment, OrganisationUnit, Person, number_of
from lms.standards.webhooks.models import Happening
from lms.standards.webhooks.queries import is_any_in_use
from lms.standards.webhooks.services import tell


def tell_issued(certificate: Certificate, *, now: datetime, **_: Any) -> None:
    """Tell of a new certificate."""
    _tell_certificate(Happening.CERTIFICATE_ISSUED, certificate, now)


def tell_revoked(certificate: Certificate, *, now: datetime, **_: Any) -> None:
    """Tell that a certificate no longer counts; the reason stays here."""
    _tell_certificate(Happening.CERTIFICATE_REVOKED, certificate, now)


def tell_completed(enrolment: Enrolment, *, now: datetime, **_: Any) -> None:
    """Tell that a course is completed."""
    data = {
        "enrolment": enrolment.public_id,
        "completed_at": now.isoformat(),
        **_course(enrolment.course_id),
    }
    _tell(Happening.ENROLMENT_COMPLETED, enrolment.learner_id, data, now)


def tell_changed(change: StandingChange, *, now: datetime, **_: Any) -> None:
    """Tell that somebody's label for a certification became another one."""
    scheme = db.session.get_one(CertificationScheme, change.scheme_id)
    data = {
        "change": change.public_id,
        "certification": {"id": scheme.public_id, "key": scheme.key},
        "label_before": change.label_before.value,
        "label": change.label.value,
        "changed_on": change.changed_on.isoformat(),
    }
    _tell(Happening.STANDING_CHANGED, change.person_id, data, now)


def _tell_certificate(happening: Happening, certificate: Certificate, now: datetime) -> None:
    until = certificate.valid_until_on
    data = {
        "number": certificate.number,
        "issued_on": certificate.issued_on.isoformat(),
        "valid_until_on": until.isoformat() if until else None,
        **_course(certificate.course_id),
    }
    _tell(happening, certificate.holder_id, data, now)


def _course(course_id: int) -> dict[str, str]:
    return {"course": db.session.get_one(Course, course_id).slug}


def _tell(happening: Happening, person_id: int, data: dict[str, Any], now: datetime) -> None:
    if not is_any_in_use():
        return
    statement = (
        sa.select(
            Person.public_id, Person.personnel_number, Person.erased_at, OrganisationUnit.path
        )
        .outerjoin(Employment, (Employment.person_id == Person.id) & Employment.ended_on.is_(None))
        .outerjoin(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(Person.id == person_id)
    )
    row = db.session.execute(statement).one()
    person = {"id": row.public_id, "personnel_number": number_of(row)}
    tell(happening, path=row.path, data={**data, "person": person}, now=now)


certificate_issued.connect(tell_issued)
certificate_revoked.connect(tell_revoked)
enrolment_completed.connect(tell_completed)
standing_changed.connect(tell_changed)
