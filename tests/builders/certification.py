"""Builders of courses to complete, enrolments and certificates. Each flushes."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from types import EllipsisType
from typing import Any

from flask import current_app

from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.certification import services
from lms.certification.models import Certificate
from lms.core.database import db
from lms.core.unit_of_work import insert_new
from lms.learning.models import Enrolment
from lms.people.models import Person
from tests.builders.people import make_person

ISSUED = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
_numbers = count(1)


def make_taught_course(
    slug: str | None = None, *, months: int | None = 24, **overrides: Any
) -> CourseVersion:
    """A published version of a course that ends in a certificate valid for ``months``."""
    course = insert_new(Course, slug=slug or f"taught-{next(_numbers)}", created_at=ISSUED)
    values: dict[str, Any] = {
        "number": 1,
        "title": {"ru": "Искренний сервис", "en": "Sincere service"},
        "summary": {"ru": "О сервисе", "en": "About service"},
        "languages": ["ru", "en"],
        "hours": Decimal("16.0"),
        "certificate_valid_months": months,
        **overrides,
    }
    version: CourseVersion = insert_new(
        CourseVersion,
        course_id=course.id,
        status=VersionStatus.PUBLISHED,
        published_at=ISSUED,
        **values,
    )
    return version


def make_completed_enrolment(
    learner: Person | None = None, version: CourseVersion | None = None, at: datetime = ISSUED
) -> Enrolment:
    """An enrolment whose completion rule is met."""
    version = version or make_taught_course()
    enrolment: Enrolment = insert_new(
        Enrolment,
        learner_id=(learner or make_person()).id,
        course_id=version.course_id,
        version_id=version.id,
        enrolled_at=at,
        started_at=at,
        completed_at=at,
    )
    return enrolment


def make_certificate(
    holder: Person | None = None,
    *,
    version: CourseVersion | None = None,
    issued_at: datetime = ISSUED,
    valid_until_on: date | EllipsisType | None = ...,
    percent: float | None = 92.5,
) -> Certificate:
    """A certificate as the service issues it; ``valid_until_on`` overrides its last day."""
    certificate = services.issue(
        enrolment=make_completed_enrolment(holder, version, issued_at),
        percent=percent,
        now=issued_at,
        settings=current_app.config["SETTINGS"],
    )
    if valid_until_on is not ...:
        certificate.valid_until_on = valid_until_on
        certificate.sort_until_on = valid_until_on or date.max
        db.session.flush()
    return certificate
