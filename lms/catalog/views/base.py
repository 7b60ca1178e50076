"""What the authoring views share: the blueprint, and loading what one may author."""

from typing import Any, TypeVar

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog import policies, queries
from lms.catalog.authoring.forms import LANGUAGE_NAMES, TitleForm
from lms.catalog.authoring.keys import suggest_key
from lms.catalog.authoring.palette import palette
from lms.catalog.authoring.snippets import snippets
from lms.catalog.coauthoring.queries import courses_edited_by
from lms.catalog.kinds.words import KIND_HINTS, KIND_ICONS, KIND_NAMES
from lms.catalog.markdown.typography import unbroken_filter
from lms.catalog.messages import localised_message
from lms.catalog.models import Activity, Course, CourseModule, VersionStatus
from lms.catalog.models import CourseVersion as Version
from lms.core.errors import Forbidden, Missing
from lms.people.permissions import Permission
from lms.web.i18n import current_language

blueprint = Blueprint("catalog", __name__)
AUTHOR = Permission.AUTHOR_COURSES
Thing = TypeVar("Thing")


blueprint.add_app_template_filter(localised_message, "message")
blueprint.add_app_template_filter(unbroken_filter, "unbroken")


@blueprint.context_processor
def _editor_words() -> dict[str, Any]:
    return {
        "language_tabs": language_tabs,
        "palette": palette,
        "snippets": snippets,
        "kind_names": KIND_NAMES,
        "kind_hints": KIND_HINTS,
        "kind_icons": KIND_ICONS,
    }


def language_tabs(endpoint: str, lesson: Activity, current: str) -> list[tuple[Any, str, bool]]:
    """Return tabs that lead to each language variant of a lesson."""
    return [
        (
            LANGUAGE_NAMES[language],
            url_for(endpoint, public_id=lesson.public_id, language=language),
            language == current,
        )
        for language in lesson.version.languages
    ]


def require_editor(course_id: int) -> None:
    """Raise for someone who may not edit this course.

    To a guest a course other than their own is a missing one; others are told why.
    """
    if not current_user.is_guest:
        require_author()
    elif course_id not in courses_edited_by(current_user.person):
        raise Missing


def require_author() -> None:
    """Raise Forbidden for someone who may author in a part of the network only."""
    if not policies.may_author(current_user):
        raise Forbidden(
            _("Courses are taught in the whole network: only its instructors edit them.")
        )


def _editable(thing: Thing | None, course_id: int) -> Thing:
    """Return what was found of a course; first of all the viewer must be one who edits it."""
    require_editor(course_id)
    if thing is None:
        raise Missing
    return thing


def loaded_course(slug: str) -> Course:
    """Return the course; Missing when there is none."""
    course = queries.course_for(slug)
    return _editable(course, course.id if course else 0)


def loaded_draft(public_id: str) -> Version:
    """Return the draft with its outline, topics, sources and figures."""
    draft = queries.draft_with_details(public_id)
    return _editable(draft, draft.course_id if draft else 0)


def loaded_module(public_id: str) -> CourseModule:
    """Return a draft's module."""
    module = queries.module_of_draft(public_id)
    return _editable(module, module.version.course_id if module else 0)


def loaded_lesson(public_id: str, *, of_draft: bool = True) -> Activity:
    """Return a lesson (of a draft, or of any version) with all that its texts may refer to."""
    lesson = queries.lesson_for(public_id)
    if lesson and of_draft and lesson.version.status is not VersionStatus.DRAFT:
        lesson = None
    return _editable(lesson, lesson.version.course_id if lesson else 0)


def loaded_activity(public_id: str) -> Activity:
    """Return an activity of a draft, of whatever kind."""
    activity = queries.activity_of_draft(public_id)
    return _editable(activity, activity.version.course_id if activity else 0)


def chosen_language(lesson: Activity, asked: str | None) -> str:
    """Return the language asked for if the course has it, else the reader's, else its first."""
    languages = lesson.version.languages
    if asked in languages:
        return str(asked)
    return current_language() if current_language() in languages else str(languages[0])


def written_language(lesson: Activity, stated: str | None) -> str:
    """Return the language that a text was written in. Raises Missing if the course has it no more:
    it must not replace the text in another one.
    """
    if stated not in lesson.version.languages:
        raise Missing
    return str(stated)


def key_of(form: TitleForm | Any, taken: set[str]) -> str:
    """Return the key typed into a form, else one made from its title."""
    return form.key.data or suggest_key(form.suggested, taken)
