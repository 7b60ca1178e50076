"""Reads of how courses go. Scope: the people within the viewer's SEE_COURSE_RESULTS."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.learning.policies import EnrolmentState
from lms.learning.queries.enrolments import LESSONS, LESSONS_READ, OPEN, STANDING_COLUMNS
from lms.people.identity import Viewer
from lms.people.models import Employment, OrganisationUnit, Person
from lms.people.permissions import Permission
from lms.people.queries import name_matches, visible_to


@dataclass(frozen=True)
class CourseFigures:
    """How many enrolments of one course stand where."""

    slug: str
    title: dict[str, Any]
    assigned: int
    in_progress: int  # begun and open, the exam still to pass
    overdue: int
    completed: int

    @property
    def total(self) -> int:
        """All who are or were on the course and did not leave it."""
        return self.assigned + self.in_progress + self.completed

    @property
    def completed_percent(self) -> int | None:
        """The share of those who completed; None when nobody is on the course."""
        return round(100 * self.completed / self.total) if self.total else None


def _in_scope(viewer: Viewer) -> sa.ColumnElement[bool]:
    return visible_to(viewer, Permission.SEE_COURSE_RESULTS, Enrolment.learner_id)


def in_state(state: EnrolmentState) -> sa.ColumnElement[bool]:
    """Return the condition 'the enrolment is in ``state``'. Twin of ``policies.state_of``."""
    read_all = LESSONS_READ >= LESSONS
    return {
        EnrolmentState.WITHDRAWN: Enrolment.withdrawn_at.is_not(None),
        EnrolmentState.COMPLETED: Enrolment.completed_at.is_not(None),
        EnrolmentState.EXAM_NEXT: sa.and_(OPEN, read_all),
        EnrolmentState.IN_PROGRESS: sa.and_(OPEN, Enrolment.started_at.is_not(None), ~read_all),
        EnrolmentState.ASSIGNED: sa.and_(OPEN, Enrolment.started_at.is_(None), ~read_all),
    }[state]


def course_figures(
    viewer: Viewer, *, today: date, course: Course | None = None
) -> list[CourseFigures]:
    """Return the figures of each published course, by slug; of ``course`` alone when it is given.

    One statement. A course nobody in scope is on has zeros.
    """
    chosen = sa.true() if course is None else Enrolment.course_id == course.id
    is_begun = Enrolment.started_at.is_not(None)
    # Apart, since each is counted from an index of its own alone.
    ongoing = _by_course(
        sa.and_(OPEN, chosen, _in_scope(viewer)),
        assigned=~is_begun,
        in_progress=is_begun,
        overdue=Enrolment.due_on < today,
    )
    ended = _by_course(
        sa.and_(Enrolment.completed_at.is_not(None), chosen, _in_scope(viewer)), completed=None
    )
    newest = (
        sa.select(sa.func.max(CourseVersion.number))
        .where(
            CourseVersion.course_id == Course.id, CourseVersion.status == VersionStatus.PUBLISHED
        )
        .correlate(Course)
        .scalar_subquery()
    )
    counts = (ongoing.c.assigned, ongoing.c.in_progress, ongoing.c.overdue, ended.c.completed)
    statement = (
        sa.select(
            Course.slug, CourseVersion.title, *(sa.func.coalesce(count, 0) for count in counts)
        )
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .outerjoin(ongoing, ongoing.c.course_id == Course.id)
        .outerjoin(ended, ended.c.course_id == Course.id)
        .where(CourseVersion.number == newest)
        .order_by(Course.slug)
    )
    if course is not None:
        statement = statement.where(Course.id == course.id)
    return [CourseFigures(*row) for row in db.session.execute(statement)]


def _by_course(
    condition: sa.ColumnElement[bool], **counted: sa.ColumnElement[bool] | None
) -> sa.CTE:
    """Return how many of the enrolments under ``condition`` each course has: all, or some."""
    every = sa.func.count()
    counts = [
        (every if some is None else every.filter(some)).label(name)
        for name, some in counted.items()
    ]
    grouped = sa.select(Enrolment.course_id, *counts).where(condition)
    # Else PostgreSQL may count everything anew for each course.
    return grouped.group_by(Enrolment.course_id).cte().prefix_with("MATERIALIZED")


def course_with_results(slug: str) -> Course | None:
    """Return the course with ``slug`` if it was ever published."""
    published = sa.exists().where(
        CourseVersion.course_id == Course.id, CourseVersion.status == VersionStatus.PUBLISHED
    )
    statement = sa.select(Course).where(Course.slug == slug, published)
    return db.session.scalars(statement).one_or_none()


@dataclass(frozen=True)
class ResultsFilter:
    """What the list of a course's learners is narrowed to."""

    words: str = ""
    state: EnrolmentState | None = None
    overdue_on: date | None = None  # keep open enrolments whose due date is before


def learners_on(viewer: Viewer, course: Course, narrowed: ResultsFilter) -> sa.Select[Any]:
    """Return the statement of who is where on a course, without an order.

    Columns: those of a Standing, then sort_name, enrolment id, the person's name parts, personnel
    number and when they were erased, and the unit's names.
    """
    statement = (
        sa.select(
            *STANDING_COLUMNS,
            Person.sort_name,
            Enrolment.id.label("enrolment_id"),
            Person.family_name,
            Person.given_name,
            Person.patronymic,
            Person.personnel_number,
            Person.erased_at,
            OrganisationUnit.name_ru,
            OrganisationUnit.name_en,
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.learner_id)
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .outerjoin(
            Employment,
            sa.and_(Employment.person_id == Person.id, Employment.ended_on.is_(None)),
        )
        .outerjoin(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(Enrolment.course_id == course.id, _in_scope(viewer))
    )
    if narrowed.words.strip():
        statement = statement.where(name_matches(narrowed.words))
    if narrowed.state is not None:
        statement = statement.where(in_state(narrowed.state))
    if narrowed.overdue_on is not None:
        statement = statement.where(OPEN, Enrolment.due_on < narrowed.overdue_on)
    return statement
