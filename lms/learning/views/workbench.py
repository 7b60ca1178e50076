"""Exercises and checklists inside lessons, the calculator of windows, and a course's glossary."""

from flask import jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.core import clock
from lms.learning import lessons, queries, services
from lms.learning.errors import AnswerHasFaults
from lms.learning.forms import WindowsForm
from lms.learning.glossary import glossary_of
from lms.learning.lessons import LessonPage
from lms.learning.views.base import blueprint, found
from lms.learning.views.study import (
    LESSON,
    lesson_page_of,
    lesson_url,
    show_lesson,
    wants_part,
)
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import current_language


@blueprint.post(f"{LESSON}/exercises/<key>")
@access.requires(Permission.LEARN)
def answer_exercise(enrolment_id: str, lesson_id: str, key: str) -> ResponseReturnValue:
    """Take an answer to an exercise; show what it is worth, and why."""
    page = lesson_page_of(enrolment_id, lesson_id)
    exercise = found(page.rendered.exercise(key))
    given = exercise.given(request.form)
    try:
        services.answer_exercise(
            enrolment=page.enrolment,
            activity=lessons.activity_of(page.lesson),
            exercise=exercise,
            given=given,
            questions=page.question_keys,
            language=page.text.language,
            now=clock.now(),
        )
    except AnswerHasFaults as refusal:
        return _show_exercise(page, key, given=given, refusal=refusal)
    if wants_part():
        return _show_exercise(lesson_page_of(enrolment_id, lesson_id), key)
    return redirect(lesson_url(page, _anchor=f"check-{key}"), 303)


def _show_exercise(
    page: LessonPage,
    key: str,
    given: dict[str, str] | None = None,
    refusal: AnswerHasFaults | None = None,
) -> ResponseReturnValue:
    status = refusal.status if refusal else 200
    if not wants_part():
        return show_lesson(page, status, wrong_check=key, refusal=refusal, typed=given)
    part = render_template(
        "learning/_exercise_answer.html",
        page=page,
        exercise=page.rendered.exercise(key),
        refusal=refusal,
        typed=given,
    )
    return part, status


@blueprint.post(f"{LESSON}/checklists/<key>")
@access.requires(Permission.LEARN)
def keep_ticks(enrolment_id: str, lesson_id: str, key: str) -> ResponseReturnValue:
    """Keep which entries of a checklist are ticked."""
    page = lesson_page_of(enrolment_id, lesson_id)
    ticked = services.keep_ticks(
        enrolment=page.enrolment,
        activity=lessons.activity_of(page.lesson),
        checklist=found(page.rendered.checklist(key)),
        ticked=request.form.getlist("entry"),
        language=page.text.language,
        now=clock.now(),
    )
    if wants_part():
        return jsonify(ticked=ticked)
    return redirect(lesson_url(page, _anchor=f"checklist-{key}"), 303)


@blueprint.get("/courses/<enrolment_id>/glossary")
@access.requires(Permission.LEARN)
def glossary(enrolment_id: str) -> ResponseReturnValue:
    """Show the terms of a course's lessons in alphabetical order."""
    enrolment = found(queries.enrolment_for(current_user, enrolment_id))
    terms = glossary_of(enrolment, language=current_language())
    return render_template("learning/glossary.html", enrolment=enrolment, terms=terms)


@blueprint.get("/calculator/windows")
@access.requires(Permission.LEARN, guests=True)
def windows() -> ResponseReturnValue:
    """Show the calculator of windows: waiting by their number, as a chart and a table."""
    form = WindowsForm(request.args or None, meta={"csrf": False})
    is_asked = bool(request.args)
    valid = form.validate() if is_asked else True
    return render_template(
        "learning/windows.html", form=form, result=form.result() if valid else None
    ), 200 if valid else 422
