"""Reads of what happened in activities. Scope: the people within the viewer's permission, or one's
own trainees as a mentor.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager, joinedload

from lms.catalog.models import Activity, ActivityKind, Course, CourseVersion
from lms.core.database import db
from lms.learning.activities.models import (
    AttendanceMark,
    ChecklistTick,
    MentorNaming,
    Presence,
)
from lms.learning.errors import NoSuchPerson
from lms.learning.models import ActivityProgress, Enrolment
from lms.people.identity import Viewer
from lms.people.models import Employment, OrganisationUnit, Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to

FOLLOWED = (ActivityKind.CLASSROOM, ActivityKind.CHECKLIST)  # someone else confirms them


@dataclass(frozen=True)
class CoursePart:
    """A part of a course that someone else confirms, and how many people have it done."""

    key: str
    kind: ActivityKind
    title: dict[str, Any]
    done: int
    people: int


def followed_parts(viewer: Viewer, course: Course) -> list[CoursePart]:
    """Return the classroom parts and checklists of a course's versions that people are on."""
    statement = (
        sa.select(
            Activity.key,
            Activity.kind,
            Activity.title,
            sa.func.count(ActivityProgress.completed_at),
            sa.func.count(Enrolment.id),
        )
        .select_from(Activity)
        .join(CourseVersion, CourseVersion.id == Activity.version_id)
        .join(Enrolment, Enrolment.version_id == Activity.version_id)
        .outerjoin(
            ActivityProgress,
            sa.and_(
                ActivityProgress.enrolment_id == Enrolment.id,
                ActivityProgress.activity_id == Activity.id,
            ),
        )
        .where(
            CourseVersion.course_id == course.id,
            Enrolment.withdrawn_at.is_(None),
            Activity.kind.in_(FOLLOWED),
            visible_to(viewer, Permission.SEE_COURSE_RESULTS, Enrolment.learner_id),
        )
        .group_by(Activity.id)
        .order_by(Activity.version_id.desc(), Activity.position)
    )
    found: dict[tuple[str, ActivityKind], list[Any]] = {}
    for key, kind, title, done, people in db.session.execute(statement):
        counts = found.setdefault((key, kind), [title, 0, 0])
        counts[1] += done
        counts[2] += people
    return [CoursePart(key, kind, *counts) for (key, kind), counts in found.items()]


def _latest(model: Any, column: Any) -> Any:
    """Return ``column`` of the newest row about the enrolment and the activity."""
    return (
        sa.select(column)
        .where(model.enrolment_id == Enrolment.id, model.activity_id == Activity.id)
        .order_by(model.id.desc())
        .limit(1)
        .correlate(Enrolment, Activity)
        .scalar_subquery()
    )


def _mentor_id() -> Any:
    return (
        sa.select(MentorNaming.mentor_id)
        .where(MentorNaming.enrolment_id == Enrolment.id)
        .order_by(MentorNaming.id.desc())
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )


def people_at(viewer: Viewer, course: Course, key: str) -> sa.Select[Any]:
    """Return the statement of who has the part ``key`` of a course, without an order.

    Columns: those of a name, enrolment and activity keys, what was marked and when the part was
    completed, the mentor's name.
    """
    mentor = aliased(Person)
    columns: list[Any] = [
        Enrolment.public_id.label("enrolment_key"),
        Enrolment.id.label("enrolment_id"),
        Activity.public_id.label("activity_key"),
        Person.public_id.label("person_key"),
        Person.sort_name,
        Person.family_name,
        Person.given_name,
        Person.patronymic,
        Person.personnel_number,
        Person.erased_at,
        OrganisationUnit.name_ru,
        OrganisationUnit.name_en,
        _latest(AttendanceMark, AttendanceMark.presence).label("presence"),
        _latest(AttendanceMark, AttendanceMark.held_on).label("held_on"),
        ActivityProgress.completed_at,
        mentor.family_name.label("mentor_family_name"),
        mentor.given_name.label("mentor_given_name"),
    ]
    return (
        sa.select(*columns)
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.learner_id)
        .join(Activity, Activity.version_id == Enrolment.version_id)
        .outerjoin(
            Employment, sa.and_(Employment.person_id == Person.id, Employment.ended_on.is_(None))
        )
        .outerjoin(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .outerjoin(
            ActivityProgress,
            sa.and_(
                ActivityProgress.enrolment_id == Enrolment.id,
                ActivityProgress.activity_id == Activity.id,
            ),
        )
        .outerjoin(mentor, mentor.id == _mentor_id())
        .where(
            Enrolment.course_id == course.id,
            Enrolment.withdrawn_at.is_(None),
            Activity.key == key,
            Activity.kind.in_(FOLLOWED),
            visible_to(viewer, Permission.SEE_COURSE_RESULTS),
        )
    )


