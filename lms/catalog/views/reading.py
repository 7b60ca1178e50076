"""Courses for who reads all and changes nothing: each with its draft, outline and lessons.

Questions of exams are not shown: a draft of today is the exam of tomorrow, and the reader may have
to sit it.
"""

from typing import TypeVar

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.catalog import policies, queries
from lms.catalog.authoring.previews import preview
from lms.catalog.views.base import blueprint, chosen_language
from lms.core.errors import Missing
from lms.people.permissions import Permission
from lms.web import access

Thing = TypeVar("Thing")


def _readable(thing: Thing | None) -> Thing:
    if thing is None or not policies.may_read_drafts(current_user):
        raise Missing
    return thing


@blueprint.get("/authoring/reading")
@access.requires(Permission.SEE_DRAFTS)
def read_courses() -> ResponseReturnValue:
    """List all courses with what is published and what is a draft."""
    return render_template("catalog/reading/courses.html", rows=_readable(queries.courses()))


@blueprint.get("/authoring/reading/<public_id>")
@access.requires(Permission.SEE_DRAFTS)
def read_version(public_id: str) -> ResponseReturnValue:
    """Show the outline of a version, a draft or a published one."""
    version = _readable(queries.version_for(public_id))
    return render_template("catalog/reading/version.html", version=version)


@blueprint.get("/authoring/reading/lessons/<public_id>")
@access.requires(Permission.SEE_DRAFTS)
def read_lesson(public_id: str) -> ResponseReturnValue:
    """Show a lesson as trainees see it."""
    lesson = _readable(queries.lesson_for(public_id))
    language = chosen_language(lesson, request.args.get("language"))
    text = next((one for one in lesson.texts if one.language == language), None)
    return render_template(
        "catalog/reading/lesson.html",
        lesson=lesson,
        version=lesson.version,
        language=language,
        preview=preview(
            lesson,
            language,
            text.title if text else "",
            text.body if text else "",
            endpoint="catalog.read_lesson",
        ),
    )
