"""Named reads of courses and their versions.

Courses belong to the whole network: whoever may author courses may author all of them, so these
reads have no scope of units. What a learner sees is the learning domain's business.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased, defer, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from lms.catalog.models import (
    Activity,
    ActivityKind,
    Course,
    CourseFile,
    CourseModule,
    CourseSource,
    CourseTopic,
    CourseVersion,
    LessonText,
    VersionStatus,
)
from lms.core.database import db
from lms.web.i18n import localised


def _outline() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(CourseVersion.course),
        selectinload(CourseVersion.modules),
        selectinload(CourseVersion.activities)
        .selectinload(Activity.texts)
        .options(defer(LessonText.body, raiseload=True)),
    )


def _everything() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(CourseVersion.course),
        selectinload(CourseVersion.modules),
        selectinload(CourseVersion.topics),
        selectinload(CourseVersion.sources),
        selectinload(CourseVersion.files),
        selectinload(CourseVersion.activities).selectinload(Activity.texts),
    )


def course_for(slug: str) -> Course | None:
    """Return the course with this short name."""
    return db.session.scalars(sa.select(Course).where(Course.slug == slug)).one_or_none()


def published_version(course: Course) -> CourseVersion | None:
    """Return the version of ``course`` that is taught to those who begin now."""
    statement = (
        sa.select(CourseVersion)
        .where(
            CourseVersion.course_id == course.id,
            CourseVersion.status == VersionStatus.PUBLISHED,
        )
        .order_by(CourseVersion.number.desc())
        .limit(1)
    )
    return db.session.scalars(statement).one_or_none()


def draft_of(course: Course) -> CourseVersion | None:
    """Return the course's draft."""
    statement = sa.select(CourseVersion).where(
        CourseVersion.course_id == course.id, CourseVersion.status == VersionStatus.DRAFT
    )
    return db.session.scalars(statement).one_or_none()


def last_number(course: Course) -> int:
    """Return the highest version number so far, 0 for none."""
    statement = sa.select(sa.func.max(CourseVersion.number)).where(
        CourseVersion.course_id == course.id
    )
    return db.session.scalar(statement) or 0


def version_outline(version_id: int) -> CourseVersion:
    """Return a version with its course, modules, activities and titles; bodies stay away."""
    statement = sa.select(CourseVersion).where(CourseVersion.id == version_id).options(*_outline())
    return db.session.scalars(statement).one()


