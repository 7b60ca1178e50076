"""The lesson editor with its preview, and a lesson as trainees will see it."""

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.authoring.forms import LessonTextForm
from lms.catalog.authoring.previews import preview
from lms.catalog.commenting.queries import open_threads
from lms.catalog.editing.pages import merge_page, saved, typed
from lms.catalog.editing.saving import Outcome, save_text
from lms.catalog.models import Activity, LessonText
from lms.catalog.source.lesson_files import BODY_LIMIT
from lms.catalog.views.base import (
    AUTHOR,
    blueprint,
    chosen_language,
    loaded_lesson,
    written_language,
)
from lms.core import clock
from lms.core.errors import Invalid, Missing
from lms.core.unit_of_work import reads_first
from lms.web import access


def _text(lesson: Activity, language: str) -> LessonText | None:
    return next((text for text in lesson.texts if text.language == language), None)


def _stored(lesson: Activity, language: str) -> dict[str, object]:
    text = _text(lesson, language)
    return {
        "title": text.title if text else "",
        "body": text.body if text else "",
        "language": language,
        "row_version": text.row_version if text else 0,
    }


def _editor(
    lesson: Activity, language: str, form: LessonTextForm, status: int = 200
) -> ResponseReturnValue:
    """Show the editor with what ``form`` holds, which a script must know to be stored or not."""
    shown = preview(lesson, language, form.title.data or "", form.body.data or "")
    return render_template(
        "catalog/edit_lesson.html",
        lesson=lesson,
        version=lesson.version,
        language=language,
        form=form,
        preview=shown,
        unsaved=request.method == "POST",
        comments=open_threads(lesson.version.course_id).get((lesson.version.course_id, lesson.key)),
        kept=request.args.get("kept", ""),
        others=[text for text in lesson.texts if text.language != language],
    ), status


def _without_lesson(form: LessonTextForm) -> str:
    """Give back a text whose lesson was removed, or published, while it was written."""
    if not form.body.data:
        raise Missing
    return render_template("catalog/editing/without_lesson.html", form=form)


@blueprint.get("/authoring/lessons/<public_id>/edit")
@access.requires(AUTHOR, guests=True)
def edit_lesson(public_id: str) -> ResponseReturnValue:
    """Show the editor of one language variant of a lesson."""
    lesson = loaded_lesson(public_id)
    language = chosen_language(lesson, request.args.get("language"))
    form = LessonTextForm(formdata=None, data=_stored(lesson, language))
    return _editor(lesson, language, form)


@blueprint.post("/authoring/lessons/<public_id>/edit")
@access.requires(AUTHOR, guests=True)
def save_lesson(public_id: str) -> ResponseReturnValue:
    """Save a language variant, or (button 'Preview') only show how it will look."""
    form = LessonTextForm()
    try:
        lesson = loaded_lesson(public_id)
    except Missing:
        return _without_lesson(form), 404
    language = written_language(lesson, request.form.get("language"))
    if "preview" in request.form:
        return _editor(lesson, language, form)
    if not form.validate():
        return _editor(lesson, language, form, 422)
    result = save_text(lesson, language, typed(form), now=clock.now(), actor=current_user.person)
    if result.meeting is not None and result.outcome is Outcome.CONFLICT:
        return merge_page(lesson, language, typed(form), result.meeting), 409
    return saved(lesson, result)


@blueprint.post("/authoring/lessons/<public_id>/preview")
@access.requires(AUTHOR, guests=True)
@reads_first
def preview_lesson(public_id: str) -> ResponseReturnValue:
    """Return the preview of an unsaved text for the editor's script; changes nothing."""
    lesson = loaded_lesson(public_id)
    language = chosen_language(lesson, request.form.get("language"))
    form = LessonTextForm()  # what it would save is what is shown
    if len(form.body.data or "") > BODY_LIMIT:
        raise Invalid(_("The text is too long."))
    shown = preview(lesson, language, form.title.data or "", form.body.data or "")
    return jsonify({"html": render_template("catalog/_preview.html", preview=shown)})


@blueprint.get("/authoring/lessons/<public_id>")
@access.requires(AUTHOR, guests=True)
def lesson(public_id: str) -> ResponseReturnValue:
    """Show a lesson of any version as trainees see it."""
    found = loaded_lesson(public_id, of_draft=False)
    language = chosen_language(found, request.args.get("language"))
    text = _text(found, language)
    shown = preview(found, language, text.title if text else "", text.body if text else "")
    return render_template(
        "catalog/lesson.html",
        lesson=found,
        version=found.version,
        language=language,
        preview=shown,
    )