def places_at(
    viewer: Viewer, course: Course, key: str, enrolments: Iterable[str]
) -> list[tuple[Enrolment, Activity]]:
    """Return enrolments that the viewer may mark by their public ids, each with its part."""
    statement = (
        sa.select(Enrolment, Activity)
        .join(Person, Person.id == Enrolment.learner_id)
        .join(Activity, Activity.version_id == Enrolment.version_id)
        .where(
            Enrolment.course_id == course.id,
            Enrolment.withdrawn_at.is_(None),
            Enrolment.public_id.in_(list(enrolments)),
            Activity.key == key,
            Activity.kind == ActivityKind.CLASSROOM,
            visible_to(viewer, Permission.CONDUCT_COURSES),
        )
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def part_of_course(course: Course, key: str) -> Activity | None:
    """Return the newest form of a course's part that someone else confirms, with its version."""
    statement = (
        sa.select(Activity)
        .join(Activity.version)
        .options(contains_eager(Activity.version))
        .where(
            CourseVersion.course_id == course.id,
            CourseVersion.published_at.is_not(None),
            Activity.key == key,
            Activity.kind.in_(FOLLOWED),
        )
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


@dataclass(frozen=True)
class ChecklistPlace:
    """One person's checklist, and what the viewer may do about it."""

    enrolment: Enrolment
    activity: Activity
    mentor: Person | None
    may_tick: bool
    may_name: bool


def checklist_place(viewer: Viewer, enrolment_key: str, activity_key: str) -> ChecklistPlace | None:
    """Return a checklist that the viewer may follow: as its mentor, or over the person.

    Nobody follows their own.
    """
    mentor = aliased(Person)
    observes = visible_to(viewer, Permission.OBSERVE_WORK)
    enrols = visible_to(viewer, Permission.ENROL_PEOPLE)
    reads = (Permission.SEE_COURSE_RESULTS, Permission.SEE_PEOPLE)
    sees = sa.or_(observes, enrols, *(visible_to(viewer, one) for one in reads))
    statement = (
        sa.select(Enrolment, Activity, mentor, observes.label("observes"), enrols.label("enrols"))
        .join(Person, Person.id == Enrolment.learner_id)
        .join(Activity, Activity.version_id == Enrolment.version_id)
        .outerjoin(mentor, mentor.id == _mentor_id())
        .where(
            Enrolment.public_id == enrolment_key,
            Enrolment.withdrawn_at.is_(None),
            Enrolment.learner_id != viewer.person.id,
            Activity.public_id == activity_key,
            Activity.kind == ActivityKind.CHECKLIST,
            sa.or_(mentor.id == viewer.person.id, sees),
        )
        .options(joinedload(Enrolment.learner), joinedload(Enrolment.version))
    )
    row = db.session.execute(statement).one_or_none()
    if row is None:
        return None
    is_mentor = row[2] is not None and row[2].id == viewer.person.id
    return ChecklistPlace(
        row[0], row[1], row[2], is_mentor or bool(row.observes), bool(row.observes or row.enrols)
    )


@dataclass(frozen=True)
class Mentee:
    """Someone whose checklist one ticks."""

    enrolment_key: str
    activity_key: str
    name: str
    course: dict[str, Any]
    title: dict[str, Any]
    is_done: bool


def _mentees() -> Any:
    person = sa.bindparam("mentor", type_=sa.Integer())
    named = sa.select(MentorNaming.enrolment_id).where(MentorNaming.mentor_id == person)
    return (
        sa.select(
            Enrolment.public_id,
            Activity.public_id,
            Person,
            CourseVersion.title,
            Activity.title,
            ActivityProgress.completed_at.is_not(None).label("is_done"),
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.learner_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .join(Activity, Activity.version_id == Enrolment.version_id)
        .outerjoin(
            ActivityProgress,
            sa.and_(
                ActivityProgress.enrolment_id == Enrolment.id,
                ActivityProgress.activity_id == Activity.id,
            ),
        )
        .where(
            Enrolment.id.in_(named),
            _mentor_id() == person,
            Enrolment.withdrawn_at.is_(None),
            Activity.kind == ActivityKind.CHECKLIST,
        )
        .order_by(sa.text("is_done"), Person.sort_name, Enrolment.id)
    )


# Built once: the home page asks it.
MENTEES = _mentees()


def mentees_of(person_id: int) -> list[Mentee]:
    """Return the checklists that the person ticks as a mentor, open ones first."""
    return [
        Mentee(row[0], row[1], row[2].full_name, row[3], row[4], bool(row.is_done))
        for row in db.session.execute(MENTEES, {"mentor": person_id})
    ]


def waiting_checklists(viewer: Viewer, *, limit: int) -> tuple[list[Mentee], int]:
    """Return the first open checklists that the viewer may tick over people, and their number.

    By name; nobody's own. One statement.
    """
    statement = (
        sa.select(
            Enrolment.public_id, Activity.public_id, Person, CourseVersion.title, Activity.title
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.learner_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .join(Activity, Activity.version_id == Enrolment.version_id)
        .where(
            Enrolment.completed_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            Enrolment.learner_id != viewer.person.id,
            Activity.kind == ActivityKind.CHECKLIST,
            visible_to(viewer, Permission.OBSERVE_WORK),
            ~sa.exists().where(
                ActivityProgress.enrolment_id == Enrolment.id,
                ActivityProgress.activity_id == Activity.id,
                ActivityProgress.completed_at.is_not(None),
            ),
        )
    )
    number = sa.func.count().over().label("number")  # of all of them, before the limit
    ordered = statement.add_columns(number).order_by(Person.sort_name, Enrolment.id, Activity.id)
    rows = db.session.execute(ordered.limit(limit)).all()
    found = [
        Mentee(row[0], row[1], row[2].full_name, row[3], row[4], is_done=False) for row in rows
    ]
    return found, rows[0].number if rows else 0


def open_mentees(person_id: int) -> int:
    """Return how many checklists wait for the person as a mentor."""
    return sum(not one.is_done for one in mentees_of(person_id))


def checklists_in(version_id: int) -> list[Activity]:
    """Return the mentor's checklists of a version of a course, in their order."""
    statement = (
        sa.select(Activity)
        .where(Activity.version_id == version_id, Activity.kind == ActivityKind.CHECKLIST)
        .order_by(Activity.position)
    )
    return list(db.session.scalars(statement))


def own_mark(enrolment_id: int, activity_id: int) -> tuple[Presence, date] | None:
    """Return what was marked about one person at one classroom part."""
    statement = (
        sa.select(AttendanceMark.presence, AttendanceMark.held_on)
        .where(
            AttendanceMark.enrolment_id == enrolment_id, AttendanceMark.activity_id == activity_id
        )
        .order_by(AttendanceMark.id.desc())
        .limit(1)
    )
    row = db.session.execute(statement).one_or_none()
    return None if row is None else (row[0], row[1])


def steps_ticked(enrolment_id: int, activity_id: int) -> dict[str, tuple[date, str]]:
    """Return the steps that are ticked: the day each was done, and by whom it was ticked."""
    statement = (
        sa.select(ChecklistTick)
        .where(ChecklistTick.enrolment_id == enrolment_id, ChecklistTick.activity_id == activity_id)
        .order_by(ChecklistTick.id)
        .options(joinedload(ChecklistTick.ticked_by))
    )
    latest = {tick.step_key: tick for tick in db.session.scalars(statement)}
    return {
        key: (tick.done_on, tick.ticked_by.full_name)
        for key, tick in latest.items()
        if tick.done_on is not None
    }


def mentor_of(enrolment_id: int) -> Person | None:
    """Return who ticks the enrolment's checklists."""
    statement = (
        sa.select(MentorNaming)
        .where(MentorNaming.enrolment_id == enrolment_id)
        .order_by(MentorNaming.id.desc())
        .limit(1)
        .options(joinedload(MentorNaming.mentor))
    )
    naming = db.session.scalars(statement).one_or_none()
    return naming.mentor if naming else None


def mentor_numbered(viewer: Viewer, number: str) -> Person:
    """Return the employee within the viewer's sight who has this number. Raises NoSuchPerson."""
    sees = (visible_to(viewer, one) for one in (Permission.OBSERVE_WORK, Permission.ENROL_PEOPLE))
    statement = (
        sa.select(Person)
        .join(Employment, Employment.person_id == Person.id)
        .where(Person.personnel_number == number.upper(), Employment.ended_on.is_(None))
    )
    person = db.session.scalars(statement.where(sa.or_(*sees))).one_or_none()
    if person is None:
        raise NoSuchPerson
    return person
