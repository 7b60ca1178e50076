"""Reads of the exam desk. Scope: the viewer's SEE_EXAM_DESK; for changes, ADJUST_EXAMS."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from lms.assessment.models import Assessment, Attempt
from lms.assessment.rules.codes import valid_codes
from lms.assessment.rules.models import ExamExtension, ReleaseCode
from lms.catalog.models import Activity, Course, CourseVersion, VersionStatus
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.identity import Viewer
from lms.people.models import Employment, Person
from lms.people.permissions import Permission
from lms.people.queries import name_matches, visible_to


def _in_scope(
    viewer: Viewer, permission: Permission = Permission.SEE_EXAM_DESK
) -> sa.ColumnElement[bool]:
    return visible_to(viewer, permission)


@dataclass(frozen=True)
class ExamOfCourse:
    """The exam of a course as it is published last."""

    course: Course
    version: CourseVersion
    assessment: Assessment
    sitting: int  # open attempts within the viewer's scope


def exams_for(viewer: Viewer, slug: str | None = None) -> list[ExamOfCourse]:
    """Return the published exams, by slug; of one course when ``slug`` is given."""
    newest = (
        sa.select(sa.func.max(CourseVersion.number))
        .where(
            CourseVersion.course_id == Course.id, CourseVersion.status == VersionStatus.PUBLISHED
        )
        .correlate(Course)
        .scalar_subquery()
    )
    sitting = (
        sa.select(sa.func.count(Attempt.id))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Person, Person.id == Attempt.candidate_id)
        .where(Attempt.closed_at.is_(None), Enrolment.course_id == Course.id, _in_scope(viewer))
        .correlate(Course)
        .scalar_subquery()
    )
    statement = (
        sa.select(Course, CourseVersion, Assessment, sitting)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(Activity, Activity.version_id == CourseVersion.id)
        .join(Assessment, Assessment.activity_id == Activity.id)
        .where(CourseVersion.number == newest)
        .order_by(Course.slug)
    )
    if slug is not None:
        statement = statement.where(Course.slug == slug)
    return [ExamOfCourse(*row) for row in db.session.execute(statement)]


def sitting_now(viewer: Viewer, course: Course) -> list[Attempt]:
    """Return the open attempts at the course's exam, those that end first leading."""
    statement = (
        sa.select(Attempt)
        .join(Attempt.candidate)
        .join(Attempt.enrolment)
        .where(Attempt.closed_at.is_(None), Enrolment.course_id == course.id, _in_scope(viewer))
        .order_by(Attempt.deadline_at, Attempt.id)
        .options(
            contains_eager(Attempt.enrolment),
            contains_eager(Attempt.candidate)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
        )
    )
    return list(db.session.scalars(statement))


def enrolments_sitting(viewer: Viewer, course: Course) -> Sequence[int]:
    """Return the enrolments with an open attempt at the course's exam that may be given time."""
    statement = (
        sa.select(Attempt.enrolment_id)
        .join(Attempt.candidate)
        .join(Attempt.enrolment)
        .where(
            Attempt.closed_at.is_(None),
            Enrolment.course_id == course.id,
            _in_scope(viewer, Permission.ADJUST_EXAMS),
        )
    )
    return db.session.scalars(statement).all()


def learners_of(viewer: Viewer, course: Course, words: str) -> sa.Select[Any]:
    """Return the statement of (Enrolment with learner) that are open, without an order."""
    statement: Any = (
        sa.select(Enrolment, Person.sort_name)
        .join(Enrolment.learner)
        .where(
            Enrolment.course_id == course.id,
            Enrolment.completed_at.is_(None),
            Enrolment.withdrawn_at.is_(None),
            _in_scope(viewer),
        )
        .options(
            contains_eager(Enrolment.learner)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role))
        )
    )
    if words.strip():
        statement = statement.where(name_matches(words))
    return statement  # type: ignore[no-any-return]


def enrolment_at_desk(
    viewer: Viewer, public_id: str, permission: Permission = Permission.SEE_EXAM_DESK
) -> Enrolment | None:
    """Return an enrolment whose learner is in the viewer's scope, with its course and version."""
    statement = (
        sa.select(Enrolment)
        .join(Enrolment.learner)
        .where(Enrolment.public_id == public_id, _in_scope(viewer, permission))
        .options(
            contains_eager(Enrolment.learner)
            .joinedload(Person.employment)
            .options(joinedload(Employment.unit), joinedload(Employment.job_role)),
            joinedload(Enrolment.course),
            joinedload(Enrolment.version),
        )
    )
    return db.session.scalars(statement).one_or_none()


def codes_for(viewer: Viewer, course: Course, now: datetime) -> list[ReleaseCode]:
    """Return the valid codes that were made within the viewer's scope: those they may end."""
    return [code for code in valid_codes(course.id, now) if may_end_code(viewer, code)]


def may_end_code(viewer: Viewer, code: ReleaseCode) -> bool:
    """Tell whether the viewer answers for all the people that the code lets in."""
    return bool(code.scope) and all(
        viewer.may_over(Permission.ADJUST_EXAMS, path) for path in code.scope
    )


def extensions_at(viewer: Viewer, course: Course, limit: int = 10) -> list[ExamExtension]:
    """Return the last extensions of the course's exam that the viewer made or may see whole."""
    statement = (
        sa.select(ExamExtension)
        .where(ExamExtension.course_id == course.id)
        .options(joinedload(ExamExtension.granted_by))
        .order_by(ExamExtension.id.desc())
        .limit(limit)
    )
    if "/network/" not in viewer.scope(Permission.SEE_EXAM_DESK):
        statement = statement.where(ExamExtension.granted_by_id == viewer.person.id)
    return list(db.session.scalars(statement))
