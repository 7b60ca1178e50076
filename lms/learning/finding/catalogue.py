"""The catalogue: what is taught, and where one stands with each course."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from lms.catalog.models import Activity, ActivityKind, Course, CourseVersion
from lms.core.database import db
from lms.learning.finding.scope import newest_versions, readable_versions
from lms.learning.models import Enrolment
from lms.people.identity import Viewer


@dataclass(frozen=True)
class Offer:
    """A course with the version the viewer would read, its size, and their latest enrolment."""

    version: CourseVersion
    lessons: int
    minutes: int
    has_exam: bool
    enrolment: str | None  # public id; withdrawn ones aside
    completed_at: datetime | None


def offers(viewer: Viewer) -> list[Offer]:
    """Return the courses that are taught, in the order of their short names; three statements."""
    versions = db.session.scalars(
        newest_versions().order_by(Course.slug).options(contains_eager(CourseVersion.course))
    ).all()
    sizes = _sizes([version.id for version in versions])
    places = _places(viewer)
    return [_offer(version, sizes, places) for version in versions]


def _sizes(versions: list[int]) -> dict[int, dict[ActivityKind, tuple[int, int]]]:
    """Return count and minutes by version and kind of activity."""
    statement = (
        sa.select(
            Activity.version_id,
            Activity.kind,
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(Activity.minutes), 0),
        )
        .where(Activity.version_id.in_(versions))
        .group_by(Activity.version_id, Activity.kind)
    )
    sizes: dict[int, dict[ActivityKind, tuple[int, int]]] = {}
    for version_id, kind, count, minutes in db.session.execute(statement):
        sizes.setdefault(version_id, {})[kind] = (count, int(minutes))
    return sizes


def _places(viewer: Viewer) -> dict[int, tuple[str, datetime | None]]:
    """Return the viewer's latest enrolment in each course."""
    statement = (
        sa.select(Enrolment.course_id, Enrolment.public_id, Enrolment.completed_at)
        .where(Enrolment.learner_id == viewer.person.id, Enrolment.withdrawn_at.is_(None))
        .order_by(Enrolment.id)
    )
    return {
        row.course_id: (row.public_id, row.completed_at) for row in db.session.execute(statement)
    }


def _offer(
    version: CourseVersion,
    sizes: dict[int, dict[ActivityKind, tuple[int, int]]],
    places: dict[int, tuple[str, datetime | None]],
) -> Offer:
    own = sizes.get(version.id, {})
    enrolment, completed_at = places.get(version.course_id, (None, None))
    return Offer(
        version,
        own.get(ActivityKind.LESSON, (0, 0))[0],
        sum(minutes for kind, (_, minutes) in own.items() if kind is not ActivityKind.EXAM),
        ActivityKind.EXAM in own,
        enrolment,
        completed_at,
    )


def described(viewer: Viewer, slug: str) -> CourseVersion | None:
    """Return the version of the course with this short name that the viewer may read."""
    statement = (
        sa.select(CourseVersion)
        .join(CourseVersion.course)
        .where(CourseVersion.id.in_(readable_versions(viewer, course=slug)))
        .options(contains_eager(CourseVersion.course))
    )
    return db.session.scalars(statement).one_or_none()
