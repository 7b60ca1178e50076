"""Named reads of programmes. They belong to the whole network: what a viewer sees of *people* in
them is limited in ``paths``.
"""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lms.catalog.models import Course, CourseVersion, VersionStatus
from lms.core.database import db
from lms.learning.programmes.models import Programme, ProgrammeStep, ProgrammeStepCourse
from lms.people.models import JobRole


def _whole(statement: sa.Select[Any]) -> sa.Select[Any]:
    steps = (
        selectinload(Programme.steps)
        .selectinload(ProgrammeStep.choices)
        .joinedload(ProgrammeStepCourse.course)
    )
    return statement.options(steps).execution_options(populate_existing=True)


def programmes(*, retired: bool = False) -> list[Programme]:
    """Return the programmes in use (or those that aren't), with steps and courses, oldest first."""
    known = Programme.retired_at
    statement = sa.select(Programme).where(known.is_not(None) if retired else known.is_(None))
    return list(db.session.scalars(_whole(statement.order_by(Programme.id))))


def programmes_for_posts(posts: Collection[str]) -> list[Programme]:
    """Return the programmes in use for these posts, with steps and courses."""
    statement = sa.select(Programme).where(
        Programme.post.in_(posts), Programme.retired_at.is_(None)
    )
    return list(db.session.scalars(_whole(statement)))


def programme_for(public_id: str) -> Programme | None:
    """Return a programme with its steps and courses, as it stands now."""
    statement = sa.select(Programme).where(Programme.public_id == public_id)
    return db.session.scalars(_whole(statement)).one_or_none()


def programme_keyed(key: str) -> Programme | None:
    """Return the programme with this key, with its steps and courses, as it stands now."""
    statement = sa.select(Programme).where(Programme.key == key)
    return db.session.scalars(_whole(statement)).one_or_none()


def programme_ids() -> list[int]:
    """Return the ids of the programmes in use."""
    statement = sa.select(Programme.id).where(Programme.retired_at.is_(None))
    return list(db.session.scalars(statement.order_by(Programme.id)))


def whole_programme(identifier: int) -> Programme:
    """Return a programme with its steps and courses."""
    statement = sa.select(Programme).where(Programme.id == identifier)
    found: Programme = db.session.scalars(_whole(statement)).one()
    return found


def known_keys() -> set[str]:
    """Return the keys of all programmes."""
    return set(db.session.scalars(sa.select(Programme.key)))


def courses_named(slugs: Collection[str]) -> Mapping[str, Course]:
    """Return the courses with these slugs, by slug."""
    statement = sa.select(Course).where(Course.slug.in_(slugs))
    return {course.slug: course for course in db.session.scalars(statement)}


def titles(course_ids: Collection[int]) -> Mapping[int, dict[str, Any]]:
    """Return the titles of the newest published versions of these courses, by course."""
    statement = (
        sa.select(CourseVersion.course_id, CourseVersion.title)
        .where(
            CourseVersion.course_id.in_(course_ids),
            CourseVersion.status == VersionStatus.PUBLISHED,
        )
        .order_by(CourseVersion.number)
    )
    return dict(db.session.execute(statement).all())


def posts() -> list[JobRole]:
    """Return all posts by their Russian names."""
    return list(db.session.scalars(sa.select(JobRole).order_by(JobRole.name_ru)))


def step_for(public_id: str) -> ProgrammeStep | None:
    """Return a step that is part of a programme in use, with its courses and the programme."""
    statement = (
        sa.select(ProgrammeStep)
        .join(ProgrammeStep.programme)
        .where(
            ProgrammeStep.public_id == public_id,
            ProgrammeStep.removed_at.is_(None),
            Programme.retired_at.is_(None),
        )
        .options(
            joinedload(ProgrammeStep.programme),
            selectinload(ProgrammeStep.choices).joinedload(ProgrammeStepCourse.course),
        )
    )
    return db.session.scalars(statement).one_or_none()
