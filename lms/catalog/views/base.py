"""What the authoring views share: the blueprint, and loading what one may author."""

from flask import Blueprint
from flask_login import current_user

from lms.catalog import policies, queries
from lms.catalog.models import Activity, Course, CourseModule, CourseSource, CourseTopic
from lms.catalog.models import CourseVersion as Version
from lms.core.errors import Forbidden, Missing
from lms.people.permissions import Permission

blueprint = Blueprint("catalog", __name__)
AUTHOR = Permission.AUTHOR_COURSES


def require_author() -> None:
    """Raise Forbidden for someone who may author in a part of the network only."""
    if not policies.may_author(current_user):
        raise Forbidden


def loaded_course(slug: str) -> Course:
    """Return the course; Missing when there is none."""
    require_author()
    course = queries.course_for(slug)
    if course is None:
        raise Missing
    return course


def loaded_draft(public_id: str) -> Version:
    """Return the draft with its outline, topics, sources and figures."""
    require_author()
    draft = queries.draft_with_details(public_id)
    if draft is None:
        raise Missing
    return draft


def loaded_module(public_id: str) -> CourseModule:
    """Return a draft's module."""
    require_author()
    module = queries.module_of_draft(public_id)
    if module is None:
        raise Missing
    return module


def loaded_lesson(public_id: str) -> Activity:
    """Return a draft's lesson with its texts and what they may refer to."""
    require_author()
    lesson = queries.lesson_of_draft(public_id)
    if lesson is None:
        raise Missing
    return lesson


def loaded_topic(draft: Version, key: str) -> CourseTopic:
    """Return a draft's topic."""
    topic = queries.topic_of(draft, key)
    if topic is None:
        raise Missing
    return topic


def loaded_source(draft: Version, key: str) -> CourseSource:
    """Return a draft's source."""
    source = queries.source_of(draft, key)
    if source is None:
        raise Missing
    return source
