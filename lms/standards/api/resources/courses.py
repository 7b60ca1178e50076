"""Courses that are taught."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from lms.catalog.models import Course, CourseVersion
from lms.core.errors import Missing
from lms.learning.queries import courses_to_enrol_in
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Key, PageOf, Paging, Sent, Slug, Texts
from lms.standards.api.tokens.scopes import Scope

TAG = "Courses and enrolments"


class CourseOut(Sent):
    """A course in the version that is taught to those who begin now."""

    id: Key
    slug: Slug
    title: Texts
    summary: Texts
    languages: list[str]
    version: int
    hours: float
    certificate_valid_months: int | None
    published_at: datetime | None


@operation(
    "GET",
    "/courses",
    tag=TAG,
    scope=Scope.COURSES_READ,
    summary="List courses",
    query=Paging,
    answer=PageOf[CourseOut],
)
def list_courses(call: Call) -> Answer:
    """The courses people can be enrolled in, by short name."""
    taught = [version.id for version in courses_to_enrol_in()]
    statement = (
        sa.select(CourseVersion)
        .join(CourseVersion.course)
        .where(CourseVersion.id.in_(taught))
        .options(contains_eager(CourseVersion.course))
    )
    return Answer(
        page_of(
            statement,
            call.query,
            _shown,
            columns=(Course.slug, Course.id),
            readers=(str, int),
            key=lambda version: (version.course.slug, version.course.id),
        )
    )


@operation(
    "GET",
    "/courses/{slug}",
    tag=TAG,
    scope=Scope.COURSES_READ,
    summary="Get a course",
    answer=CourseOut,
)
def get_course(_call: Call, slug: str) -> Answer:
    """One course by its short name."""
    for version in courses_to_enrol_in():
        if version.course.slug == slug:
            return Answer(_shown(version))
    raise Missing


def _shown(version: CourseVersion) -> Any:
    return CourseOut(
        id=version.course.public_id,
        slug=version.course.slug,
        title=version.title,
        summary=version.summary,
        languages=list(version.languages),
        version=version.number,
        hours=float(version.hours),
        certificate_valid_months=version.certificate_valid_months,
        published_at=version.published_at,
    )
