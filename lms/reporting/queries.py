"""Reads of one person's record across domains. Whose record: ``people.queries.person_for``."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from lms.assessment.models import SCORE_COUNTS, Assessment, Attempt, Score
from lms.assessment.rules.counting import Sat, counted_number
from lms.audit.models import AuditEntry
from lms.audit.queries import entries
from lms.catalog.models import FINAL_EXAM, CourseVersion
from lms.certification.models import Certificate
from lms.certification.queries import FACTS
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.models import Employment, Person


@dataclass(frozen=True)
class Sitting:
    """One attempt at an exam with the score that counts, if it is scored."""

    enrolment_key: str
    title: dict[str, Any]  # of the course
    exam_key: str
    exam_title: dict[str, Any]
    number: int
    started_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    percent: float | None
    passed: bool | None
    counts: bool = False  # whether its score is the enrolment's result in this exam

    @property
    def exam(self) -> tuple[str, str]:
        """Of which enrolment it is, at which exam."""
        return self.enrolment_key, self.exam_key

    @property
    def is_final(self) -> bool:
        """Whether it is one at the course's final exam."""
        return self.exam_key == FINAL_EXAM


def sittings_of(person: Person) -> list[Sitting]:
    """Return a person's attempts, the newest first."""
    last_score = sa.and_(Score.attempt_id == Attempt.id, SCORE_COUNTS)
    statement = (
        sa.select(
            Enrolment.public_id,
            CourseVersion.title,
            Attempt.exam_key,
            Assessment.title,
            Attempt.number,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.closed_at,
            Score.percent,
            Score.passed,
            Assessment.counting,
        )
        .join(Assessment, Assessment.id == Attempt.assessment_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .outerjoin(Score, last_score)
        .where(Attempt.candidate_id == person.id)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
    )
    sittings = [(Sitting(*row[:-1]), row.counting) for row in db.session.execute(statement)]
    results: dict[tuple[str, str], int | None] = {}
    for one, counting in sittings:
        if one.exam not in results:
            own = [s for s, _ in sittings if s.exam == one.exam]
            results[one.exam] = counted_number(
                counting, (Sat(s.number, s.passed, s.percent) for s in own)
            )
    return [replace(one, counts=results[one.exam] == one.number) for one, _ in sittings]


def posts_of(person: Person) -> list[Employment]:
    """Return all posts a person has held, the newest first."""
    statement = (
        sa.select(Employment)
        .join(Employment.unit)
        .join(Employment.job_role)
        .where(Employment.person_id == person.id)
        .order_by(Employment.started_on.desc())
        .options(
            contains_eager(Employment.unit),
            contains_eager(Employment.job_role),
        )
    )
    return list(db.session.scalars(statement))


def certificates_of(person: Person) -> list[Certificate]:
    """Return all certificates a person ever got, those that were replaced too, newest first."""
    statement = sa.select(Certificate).where(Certificate.holder_id == person.id).options(*FACTS)
    # Asked for in their order, SQLite would read everybody's certificates in it to find a few.
    found = db.session.scalars(statement).unique()
    return sorted(found, key=lambda one: (one.issued_on, one.id), reverse=True)


def history_of(person: Person) -> sa.Select[Any]:
    """Return the statement of all that was done to the person's records, without an order."""
    keys = sa.select(Person.public_id).where(
        sa.or_(Person.id == person.id, Person.merged_into_id == person.id)
    )
    return entries(concerns=AuditEntry.person_key.in_(keys))
