"""Who is to have a certificate of a course and has none: the plan, and each one's issue."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload

from lms.catalog.models import Course
from lms.certification import services
from lms.certification.batches.models import BatchItem, CertificateBatch, Outcome
from lms.certification.models import Certificate
from lms.certification.queries.registry import StatusFilter, condition
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.settings import Settings
from lms.learning.models import Enrolment
from lms.learning.services.recognising import recognise
from lms.people.identity import Viewer
from lms.people.models import Employment, Person
from lms.people.permissions import Permission
from lms.people.queries import people_numbered, visible_to


class Verdict(Enum):
    """What the plan says of one person or one number of a list."""

    ISSUE = "issue"
    HOLDS = "holds"  # has a valid certificate of the course
    USED = "used"  # what they completed led to a certificate that expired or was revoked
    STUDIES = "studies"  # is on the course now: completing it leads to the certificate
    SHOWN = "shown"  # the evidence is accepted already
    TOO_OLD = "too_old"  # the look-back doesn't reach the evidence
    OVER = "over"  # what the evidence leads to would be over already
    SUSPENDED = "suspended"
    LEFT = "left"  # no longer works in the network
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"  # nobody has the number, or nobody whom the viewer looks after


@dataclass(frozen=True)
class Row:
    """One line of the plan."""

    number: str
    verdict: Verdict
    person: Person | None = None


@dataclass(frozen=True)
class Plan:
    """Everybody in question with the verdict, those who get a certificate first."""

    rows: tuple[Row, ...]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "Plan":
        """Return the plan with those who get something first."""
        return cls(tuple(sorted(rows, key=lambda row: row.verdict is not Verdict.ISSUE)))

    @property
    def people(self) -> list[int]:
        """Who gets a certificate."""
        return [row.person.id for row in self.rows if row.verdict is Verdict.ISSUE and row.person]

    @property
    def digest(self) -> str:
        """What a plan that was shown is known by when it comes back."""
        return hashlib.sha256(repr(sorted(self.people)).encode()).hexdigest()

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many there are of each verdict."""
        return Counter(row.verdict for row in self.rows)


def plan_completed(viewer: Viewer, course: Course, today: date) -> Plan:
    """Return the verdict on each person in the viewer's scope who completed the course."""
    completed = sa.select(Enrolment.learner_id).where(
        Enrolment.course_id == course.id, Enrolment.completed_at.is_not(None)
    )
    people = people_where(viewer, Person.id.in_(completed))
    facts = _Facts.of(course, today)
    rows = [Row(one.personnel_number, facts.of_completed(one), one) for one in people]
    return Plan.of(rows)


def plan_outside(viewer: Viewer, course: Course, numbers: Sequence[str], today: date) -> Plan:
    """Return the verdict on each personnel number of people who showed elsewhere what is taught."""
    known = known_people(viewer, numbers)
    facts = _Facts.of(course, today)
    seen: set[int] = set()
    rows = []
    for number in numbers:
        found = known.get(number.upper())
        if found is None:
            rows.append(Row(number, Verdict.UNKNOWN))
            continue
        verdict = Verdict.DUPLICATE if found.id in seen else facts.of_listed(found)
        seen.add(found.id)
        rows.append(Row(number, verdict, found))
    return Plan.of(rows)


def known_people(viewer: Viewer, numbers: Sequence[str]) -> dict[str, Person]:
    """Return those in the viewer's scope whom these numbers name, by the number in capitals."""
    posts = joinedload(Person.employment).joinedload(Employment.unit)
    return people_numbered(viewer, Permission.MANAGE_CERTIFICATES, numbers, posts)