def whole_version(version_id: int) -> CourseVersion:
    """Return a version with all that the catalog knows of it, read anew."""
    statement = (
        sa.select(CourseVersion)
        .where(CourseVersion.id == version_id)
        .options(*_everything())
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one()


def version_for(public_id: str) -> CourseVersion | None:
    """Return the version with this public id, with its course and outline."""
    statement = (
        sa.select(CourseVersion).where(CourseVersion.public_id == public_id).options(*_outline())
    )
    return db.session.scalars(statement).one_or_none()


def draft_with_details(public_id: str) -> CourseVersion | None:
    """Return a draft with outline, topics, sources and figures, for the pages that edit them."""
    statement = (
        sa.select(CourseVersion)
        .where(CourseVersion.public_id == public_id, CourseVersion.status == VersionStatus.DRAFT)
        .options(
            *_outline(),
            selectinload(CourseVersion.topics),
            selectinload(CourseVersion.sources),
            selectinload(CourseVersion.files),
        )
    )
    return db.session.scalars(statement).one_or_none()


def lesson_for(public_id: str) -> Activity | None:
    """Return a lesson of any version with its texts and all that these may refer to."""
    statement = (
        sa.select(Activity)
        .where(Activity.public_id == public_id, Activity.kind == ActivityKind.LESSON)
        .options(
            selectinload(Activity.texts),
            joinedload(Activity.module),
            joinedload(Activity.version).options(
                joinedload(CourseVersion.course),
                selectinload(CourseVersion.modules),
                selectinload(CourseVersion.sources),
                selectinload(CourseVersion.files),
            ),
        )
    )
    return db.session.scalars(statement).one_or_none()


def activity_of_draft(public_id: str) -> Activity | None:
    """Return an activity of a draft, of whatever kind, with its texts, version and course."""
    statement = (
        sa.select(Activity)
        .join(Activity.version)
        .where(Activity.public_id == public_id, CourseVersion.status == VersionStatus.DRAFT)
        .options(
            selectinload(Activity.texts).defer(LessonText.body, raiseload=True),
            joinedload(Activity.module),
            joinedload(Activity.version).joinedload(CourseVersion.course),
        )
    )
    return db.session.scalars(statement).one_or_none()


def lesson_keys(version_id: int) -> dict[str, str]:
    """Return the public ids of a version's lessons by their keys."""
    statement = sa.select(Activity.key, Activity.public_id).where(
        Activity.version_id == version_id, Activity.kind == ActivityKind.LESSON
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def module_of_draft(public_id: str) -> CourseModule | None:
    """Return a module of a draft with its version and course."""
    statement = (
        sa.select(CourseModule)
        .join(CourseModule.version)
        .where(CourseModule.public_id == public_id, CourseVersion.status == VersionStatus.DRAFT)
        .options(joinedload(CourseModule.version).joinedload(CourseVersion.course))
    )
    return db.session.scalars(statement).one_or_none()


def outline_lessons(version: CourseVersion) -> dict[int, list[Activity]]:
    """Return the activities of a version loaded with its outline, in order, by module id."""
    lessons: dict[int, list[Activity]] = {module.id: [] for module in version.modules}
    for activity in version.activities:
        if activity.module_id is not None:
            lessons[activity.module_id].append(activity)
    return lessons


def topic_of(version: CourseVersion, key: str) -> CourseTopic | None:
    """Return a version's topic by key."""
    statement = sa.select(CourseTopic).where(
        CourseTopic.version_id == version.id, CourseTopic.key == key
    )
    return db.session.scalars(statement).one_or_none()


def source_of(version: CourseVersion, key: str) -> CourseSource | None:
    """Return a version's source by key."""
    statement = sa.select(CourseSource).where(
        CourseSource.version_id == version.id, CourseSource.key == key
    )
    return db.session.scalars(statement).one_or_none()


def file_for(public_id: str) -> CourseFile | None:
    """Return a course file; who may see it is ``policies.may_see_file``."""
    statement = sa.select(CourseFile).where(CourseFile.public_id == public_id)
    return db.session.scalars(statement).one_or_none()


@dataclass(frozen=True)
class CourseRow:
    """A course as lists show it: with its published version and its draft, each may be None."""

    course: Course
    published: CourseVersion | None
    draft: CourseVersion | None

    @property
    def shown(self) -> CourseVersion | None:
        """The version that names the course."""
        return self.published or self.draft


def courses() -> Sequence[CourseRow]:
    """Return all courses in the order of their short names; two statements at any number."""
    newer = aliased(CourseVersion)
    is_newest = ~(
        sa.select(newer.id)
        .where(
            newer.course_id == CourseVersion.course_id,
            newer.status == VersionStatus.PUBLISHED,
            newer.number > CourseVersion.number,
        )
        .exists()
    )
    statement = sa.select(CourseVersion).where(
        sa.or_(CourseVersion.status == VersionStatus.DRAFT, is_newest)
    )
    published: dict[int, CourseVersion] = {}
    drafts: dict[int, CourseVersion] = {}
    for version in db.session.scalars(statement):
        (drafts if version.status is VersionStatus.DRAFT else published)[version.course_id] = (
            version
        )
    rows = db.session.scalars(sa.select(Course).order_by(Course.slug))
    return [CourseRow(c, published.get(c.id), drafts.get(c.id)) for c in rows]


def course_titles(slugs: Collection[str]) -> dict[str, str]:
    """Return what these courses are called now, in the reader's language, by slug."""
    statement = (
        sa.select(Course.slug, CourseVersion.title)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(Course.slug.in_(slugs))
        .order_by(CourseVersion.status == VersionStatus.PUBLISHED, CourseVersion.number)
    )
    return {slug: localised(title) for slug, title in db.session.execute(statement)}


def versions_of(course: Course) -> Sequence[CourseVersion]:
    """Return the course's versions, newest first."""
    statement = (
        sa.select(CourseVersion)
        .where(CourseVersion.course_id == course.id)
        .order_by(CourseVersion.number.desc())
    )
    return db.session.scalars(statement).all()
