"""Activities of a draft beside lessons: adding, changing; and when the exam opens."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.catalog import services
from lms.catalog.authoring.activity_forms import FORMS, ActivityForm, ExamPlaceForm, form_values
from lms.catalog.authoring.forms import number
from lms.catalog.kinds.registry import restore
from lms.catalog.models import Activity, ActivityKind, CourseModule
from lms.catalog.models import CourseVersion as Version
from lms.catalog.views.base import (
    AUTHOR,
    blueprint,
    key_of,
    loaded_activity,
    loaded_draft,
    loaded_module,
)
from lms.catalog.views.submitting import submit
from lms.core import clock
from lms.core.errors import Missing
from lms.web import access

KINDS = {kind.value: kind for kind in FORMS}


def _kinds() -> dict[str, ActivityKind]:
    """Return what the viewer may add: guests see nobody's exams, so they make none."""
    guest = current_user.is_guest
    return {name: kind for name, kind in KINDS.items() if not (guest and kind is ActivityKind.EXAM)}


@blueprint.get("/authoring/modules/<public_id>/add")
@access.requires(AUTHOR, guests=True)
def choose_kind(public_id: str) -> ResponseReturnValue:
    """Offer the kinds of activities that a module can have."""
    found = loaded_module(public_id)
    draft = loaded_draft(found.version.public_id)
    return render_template("catalog/choose_kind.html", module=found, version=draft, kinds=_kinds())


@blueprint.route("/authoring/modules/<public_id>/add/<kind>", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
def new_activity(public_id: str, kind: str) -> ResponseReturnValue:
    """Add an activity of one kind to a module."""
    found = loaded_module(public_id)
    if kind not in _kinds():
        raise Missing
    draft = loaded_draft(found.version.public_id)
    form, slug = FORMS[KINDS[kind]](draft), draft.course.slug
    result = submit(form, lambda: _add(draft, found, KINDS[kind], form), key=form.key)
    if result.done:
        return _after_adding(draft, slug, result.saved)
    return render_template(
        "catalog/new_activity.html", module=found, version=draft, kind=KINDS[kind], form=form
    ), result.status


def _after_adding(draft: Version, slug: str, one: Activity) -> ResponseReturnValue:
    """Go to the outline; from a new exam on to what it asks."""
    if one.kind is not ActivityKind.EXAM:
        return _to_outline(draft, one)
    return redirect(url_for("assessment.blueprint", slug=slug, exam=one.key))


def _add(draft: Version, module: CourseModule, kind: ActivityKind, form: ActivityForm) -> Activity:
    return services.add_activity(
        module,
        key=key_of(form, {activity.key for activity in draft.activities}),
        kind=kind,
        title=form.texts("title"),
        minutes=form.minutes.data,
        details=form.details(),
        rules=form.chosen_rules(),
        now=clock.now(),
        actor=current_user.person,
    )


@blueprint.route("/authoring/activities/<public_id>", methods=["GET", "POST"])
@access.requires(AUTHOR, guests=True)
def activity(public_id: str) -> ResponseReturnValue:
    """Change an activity, or when the exam opens."""
    found = loaded_activity(public_id)
    if found.kind is ActivityKind.LESSON:
        return redirect(url_for("catalog.lesson_details", public_id=public_id))
    draft = loaded_draft(found.version.public_id)
    form = _form(draft, found)
    result = submit(
        form,
        lambda: _change(found, form),
        stored=lambda: _form(loaded_draft(draft.public_id), found, formdata=None),
    )
    if result.done:
        return _to_outline(draft, found)
    return render_template(
        "catalog/activity.html", activity=found, version=draft, form=form, theirs=result.theirs
    ), result.status


def _form(draft: Version, found: Activity, **options: Any) -> Any:
    kind: Any = ExamPlaceForm if found.kind is ActivityKind.EXAM else FORMS[found.kind]
    return kind(draft, found.key, data=form_values(found), **options)


def _change(found: Activity, form: Any) -> None:
    is_exam = found.kind is ActivityKind.EXAM
    services.change_activity(
        found,
        title={} if is_exam else form.texts("title"),
        minutes=found.minutes if is_exam else form.minutes.data,
        details=None if is_exam else form.details(restore(found.kind, found.details)),
        rules=form.rules() if is_exam else form.chosen_rules(),
        row_version=number(form.row_version),
        now=clock.now(),
        actor=current_user.person,
    )


def _to_outline(draft: Version, one: Activity) -> ResponseReturnValue:
    anchor = f"lesson-{one.public_id}"
    return redirect(url_for("catalog.draft", public_id=draft.public_id, _anchor=anchor))
