"""The lesson editor with its preview, and a lesson as trainees will see it."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog import services
from lms.catalog.authoring.conflicts import compare_texts
from lms.catalog.authoring.forms import LessonTextForm, number
from lms.catalog.authoring.previews import preview
from lms.catalog.errors import ChangedMeanwhile
from lms.catalog.models import Activity, LessonText
from lms.catalog.source.content import clean_body
from lms.catalog.views.base import AUTHOR, blueprint, loaded_lesson
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.unit_of_work import reads_first
from lms.web import access
from lms.web.i18n import current_language


def _language(lesson: Activity, asked: str | None) -> str:
    languages = lesson.version.languages
    if asked in languages:
        return str(asked)
    return current_language() if current_language() in languages else str(languages[0])


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
        others=[text for text in lesson.texts if text.language != language],
    ), status


@blueprint.get("/authoring/lessons/<public_id>/edit")
@access.requires(AUTHOR)
def edit_lesson(public_id: str) -> ResponseReturnValue:
    """Show the editor of one language variant of a lesson."""
    lesson = loaded_lesson(public_id)
    language = _language(lesson, request.args.get("language"))
    form = LessonTextForm(formdata=None, data=_stored(lesson, language))
    return _editor(lesson, language, form)


@blueprint.post("/authoring/lessons/<public_id>/edit")
@access.requires(AUTHOR)
def save_lesson(public_id: str) -> ResponseReturnValue:
    """Save a language variant, or (button 'Preview') only show how it will look."""
    lesson = loaded_lesson(public_id)
    language = _language(lesson, request.form.get("language"))
    form = LessonTextForm()
    if "preview" in request.form:
        return _editor(lesson, language, form)
    if not form.validate():
        return _editor(lesson, language, form, 422)
    try:
        services.edit_lesson(
            lesson,
            language,
            title=form.title.data,
            body=form.body.data or "",
            row_version=number(form.row_version),
            now=clock.now(),
            actor=current_user.person,
        )
    except ChangedMeanwhile:
        return _conflict(lesson, language, form)
    flash(_("The lesson is saved."), "good")
    return redirect(url_for("catalog.edit_lesson", public_id=public_id, language=language))


def _conflict(lesson: Activity, language: str, form: LessonTextForm) -> ResponseReturnValue:
    theirs = _text(lesson, language)
    assert theirs is not None
    form.row_version.data = str(theirs.row_version)
    mine = clean_body(form.body.data or "")
    return render_template(
        "catalog/lesson_conflict.html",
        lesson=lesson,
        version=lesson.version,
        language=language,
        form=form,
        theirs=theirs,
        lines=compare_texts(theirs.body, mine),
    ), 409


@blueprint.post("/authoring/lessons/<public_id>/preview")
@access.requires(AUTHOR)
@reads_first
def preview_lesson(public_id: str) -> ResponseReturnValue:
    """Return the preview of an unsaved text for the editor's script; changes nothing."""
    lesson = loaded_lesson(public_id)
    language = _language(lesson, request.form.get("language"))
    form = LessonTextForm()  # what it would save is what is shown
    if not form.body.validate(form):
        raise Invalid(_("The text is too long."))
    shown = preview(lesson, language, form.title.data or "", form.body.data or "")
    return jsonify({"html": render_template("catalog/_preview.html", preview=shown)})


@blueprint.get("/authoring/lessons/<public_id>")
@access.requires(AUTHOR)
def lesson(public_id: str) -> ResponseReturnValue:
    """Show a lesson of any version as trainees see it."""
    found = loaded_lesson(public_id, of_draft=False)
    language = _language(found, request.args.get("language"))
    text = _text(found, language)
    shown = preview(found, language, text.title if text else "", text.body if text else "")
    return render_template(
        "catalog/lesson.html",
        lesson=found,
        version=found.version,
        language=language,
        preview=shown,
    )
