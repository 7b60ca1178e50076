"""Reads of sittings for examiners. Scope: the people within the viewer's SEE_SITTINGS.

Nobody examines a sitting of their own.
"""

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from lms.assessment.models import SCORE_COUNTS, Assessment, Attempt, Score
from lms.catalog.models import FINAL_EXAM, Activity, ActivityKind, Course, CourseVersion
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import name_matches, visible_to


def examined_by(
    viewer: Viewer, permission: Permission = Permission.SEE_SITTINGS
) -> sa.ColumnElement[bool]:
    """Return the condition 'the viewer may examine the attempt'; ``Person`` is its candidate.

    Twin of ``policies.may_examine``.
    """
    return sa.and_(Attempt.candidate_id != viewer.person.id, visible_to(viewer, permission))


def examined_attempt(
    viewer: Viewer, public_id: str, permission: Permission = Permission.SEE_SITTINGS
) -> Attempt | None:
    """Return an attempt that the viewer may examine, with candidate, exam and course."""
    statement = (
        sa.select(Attempt)
        .join(Attempt.candidate)
        .where(Attempt.public_id == public_id, examined_by(viewer, permission))
        .options(
            contains_eager(Attempt.candidate),
            joinedload(Attempt.assessment)
            .joinedload(Assessment.activity)
            .joinedload(Activity.version)
            .options(joinedload(CourseVersion.course), selectinload(CourseVersion.topics)),
            joinedload(Attempt.enrolment).joinedload(Enrolment.course),
        )
    )
    return db.session.scalars(statement).one_or_none()


def candidate_of(attempt: Attempt) -> Person:
    """Return who sat the attempt."""
    return db.session.get_one(Person, attempt.candidate_id)


def title_of(course: Course) -> dict[str, Any]:
    """Return the course's title as it is published now."""
    title: dict[str, Any] = db.session.scalars(_title_of(course.id)).one()
    return title


def title_column(course_id: Any) -> sa.ScalarSelect[Any]:
    """Return the published title of the course that a column names, as a column beside it."""
    return _title_of(course_id).scalar_subquery()


def _title_of(course_id: Any) -> sa.Select[Any]:
    return (
        sa.select(CourseVersion.title)
        .where(CourseVersion.course_id == course_id, CourseVersion.published_at.is_not(None))
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )


def counted_score() -> sa.ColumnElement[bool]:
    """Return the condition 'the score is the one that counts for the attempt'."""
    return sa.and_(Score.attempt_id == Attempt.id, SCORE_COUNTS)


def of_course(course: Course, exam_key: str | None = None) -> sa.ColumnElement[bool]:
    """Return the condition 'the attempt is at an exam of the course', or at one by its key."""
    own = sa.select(Enrolment.id).where(Enrolment.course_id == course.id)
    which = sa.true() if exam_key is None else Attempt.exam_key == exam_key
    return sa.and_(Attempt.enrolment_id.in_(own), which)


class CourseExam(NamedTuple):
    """An exam of a course, whatever its version."""

    key: str
    title: dict[str, Any]  # by language; empty for the final exam
    minutes: int | None = None
    only_in: tuple[int, ...] = ()  # numbers of earlier versions, where the newest has no such exam


def exams_in(version_id: int) -> list[CourseExam]:
    """Return the exams of one version, also those that a draft has no rules for yet."""
    statement = (
        sa.select(Activity.key, Activity.title, Activity.minutes)
        .where(Activity.version_id == version_id, Activity.kind == ActivityKind.EXAM)
        .order_by(Activity.position, Activity.id)
    )
    return [CourseExam(*row) for row in db.session.execute(statement)]


def has_further() -> sa.ColumnElement[bool]:
    """Return the condition 'the course version has exams beside its final one'."""
    further = sa.and_(Activity.kind == ActivityKind.EXAM, Activity.key != FINAL_EXAM)
    own = Activity.version_id == CourseVersion.id
    return sa.exists().where(own, further).correlate(CourseVersion)


class Heading(NamedTuple):
    """What a course's pages are headed with."""

    title: dict[str, Any]  # as it is published now
    exams: list[CourseExam]  # of the newest version, then those that older ones had


def heading_of(course: Course) -> Heading:
    """Return the title and the exams of a course that was ever published: one statement."""
    exam = sa.and_(Activity.version_id == CourseVersion.id, Activity.kind == ActivityKind.EXAM)
    statement = (
        sa.select(
            CourseVersion.title.label("course"), CourseVersion.number, Activity.key, Activity.title
        )
        .outerjoin(Activity, exam)
        .where(CourseVersion.course_id == course.id, CourseVersion.published_at.is_not(None))
        .order_by(CourseVersion.number.desc(), Activity.position)
    )
    rows = db.session.execute(statement).all()
    newest, exams = rows[0], dict[str, CourseExam]()
    for row in rows:
        if row.key is not None:
            known = exams.get(row.key, CourseExam(row.key, row.title))
            is_kept = row.number == newest.number or (row.key in exams and not known.only_in)
            own = () if is_kept else (row.number, *known.only_in)
            exams[row.key] = known._replace(only_in=own)
    return Heading(newest.course, list(exams.values()))


def exams_of(course: Course) -> list[CourseExam]:
    """Return the exams of a course that was ever published, as ``heading_of`` does."""
    return heading_of(course).exams


def sittings(viewer: Viewer, course: Course, exam_key: str | None = None, words: str = "") -> Any:
    """Return attempts at the course's exams with candidate and score, to be paged by their id.

    At all of them, or at one by its key; each attempt with its exam. ``words`` keep those of the
    candidates that have them in their names, or in the beginning of their numbers.
    """
    statement = (
        sa.select(Attempt, Person, Score)
        .join(Attempt.candidate)
        .outerjoin(Score, counted_score())
        .where(of_course(course, exam_key), examined_by(viewer))
        .options(joinedload(Attempt.assessment))
    )
    return statement.where(name_matches(words)) if words.strip() else statement
