"""Reads of enrolments. Scope: one's own for learners, ``managed_by`` for HR."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.catalog.models import Activity, Course, CourseVersion, VersionStatus, final_exam
from lms.core.database import columns_of, db, execute, loaded, parts_of
from lms.learning.models import ActivityProgress, Enrolment
from lms.learning.policies import EnrolmentState, percent_done, state_of
from lms.people.identity import Viewer
from lms.people.models import Employment, Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to

# A part that the course can't be completed without, other than its final exam.
DUTY = sa.and_(~final_exam(), ~Activity.is_optional)
# Correlated to Enrolment: how many duties its version has, and how many of them are complete. In a
# course of lessons alone these are the lessons.
LESSONS = (
    sa.select(sa.func.count())
    .where(Activity.version_id == Enrolment.version_id, DUTY)
    .correlate(Enrolment)
    .scalar_subquery()
)
EXAMS = (  # final ones: one or none
    sa.select(sa.func.count())
    .where(Activity.version_id == Enrolment.version_id, final_exam())
    .correlate(Enrolment)
    .scalar_subquery()
)
LESSONS_READ = (
    sa.select(sa.func.count())
    .select_from(ActivityProgress)
    .join(Activity, Activity.id == ActivityProgress.activity_id)
    .where(
        ActivityProgress.enrolment_id == Enrolment.id,
        ActivityProgress.completed_at.is_not(None),
        Activity.version_id == Enrolment.version_id,  # who was moved keeps what was done before
        DUTY,
    )
    .correlate(Enrolment)
    .scalar_subquery()
)
OPEN = sa.and_(Enrolment.completed_at.is_(None), Enrolment.withdrawn_at.is_(None))


@dataclass(frozen=True)
class Standing:
    """An enrolment with how far it is, for lists."""

    public_id: str
    slug: str
    title: dict[str, Any]
    version_number: int
    enrolled_at: datetime
    due_on: date | None
    started_at: datetime | None
    completed_at: datetime | None
    withdrawn_at: datetime | None
    lessons: int
    lessons_read: int
    exams: int

    @classmethod
    def of(cls, row: Any) -> "Standing":
        """Return the standing in a row that begins with ``STANDING_COLUMNS``."""
        return cls(*row[: len(STANDING_COLUMNS)])

    @property
    def state(self) -> EnrolmentState:
        """Where it stands."""
        return state_of(
            started_at=self.started_at,
            completed_at=self.completed_at,
            withdrawn_at=self.withdrawn_at,
            lessons=self.lessons,
            lessons_read=self.lessons_read,
        )

    @property
    def percent(self) -> int:
        """The share that is done."""
        return percent_done(
            lessons=self.lessons,
            lessons_read=self.lessons_read,
            exams=self.exams,
            is_completed=self.completed_at is not None,
        )

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.completed_at is None and self.withdrawn_at is None


STANDING_COLUMNS = (
    Enrolment.public_id,
    Course.slug,
    CourseVersion.title,
    CourseVersion.number.label("version_number"),
    Enrolment.enrolled_at,
    Enrolment.due_on,
    Enrolment.started_at,
    Enrolment.completed_at,
    Enrolment.withdrawn_at,
    LESSONS.label("lessons"),
    LESSONS_READ.label("lessons_read"),
    EXAMS.label("exams"),
)


@cache  # every page of a course begins with it
def _own() -> Any:
    return (
        sa.select(*columns_of(Course), *columns_of(CourseVersion), *columns_of(Enrolment))
        .select_from(Enrolment)
        .join(Enrolment.version)
        .join(Enrolment.course)
        .where(
            Enrolment.public_id == sa.bindparam("key"),
            Enrolment.learner_id == sa.bindparam("learner"),
            Enrolment.withdrawn_at.is_(None),
        )
    )


def enrolment_for(viewer: Viewer, public_id: str) -> Enrolment | None:
    """Return the viewer's own enrolment with its course and version, unless it was withdrawn."""
    row = execute(_own(), {"key": public_id, "learner": viewer.person.id}).one_or_none()
    if row is None:
        return None
    course, version, enrolment, _ = parts_of(row, Course, CourseVersion, Enrolment)
    own: Enrolment = loaded(
        Enrolment,
        enrolment,
        course=loaded(Course, course),
        version=loaded(CourseVersion, version),
    )
    return own


def managed_enrolment(viewer: Viewer, public_id: str) -> Enrolment | None:
    """Return an enrolment whose learner the viewer may enrol, with all that its page shows.

    Twin of ``policies.may_change_enrolment``.
    """
    return _with_learner(viewer, Permission.ENROL_PEOPLE, public_id)


def overseen_enrolment(viewer: Viewer, public_id: str) -> Enrolment | None:
    """Return an enrolment of someone whose record the viewer may read."""
    return _with_learner(viewer, Permission.SEE_PEOPLE, public_id)


def _with_learner(viewer: Viewer, permission: Permission, public_id: str) -> Enrolment | None:
    statement = (
        sa.select(Enrolment)
        .join(Enrolment.learner)
        .where(Enrolment.public_id == public_id, visible_to(viewer, permission))
        .options(
            contains_eager(Enrolment.learner)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
            joinedload(Enrolment.course),
            joinedload(Enrolment.version),
        )
    )
    return db.session.scalars(statement).one_or_none()


OWN_ORDER: tuple[Any, ...] = (Enrolment.enrolled_at, Enrolment.id)


def own_standings(learner_id: int) -> sa.Select[Any]:
    """Return the statement of a person's enrolments (a Standing, then the id), without an order.

    For paging by ``OWN_ORDER``.
    """
    return (
        sa.select(*STANDING_COLUMNS, Enrolment.id.label("enrolment_id"))
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(Enrolment.learner_id == learner_id)
    )


def standings_of(learner_id: int) -> list[Standing]:
    """Return all of a person's enrolments, the newest first."""
    statement = own_standings(learner_id).order_by(*(one.desc() for one in OWN_ORDER))
    return [Standing.of(row) for row in db.session.execute(statement)]


def courses_to_enrol_in() -> list[CourseVersion]:
    """Return the newest published version of each course that isn't retired, with its course."""
    newest = (
        sa.select(sa.func.max(CourseVersion.number))
        .where(
            CourseVersion.course_id == Course.id, CourseVersion.status == VersionStatus.PUBLISHED
        )
        .correlate(Course)
        .scalar_subquery()
    )
    statement = (
        sa.select(CourseVersion)
        .join(CourseVersion.course)
        .where(Course.retired_at.is_(None), CourseVersion.number == newest)
        .order_by(Course.slug)
        .options(contains_eager(CourseVersion.course))
    )
    return list(db.session.scalars(statement))
