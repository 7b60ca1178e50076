"""Modules and lessons of a draft: adding, changing, moving, removing."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog import services
from lms.catalog.conflicts import differences
from lms.catalog.errors import ChangedMeanwhile, InUse, KeyTaken
from lms.catalog.forms import (
    LessonDetailsForm,
    NewLessonForm,
    TitleForm,
    filled_with,
    number,
    spread,
)
from lms.catalog.models import CourseModule, CourseVersion
from lms.catalog.views.base import (
    AUTHOR,
    blueprint,
    key_of,
    loaded_draft,
    loaded_lesson,
    loaded_module,
)
from lms.core import clock
from lms.web import access

STEPS = {"up": -1, "down": 1}


def _to_outline(version: CourseVersion, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("catalog.draft", public_id=version.public_id, _anchor=anchor))


@blueprint.route("/authoring/drafts/<public_id>/modules", methods=["GET", "POST"])
@access.requires(AUTHOR)
def new_module(public_id: str) -> ResponseReturnValue:
    """Add a module to a draft."""
    draft = loaded_draft(public_id)
    form = TitleForm(draft.languages)
    if form.validate_on_submit():
        key = key_of(form, {module.key for module in draft.modules})
        try:
            module = services.add_module(
                draft,
                key=key,
                title=form.texts("title"),
                now=clock.now(),
                actor=current_user.person,
            )
        except KeyTaken as error:
            form.key.errors = [error.message]
        else:
            return _to_outline(draft, f"module-{module.public_id}")
    return render_template(
        "catalog/new_module.html", version=draft, form=form
    ), 422 if form.errors else 200


@blueprint.route("/authoring/modules/<public_id>", methods=["GET", "POST"])
@access.requires(AUTHOR)
def module(public_id: str) -> ResponseReturnValue:
    """Rename a module."""
    found = loaded_module(public_id)
    form, theirs = TitleForm(found.version.languages, data=_titled(found)), None
    if form.validate_on_submit():
        try:
            services.change_module(
                found,
                title=form.texts("title"),
                row_version=number(form.row_version),
                now=clock.now(),
                actor=current_user.person,
            )
        except ChangedMeanwhile:
            current = TitleForm(found.version.languages, formdata=None, data=_titled(found))
            theirs = differences(form, current)
        else:
            return _to_outline(found.version, f"module-{public_id}")
    status = 409 if theirs is not None else 422 if form.errors else 200
    return render_template("catalog/module.html", module=found, form=form, theirs=theirs), status


def _titled(found: CourseModule) -> dict[str, object]:
    return {**spread(title=found.title), "row_version": found.row_version}


@blueprint.post("/authoring/modules/<public_id>/move/<direction>")
@access.requires(AUTHOR)
def move_module(public_id: str, direction: str) -> ResponseReturnValue:
    """Move a module up or down by one place."""
    found = loaded_module(public_id)
    steps = STEPS.get(direction, 0)
    services.move_module(found, steps, now=clock.now(), actor=current_user.person)
    return _to_outline(found.version, f"module-{public_id}")


@blueprint.post("/authoring/modules/<public_id>/remove")
@access.requires(AUTHOR)
def remove_module(public_id: str) -> ResponseReturnValue:
    """Remove an empty module."""
    found = loaded_module(public_id)
    try:
        services.remove_module(found, now=clock.now(), actor=current_user.person)
    except InUse:
        flash(_("The module still has lessons. Move or remove them first."), "bad")
    else:
        flash(_("The module is removed."), "good")
    return _to_outline(found.version, "outline")


@blueprint.route("/authoring/modules/<public_id>/lessons", methods=["GET", "POST"])
@access.requires(AUTHOR)
def new_lesson(public_id: str) -> ResponseReturnValue:
    """Add a lesson to a module and go on to its text."""
    found = loaded_module(public_id)
    draft = loaded_draft(found.version.public_id)
    form = NewLessonForm(draft.languages)
    if form.validate_on_submit():
        try:
            lesson = services.add_lesson(
                found,
                key=key_of(form, {activity.key for activity in draft.activities}),
                titles=form.texts("title"),
                minutes=form.minutes.data,
                now=clock.now(),
                actor=current_user.person,
            )
        except KeyTaken as error:
            form.key.errors = [error.message]
        else:
            return redirect(url_for("catalog.edit_lesson", public_id=lesson.public_id))
    return render_template(
        "catalog/new_lesson.html", module=found, version=draft, form=form
    ), 422 if form.errors else 200


@blueprint.route("/authoring/lessons/<public_id>/details", methods=["GET", "POST"])
@access.requires(AUTHOR)
def lesson_details(public_id: str) -> ResponseReturnValue:
    """Change a lesson's minutes, sources and module."""
    found = loaded_lesson(public_id)
    draft = found.version
    form, theirs = LessonDetailsForm(draft, data=filled_with(found)), None
    if form.validate_on_submit():
        try:
            services.change_lesson(
                found,
                minutes=form.minutes.data,
                sources=[key for key in form.sources.data or [] if key],
                module=form.chosen(draft),
                row_version=number(form.row_version),
                now=clock.now(),
                actor=current_user.person,
            )
        except ChangedMeanwhile:
            current = LessonDetailsForm(draft, formdata=None, data=filled_with(found))
            theirs = differences(form, current)
        else:
            return redirect(url_for("catalog.edit_lesson", public_id=public_id))
    status = 409 if theirs is not None else 422 if form.errors else 200
    return render_template(
        "catalog/lesson_details.html", lesson=found, version=draft, form=form, theirs=theirs
    ), status


@blueprint.post("/authoring/lessons/<public_id>/move/<direction>")
@access.requires(AUTHOR)
def move_lesson(public_id: str, direction: str) -> ResponseReturnValue:
    """Move a lesson up or down by one place within its module."""
    found = loaded_lesson(public_id)
    steps = STEPS.get(direction, 0)
    services.move_lesson(found, steps, now=clock.now(), actor=current_user.person)
    return _to_outline(found.version, f"lesson-{public_id}")


@blueprint.post("/authoring/lessons/<public_id>/remove")
@access.requires(AUTHOR)
def remove_lesson(public_id: str) -> ResponseReturnValue:
    """Remove a lesson with its texts."""
    found = loaded_lesson(public_id)
    services.remove_lesson(found, now=clock.now(), actor=current_user.person)
    flash(_("The lesson is removed."), "good")
    return _to_outline(found.version, "outline")
