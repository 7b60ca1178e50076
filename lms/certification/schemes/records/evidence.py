"""Evidence: completed courses and passed exams are noticed by themselves, the rest by a person.

They are noticed when they happen, for the certifications that ask for them then; what happened
before counts when somebody says so (``earlier``).
"""

from collections.abc import Callable
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.catalog.models import Course
from lms.certification.lifecycle.facts import EvidenceAccepted
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.terms import Scheme
from lms.certification.schemes.definitions import (
    Part,
    current_version,
    parts_of,
    scheme_of,
    shown_by_course,
    shown_by_exam,
)
from lms.certification.schemes.models import CertificationScheme, SchemeVersion
from lms.certification.schemes.records.histories import history, schemes_by_id
from lms.certification.schemes.records.recording import append_one, award_if_complete, earned
from lms.certification.schemes.records.standings import hold, refresh
from lms.core.database import db
from lms.core.unit_of_work import forget_when_written, read_once
from lms.learning.models import Enrolment
from lms.people.models import Person

# Made once: each completed course asks it.
IN_USE = (
    sa.select(CertificationScheme)
    .where(CertificationScheme.retired_at.is_(None))
    .options(joinedload(CertificationScheme.versions))
    .order_by(CertificationScheme.id)
)


def accept_completion(*, enrolment: Enrolment, now: datetime, today: date) -> None:
    """Count a completed enrolment for each scheme that asks for its course, and award."""
    slug = db.session.get_one(Course, enrolment.course_id).slug
    source = f"enrolment:{enrolment.public_id}"
    _count(enrolment, source, lambda parts: shown_by_course(parts, slug), now, today)


def accept_exam(*, enrolment: Enrolment, exam: str, now: datetime, today: date) -> None:
    """Count a passed exam for each scheme that asks for it, and award; once per enrolment."""
    slug = db.session.get_one(Course, enrolment.course_id).slug
    source = f"exam:{enrolment.public_id}"
    _count(enrolment, source, lambda parts: shown_by_exam(parts, slug, exam), now, today)


def _count(
    enrolment: Enrolment,
    source: str,
    shown: Callable[[list[Part]], list[Part]],
    now: datetime,
    today: date,
) -> None:
    person = db.session.get_one(Person, enrolment.learner_id)
    for scheme in _schemes():
        for part in shown(parts_of(current_version(scheme, today))):
            accept(
                person=person,
                scheme_id=scheme.id,
                part=part.key,
                source=source,
                on=today,
                now=now,
                today=today,
                actor=None,
                scheme=scheme_of(scheme.versions),
            )


def accept(
    *,
    person: Person,
    scheme_id: int,
    part: str,
    source: str,
    on: date,
    now: datetime,
    today: date,
    actor: Person | None,
    reason: str = "",
    scheme: Scheme | None = None,
) -> bool:
    """Accept evidence for a part of a scheme; award when that completes it. Once per source.

    ``scheme``: as the life cycle reads it, by whoever has read it already.
    """
    fact = EvidenceAccepted(key=f"{part}:{source}", effective_on=on, recorded_at=now, part=part)
    is_new = append_one(
        person=person,
        scheme_id=scheme_id,
        fact=fact,
        now=now,
        actor=actor,
        reason=reason,
        refreshing=False,
    )
    if is_new:
        hold([person.id])
        scheme = scheme or schemes_by_id([scheme_id])[scheme_id]
        award_if_complete(person=person, scheme_id=scheme_id, scheme=scheme, now=now, today=today)
        refresh([person.id], schemes={scheme_id: scheme})  # once for both
    return is_new


def over_on(
    *, person: Person, scheme_id: int, part: str, on: date, now: datetime, today: date
) -> date | None:
    """Return the last day of the award that evidence of ``on`` leads to, if that has gone by."""
    known = history(person.id, scheme_id, schemes_by_id([scheme_id])[scheme_id])
    shown = EvidenceAccepted(key=f"{part}:", effective_on=on, recorded_at=now, part=part)
    award = earned(History([*known.facts, shown], known.scheme), today=today, now=now)
    if award is None or award.until_on is None or award.until_on >= today:
        return None
    return award.until_on


def _schemes() -> list[CertificationScheme]:
    return read_once("schemes in use", lambda: list(db.session.scalars(IN_USE).unique()))


forget_when_written("schemes in use", CertificationScheme, SchemeVersion)
