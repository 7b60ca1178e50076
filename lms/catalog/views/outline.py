"""Modules and lessons of a draft: adding, changing, moving, removing."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog import services
from lms.catalog.authoring.fields import spread
from lms.catalog.authoring.forms import (
    LessonDetailsForm,
    ModuleForm,
    NewLessonForm,
    TitleForm,
    filled_with,
    number,
)
from lms.catalog.authoring.rules_form import chosen_rules, titles_in
from lms.catalog.errors import InUse
from lms.catalog.models import Activity, ActivityKind, CourseModule, CourseVersion
from lms.catalog.queries import version_outline
from lms.catalog.views.base import (
    AUTHOR,
    blueprint,
    key_of,
    loaded_activity,
    loaded_draft,
    loaded_lesson,
    loaded_module,
)
from lms.catalog.views.submitting import submit
from lms.core import clock
from lms.core.errors import Missing
from lms.web import access


def to_outline(version: CourseVersion, anchor: str) -> ResponseReturnValue:
    """Go to a place in the draft's outline."""
    return redirect(url_for("catalog.draft", public_id=version.public_id, _anchor=anchor))


@blueprint.route("/authoring/drafts/<public_id>/modules", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
def new_module(public_id: str) -> ResponseReturnValue:
    """Add a module to a draft."""
    draft = loaded_draft(public_id)
    form = TitleForm(draft.languages)
    result = submit(form, lambda: _add_module(draft, form), key=form.key)
    if result.done:
        return to_outline(draft, f"module-{result.saved.public_id}")
    return render_template("catalog/new_module.html", version=draft, form=form), result.status


def _add_module(draft: CourseVersion, form: TitleForm) -> CourseModule:
    return services.add_module(
        draft,
        key=key_of(form, {module.key for module in draft.modules}),
        title=form.texts("title"),
        now=clock.now(),
        actor=current_user.person,
    )


@blueprint.route("/authoring/modules/<public_id>", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
def module(public_id: str) -> ResponseReturnValue:
    """Rename a module."""
    found = loaded_module(public_id)
    version = loaded_draft(found.version.public_id)
    form = ModuleForm(version, found, data=_titled(found))
    result = submit(
        form,
        lambda: _change_module(found, form),
        stored=lambda: ModuleForm(
            loaded_draft(version.public_id), found, formdata=None, data=_titled(found)
        ),
    )
    if result.done:
        return to_outline(found.version, f"module-{public_id}")
    return render_template(
        "catalog/module.html", module=found, version=version, form=form, theirs=result.theirs
    ), result.status


def _change_module(found: CourseModule, form: ModuleForm) -> None:
    services.change_module(
        found,
        title=form.texts("title"),
        rules=form.order(),
        row_version=number(form.row_version),
        now=clock.now(),
        actor=current_user.person,
    )


def _titled(found: CourseModule) -> dict[str, object]:
    return {**spread(title=found.title), **chosen_rules(found)}


@blueprint.post("/authoring/modules/<public_id>/remove")
@access.requires(AUTHOR, guests=True)
def remove_module(public_id: str) -> ResponseReturnValue:
    """Remove an empty module."""
    found = loaded_module(public_id)
    try:
        services.remove_module(found, now=clock.now(), actor=current_user.person)
    except InUse as refusal:
        if refusal.details["by"]:
            _flash_waiting(found.version, refusal)
        else:
            flash(_("The module isn’t empty yet. Move or remove what is in it first."), "bad")
    else:
        flash(_("The module is removed."), "good")
    return to_outline(found.version, "outline")


@blueprint.route("/authoring/modules/<public_id>/lessons", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
def new_lesson(public_id: str) -> ResponseReturnValue:
    """Add a lesson to a module and go on to its text."""
    found = loaded_module(public_id)
    draft = loaded_draft(found.version.public_id)
    form = NewLessonForm(draft.languages)
    result = submit(form, lambda: _add_lesson(draft, found, form), key=form.key)
    if result.done:
        return redirect(url_for("catalog.edit_lesson", public_id=result.saved.public_id))
    return render_template(
        "catalog/new_lesson.html", module=found, version=draft, form=form
    ), result.status


def _add_lesson(draft: CourseVersion, found: CourseModule, form: NewLessonForm) -> Activity:
    return services.add_lesson(
        found,
        key=key_of(form, {activity.key for activity in draft.activities}),
        titles=form.texts("title"),
        minutes=form.minutes.data,
        now=clock.now(),
        actor=current_user.person,
    )


@blueprint.route("/authoring/lessons/<public_id>/details", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
def lesson_details(public_id: str) -> ResponseReturnValue:
    """Change a lesson's minutes, sources and module."""
    found = loaded_lesson(public_id)
    draft = loaded_draft(found.version.public_id)
    form = LessonDetailsForm(draft, found.key, data=filled_with(found))
    result = submit(
        form,
        lambda: _change_lesson(found, form),
        stored=lambda: LessonDetailsForm(
            loaded_draft(draft.public_id), found.key, formdata=None, data=filled_with(found)
        ),
    )
    if result.done:
        return redirect(url_for("catalog.edit_lesson", public_id=public_id))
    return render_template(
        "catalog/lesson_details.html", lesson=found, version=draft, form=form, theirs=result.theirs
    ), result.status


def _change_lesson(found: Activity, form: LessonDetailsForm) -> None:
    services.change_lesson(
        found,
        minutes=form.minutes.data,
        sources=form.sources.data or [],
        module=form.chosen(found.version),
        rules=form.lesson_rules(),
        row_version=number(form.row_version),
        now=clock.now(),
        actor=current_user.person,
    )


@blueprint.post("/authoring/lessons/<public_id>/remove")
@access.requires(AUTHOR, guests=True)
def remove_lesson(public_id: str) -> ResponseReturnValue:
    """Remove a lesson with its texts, or an activity of another kind."""
    found = loaded_activity(public_id)
    if found.is_final_exam and current_user.is_guest:
        raise Missing  # guests neither see nor make exams
    try:
        services.remove_lesson(found, now=clock.now(), actor=current_user.person)
    except InUse as refusal:
        _flash_waiting(found.version, refusal)
    else:
        _flash_removed(found)
    return to_outline(found.version, "outline")


def _flash_removed(found: Activity) -> None:
    if found.is_final_exam:
        flash(_("The final exam is removed: the course is complete when all else is done."), "good")
        return
    is_lesson = found.kind is ActivityKind.LESSON
    flash(_("The lesson is removed.") if is_lesson else _("It is removed."), "good")


def _flash_waiting(version: CourseVersion, refusal: InUse) -> None:
    titles = titles_in(version_outline(version.id))
    names = ", ".join(_("“%(title)s”", title=titles.get(key, key)) for key in refusal.details["by"])
    flash(_("These open after it: %(names)s. Change that first.", names=names), "bad")