def people_where(viewer: Viewer, wanted: sa.ColumnElement[bool]) -> list[Person]:
    """Return those in the viewer's scope of whom it is true, by name, with their posts.

    Without those whose data was erased: nothing is recorded of them any more.
    """
    statement = (
        sa.select(Person)
        .where(
            wanted,
            Person.erased_at.is_(None),
            visible_to(viewer, Permission.MANAGE_CERTIFICATES),
        )
        .order_by(Person.sort_name, Person.id)
        .options(joinedload(Person.employment).joinedload(Employment.unit))
    )
    return list(db.session.scalars(statement).unique())


@dataclass(frozen=True)
class _Facts:
    """Who holds a valid certificate of the course, has completed it without one, or studies it."""

    holders: frozenset[int]
    uncertified: frozenset[int]  # their latest completion has no certificate
    students: frozenset[int]

    @classmethod
    def of(cls, course: Course, today: date, person: Person | None = None) -> "_Facts":
        """Return the facts of everybody, or of one person."""
        of_holder = sa.true() if person is None else Certificate.holder_id == person.id
        of_learner = sa.true() if person is None else Enrolment.learner_id == person.id
        valid = sa.select(Certificate.holder_id).where(
            Certificate.course_id == course.id,
            of_holder,
            condition(StatusFilter.VALID, today, days=0),
        )
        certified = sa.select(Certificate.enrolment_id).where(Certificate.course_id == course.id)
        own = sa.select(Enrolment.learner_id).where(Enrolment.course_id == course.id, of_learner)
        done = own.where(Enrolment.completed_at.is_not(None), Enrolment.id.not_in(certified))
        open_ = own.where(Enrolment.completed_at.is_(None), Enrolment.withdrawn_at.is_(None))
        return cls(*(frozenset(db.session.scalars(one)) for one in (valid, done, open_)))

    def of_completed(self, person: Person) -> Verdict:
        """The verdict on who completed the course."""
        if person.id in self.holders:
            return Verdict.HOLDS
        if person.employment is None:
            return Verdict.LEFT
        return Verdict.ISSUE if person.id in self.uncertified else Verdict.USED

    def of_listed(self, person: Person) -> Verdict:
        """The verdict on who stands in a list of people with evidence from outside."""
        if person.id in self.holders:
            return Verdict.HOLDS
        if person.employment is None:
            return Verdict.LEFT
        return Verdict.STUDIES if person.id in self.students else Verdict.ISSUE


def issue_to(batch: CertificateBatch, item: BatchItem, now: datetime) -> Outcome:
    """Issue what was agreed on to a locked person who still works here and still has none."""
    person = item.person
    assert person is not None
    assert batch.course is not None
    settings: Settings = current_app.config["SETTINGS"]
    today = local_date(now, settings.time_zone)
    facts = _Facts.of(batch.course, today, person)
    enrolment = _uncertified(person, batch.course)
    if facts.of_completed(person) in (Verdict.HOLDS, Verdict.LEFT):
        return Outcome.LEFT_OUT
    if enrolment is not None:
        certificate = services.issue(
            enrolment=enrolment,
            percent=services.final_percent(enrolment),
            now=now,
            settings=settings,
        )
    elif batch.is_outside and person.id not in facts.students:
        enrolment = recognise(
            learner=person,
            course=batch.course,
            actor=batch.asked_by,
            reason=batch.reason,
            now=now,
        )
        certificate = services.issue(enrolment=enrolment, percent=None, now=now, settings=settings)
    else:
        return Outcome.LEFT_OUT
    item.certificate_id = certificate.id
    return Outcome.ISSUED


def _uncertified(person: Person, course: Course) -> Enrolment | None:
    """Return the latest completion of the course that led to no certificate."""
    certified = sa.select(Certificate.enrolment_id).where(Certificate.course_id == course.id)
    statement = (
        sa.select(Enrolment)
        .where(
            Enrolment.learner_id == person.id,
            Enrolment.course_id == course.id,
            Enrolment.completed_at.is_not(None),
            Enrolment.id.not_in(certified),
        )
        .order_by(Enrolment.completed_at.desc(), Enrolment.id.desc())
        .limit(1)
    )
    return db.session.scalars(statement).first()
