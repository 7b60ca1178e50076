"""Which versions one may read: pure conditions, and their twin for one lesson."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from lms.catalog.models import Activity, ActivityKind, Course, CourseVersion, VersionStatus
from lms.core.database import db
from lms.learning.models import Enrolment
from lms.people.identity import Viewer

PUBLISHED = CourseVersion.status == VersionStatus.PUBLISHED


def newest_versions() -> sa.Select[Any]:
    """Return the statement of the newest published version of each course that isn't retired."""
    newer = aliased(CourseVersion)
    is_outdated = (
        sa.select(newer.id)
        .where(
            newer.course_id == CourseVersion.course_id,
            newer.status == VersionStatus.PUBLISHED,
            newer.number > CourseVersion.number,
        )
        .exists()
    )
    return (
        sa.select(CourseVersion)
        .join(CourseVersion.course)
        .where(PUBLISHED, Course.retired_at.is_(None), ~is_outdated)
    )


def _own(viewer: Viewer) -> sa.ColumnElement[bool]:
    return sa.and_(Enrolment.learner_id == viewer.person.id, Enrolment.withdrawn_at.is_(None))


def readable_versions(
    viewer: Viewer, *, course: str | None = None, only_own: bool = False
) -> sa.Select[Any]:
    """Return the statement of the ids of the versions the viewer may read.

    The version of an open enrolment; of other courses the newest. ``course`` narrows to the course
    with this short name, ``only_own`` to courses the viewer is or was on.
    """
    mine = _own(viewer)
    is_open = sa.and_(mine, Enrolment.completed_at.is_(None))
    begun = sa.select(Enrolment.version_id).where(is_open)
    under_way = sa.select(Enrolment.course_id).where(is_open)
    newest = (
        newest_versions()
        .with_only_columns(CourseVersion.id)
        .where(CourseVersion.course_id.not_in(under_way))
    )
    statement = sa.select(CourseVersion.id).where(
        PUBLISHED, sa.or_(CourseVersion.id.in_(begun), CourseVersion.id.in_(newest))
    )
    if course is not None:
        named = sa.select(Course.id).where(Course.slug == course)
        statement = statement.where(CourseVersion.course_id.in_(named))
    if only_own:
        statement = statement.where(
            CourseVersion.course_id.in_(sa.select(Enrolment.course_id).where(mine))
        )
    return statement


def own_enrolments(viewer: Viewer) -> dict[int, str]:
    """Return the public ids of the viewer's enrolments by version: the latest of each."""
    statement = (
        sa.select(Enrolment.version_id, Enrolment.public_id)
        .where(_own(viewer))
        .order_by(Enrolment.id)
    )
    return {row.version_id: row.public_id for row in db.session.execute(statement)}


def readable_courses(viewer: Viewer) -> Sequence[CourseVersion]:
    """Return the versions the viewer may read, with their courses."""
    statement = (
        sa.select(CourseVersion)
        .join(CourseVersion.course)
        .where(CourseVersion.id.in_(readable_versions(viewer)))
        .order_by(Course.slug)
        .options(contains_eager(CourseVersion.course))
    )
    return db.session.scalars(statement).all()


def version_of_lesson(viewer: Viewer, lesson_key: str) -> CourseVersion | None:
    """Return the version with the lesson of this public id, with its course, if it is readable."""
    statement = (
        sa.select(CourseVersion)
        .join(Activity, Activity.version_id == CourseVersion.id)
        .join(CourseVersion.course)
        .where(
            Activity.public_id == lesson_key,
            Activity.kind == ActivityKind.LESSON,
            CourseVersion.id.in_(readable_versions(viewer)),
        )
        .options(contains_eager(CourseVersion.course))
    )
    return db.session.scalars(statement).one_or_none()
