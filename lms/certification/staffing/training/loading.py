"""Reading what training needs to know: a fixed number of statements for all people of a centre."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from lms.assessment.models import Assessment, Attempt
from lms.assessment.rules.allowances import entries_of_many, extra_attempts, grants_of
from lms.catalog.models import Activity, CourseVersion, final_exam
from lms.certification.lifecycle.history import History
from lms.certification.schemes.definitions import (
    EvidenceKind,
    Part,
    current_version,
    parts_of,
    scheme_of,
)
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.records.alike import Alike, shared_histories
from lms.certification.staffing.training.steps import Asked, Sitting, Study
from lms.core.clock import local_date
from lms.core.database import db
from lms.learning.models import ActivityProgress, Enrolment
from lms.learning.queries import courses_to_enrol_in

Exams = Mapping[int, Mapping[str, Assessment]]  # by version and key


@dataclass(frozen=True)
class Sat:
    """How many attempts somebody has at an exam, and when the last one ended."""

    number: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True)
class Known:
    """What is known of people and certifications."""

    schemes: Mapping[int, CertificationScheme]
    histories: Mapping[int, Sequence[Alike]]  # by certification
    today: date
    _studies: Mapping[str, Study]  # of who isn't enrolled, by slug
    _own: Mapping[int, Mapping[str, Study]]  # of who is, by person and slug

    def asked(self, scheme_id: int, history: History | None) -> Asked:
        """Return one certification as it stands with this history; None: nothing is known."""
        parts, untouched = self._defined[scheme_id]
        return Asked(history or untouched, parts, self.schemes[scheme_id].title)

    @cached_property
    def _defined(self) -> Mapping[int, tuple[Mapping[str, Part], History]]:
        """The parts of each certification now, and its history for whom nothing is known of."""
        return {
            identifier: (
                {part.key: part for part in parts_of(current_version(row, self.today))},
                History([], scheme_of(row.versions)),
            )
            for identifier, row in self.schemes.items()
        }

    @property
    def studying(self) -> Collection[int]:
        """Who has one of the courses before them otherwise than everybody."""
        return self._own.keys()

    def studies(self, person_id: int | None) -> Mapping[str, Study]:
        """Return the courses as a person, or everybody else, has them before them, by slug."""
        own = self._own.get(person_id) if person_id is not None else None
        return {**self._studies, **own} if own else self._studies


def load_known(
    people: sa.Select[Any],
    scheme_ids: Collection[int],
    *,
    today: date,
    zone: str,
) -> Known:
    """Return what is known of those whose ids ``people`` selects about these certifications."""
    rows = {row.id: row for row in _schemes(scheme_ids)}
    schemes = {identifier: scheme_of(row.versions) for identifier, row in rows.items()}
    slugs = {
        part.course
        for row in rows.values()
        for part in parts_of(current_version(row, today))
        if part.kind in (EvidenceKind.COURSE, EvidenceKind.EXAM) and part.course
    }
    versions = {one.id: one for one in courses_to_enrol_in() if one.course.slug in slugs}
    enrolments = _enrolments(people, [one.course_id for one in versions.values()])
    taught = {one.course_id: one for one in versions.values()}
    exams = _exams({*versions, *(one.version_id for one in enrolments)})
    own = _own_studies(enrolments, taught, exams, zone)
    known = shared_histories(people, schemes) if schemes else {}
    return Known(rows, known, today, _studies(versions, exams, zone), own)


def _schemes(ids: Collection[int]) -> list[CertificationScheme]:
    statement = (
        sa.select(CertificationScheme)
        .where(CertificationScheme.id.in_(ids))
        .options(selectinload(CertificationScheme.versions))
        .order_by(CertificationScheme.id)
    )
    return list(db.session.scalars(statement))


def _duty() -> sa.ColumnElement[bool]:
    return sa.and_(~final_exam(), ~Activity.is_optional)


def _studies(versions: Mapping[int, CourseVersion], exams: Exams, zone: str) -> dict[str, Study]:
    statement = (
        sa.select(Activity.version_id, sa.func.sum(Activity.minutes))
        .where(Activity.version_id.in_(versions), _duty())
        .group_by(Activity.version_id)
    )
    minutes = {row[0]: int(row[1]) for row in db.session.execute(statement)}
    return {
        one.course.slug: Study(
            slug=one.course.slug,
            title=one.title,
            minutes=minutes.get(one.id, 0),
            exams={
                key: _sitting(exam, Sat(), 0, zone) for key, exam in exams.get(one.id, {}).items()
            },
        )
        for one in versions.values()
    }


def _enrolments(people: sa.Select[Any], course_ids: Collection[int]) -> list[Any]:
    """Open enrolments with the minutes of what isn't done yet."""
    done = (
        sa.select(ActivityProgress.id)
        .where(
            ActivityProgress.enrolment_id == Enrolment.id,
            ActivityProgress.activity_id == Activity.id,
            ActivityProgress.completed_at.is_not(None),
        )
        .correlate(Enrolment, Activity)
        .exists()
    )
    left = (
        sa.select(sa.func.coalesce(sa.func.sum(Activity.minutes), 0))
        .where(Activity.version_id == Enrolment.version_id, _duty(), ~done)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    statement = sa.select(
        Enrolment.id,
        Enrolment.learner_id,
        Enrolment.course_id,
        Enrolment.version_id,
        Enrolment.due_on,
        left.label("minutes"),
    ).where(
        Enrolment.learner_id.in_(people),
        Enrolment.course_id.in_(course_ids),
        Enrolment.completed_at.is_(None),
        Enrolment.withdrawn_at.is_(None),
    )
    return list(db.session.execute(statement))


def _exams(version_ids: Collection[int]) -> Exams:
    statement = (
        sa.select(Activity.version_id, Activity.key, Assessment)
        .join(Assessment, Assessment.activity_id == Activity.id)
        .where(Activity.version_id.in_(version_ids))
    )
    found: dict[int, dict[str, Assessment]] = defaultdict(dict)
    for version_id, key, exam in db.session.execute(statement):
        found[version_id][key] = exam
    return found


def _own_studies(
    enrolments: Collection[Any],
    taught: Mapping[int, CourseVersion],
    exams: Exams,
    zone: str,
) -> dict[int, dict[str, Study]]:
    ids = [one.id for one in enrolments]
    sat, allowed = _sat(ids), entries_of_many(ids)
    found: dict[int, dict[str, Study]] = defaultdict(dict)
    for one in enrolments:
        version = taught[one.course_id]
        found[one.learner_id][version.course.slug] = Study(
            slug=version.course.slug,
            title=version.title,
            minutes=int(one.minutes),
            is_enrolled=True,
            due_on=one.due_on,
            exams={
                key: _sitting(
                    exam,
                    sat.get((one.id, key), Sat()),
                    extra_attempts(grants_of(allowed.get((one.id, key), ()))),
                    zone,
                )
                for key, exam in exams.get(one.version_id, {}).items()
            },
        )
    return found


def _sat(enrolment_ids: Collection[int]) -> dict[tuple[int, str], Sat]:
    """Return the attempts of each enrolment at each exam."""
    ended = sa.func.max(sa.func.coalesce(Attempt.submitted_at, Attempt.deadline_at))
    statement = (
        sa.select(
            Attempt.enrolment_id,
            Attempt.exam_key,
            sa.func.count(),
            sa.type_coerce(ended, Attempt.deadline_at.type),
        )
        .where(Attempt.enrolment_id.in_(enrolment_ids))
        .group_by(Attempt.enrolment_id, Attempt.exam_key)
    )
    return {(row[0], row[1]): Sat(row[2], row[3]) for row in db.session.execute(statement)}


def _sitting(exam: Assessment, sat: Sat, allowed: int, zone: str) -> Sitting:
    """Return when the exam may be sat, as dates of the network, and how often still."""
    opens = [exam.opens_at] if exam.opens_at else []
    if sat.last_at is not None and exam.wait_hours:
        opens.append(sat.last_at + timedelta(hours=exam.wait_hours))
    return Sitting(
        attempts_left=max(0, exam.attempts_allowed + allowed - sat.number),
        from_on=local_date(max(opens), zone) if opens else None,
        until_on=local_date(exam.closes_at, zone) if exam.closes_at else None,
    )


__all__ = ["Known", "load_known"]
