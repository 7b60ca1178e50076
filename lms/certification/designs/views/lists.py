"""The list of designs, a new one, a design's history, and which courses get which."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.models import Course
from lms.certification.designs import choosing, queries, services
from lms.certification.designs.changes import LAYOUT_NAMES, changes
from lms.certification.designs.choosing import Chosen
from lms.certification.designs.forms import (
    BUILT_IN,
    NETWORK,
    AgainForm,
    ChoiceForm,
    NewDesignForm,
    plain,
    seen_in,
)
from lms.certification.designs.models import CertificateDesign
from lms.certification.designs.sheet.faces import Face, face_of
from lms.certification.designs.sheet.styles import Layout
from lms.certification.designs.views.base import (
    PERMISSION,
    SEE,
    found_design,
    found_version,
    locked_design,
    must_manage,
    must_see,
)
from lms.certification.errors import ChoiceChanged, DesignNameTaken
from lms.certification.policies import may_manage_designs
from lms.certification.queries import registry
from lms.certification.views.blueprint import blueprint
from lms.core import clock
from lms.web import access
from lms.web.i18n import localised


@blueprint.get("/hr/designs")
@access.requires(SEE)
def designs() -> ResponseReturnValue:
    """List the designs, and say which certificates get which."""
    must_see()
    return _list()


def _list(posted: ChoiceForm | None = None, status: int = 200) -> ResponseReturnValue:
    found, chosen, taught = queries.designs(), choosing.choices(), registry.courses()
    titles = {course.id: localised(title) for course, title in taught}
    courses = [(course, localised(title)) for course, title in taught]
    page = render_template(
        "certification/designs/list.html",
        designs=found,
        chosen=chosen,
        titles=titles,
        forms_of=_choice_forms(found, chosen, courses, posted),
        layout_names=LAYOUT_NAMES,
        face_of=face_of,
        may_manage=may_manage_designs(current_user),
    )
    return page, status


def _choice_forms(
    found: Sequence[CertificateDesign],
    chosen: dict[int | None, Chosen],
    courses: Sequence[tuple[Course, str]],
    posted: ChoiceForm | None,
) -> dict[str, ChoiceForm]:
    """The form of the network's choice and of a course's; the one that was refused as it was."""
    data = {"design": _value(chosen[None]), "number": str(chosen[None].number)}
    forms = {"network": ChoiceForm(formdata=None, data=data, prefix="network").offer([], found)}
    listed = [(course.slug, title) for course, title in courses]
    if listed:
        forms["course"] = ChoiceForm(formdata=None, prefix="course").offer(listed, found)
    if posted is not None:
        forms["course" if "course" in posted else "network"] = posted
    return forms


def _value(chosen: Chosen) -> str:
    if chosen.follows_network:
        return NETWORK
    return chosen.design.public_id if chosen.design else BUILT_IN


@blueprint.post("/hr/designs/choice")
@access.requires(PERMISSION)
def choose_design() -> ResponseReturnValue:
    """Choose the design for the network, or for one course."""
    must_manage()
    scope = "course" if "course-course" in request.form else "network"
    courses = {course.slug: (course, localised(title)) for course, title in registry.courses()}
    listed = [(slug, title) for slug, (_course, title) in courses.items()]
    form = ChoiceForm(prefix=scope).offer(listed if scope == "course" else [], queries.designs())
    if not form.validate_on_submit():
        return _list(form, 422)
    course = courses[form.course.data][0] if scope == "course" else None
    try:
        _choose(form, course)
    except ChoiceChanged as error:
        form.form_errors = [str(error.message)]
        form.number.data = str(choosing.choices()[None].number)
        return _list(form, 409)
    flash(_("The choice is saved. It counts for certificates issued from now on."), "good")
    return redirect(url_for("certification.designs", _anchor="choices"), 303)


def _choose(form: ChoiceForm, course: Course | None) -> None:
    known = {one.public_id: one for one in queries.designs()}
    seen = seen_in(form.number)
    if course is not None:  # chosen from a list: the page shows no earlier choice to be overwritten
        seen = choosing.choices().get(course.id, Chosen()).number
    choosing.choose(
        course=course,
        design=known.get(str(form.design.data)),
        follows_network=form.design.data == NETWORK,
        seen=seen,
        now=clock.now(),
        actor=current_user.person,
    )


@blueprint.route("/hr/designs/new", methods=["GET", "POST"])
@access.requires(PERMISSION)
def new_design() -> ResponseReturnValue:
    """Make a design from one of the layouts, with the standard texts."""
    must_manage()
    form = NewDesignForm()
    if not form.validate_on_submit():
        return _new(form), 422 if form.errors else 200
    try:
        made = services.create_design(
            name=plain(form.name.data),
            face=Face(layout=Layout(form.layout.data)),
            now=clock.now(),
            actor=current_user.person,
        )
    except DesignNameTaken as error:
        form.name.errors = [error.message]
        return _new(form), 409
    return redirect(url_for("certification.edit_design", design_id=made.public_id), 303)


def _new(form: NewDesignForm) -> str:
    return render_template("certification/designs/new.html", form=form)


@blueprint.get("/hr/designs/<design_id>/history")
@access.requires(SEE)
def design_history(design_id: str) -> ResponseReturnValue:
    """Show the versions, the newest first, with what each changed."""
    return _history(found_design(design_id))


def _history(design: CertificateDesign) -> str:
    faces = [face_of(version.face) for version in design.versions]
    pairs = zip(design.versions, [None, *faces], faces, strict=False)
    told = [(one, changes(old, new) if old else None) for one, old, new in pairs]
    return render_template(
        "certification/designs/history.html",
        design=design,
        may_manage=may_manage_designs(current_user),
        told=told[::-1],
        counts=queries.issued_with(design),
        again=AgainForm(formdata=None, data={"row_version": str(design.row_version)}),
    )


@blueprint.post("/hr/designs/<design_id>/versions/<int:number>/again")
@access.requires(PERMISSION)
def use_design_again(design_id: str, number: int) -> ResponseReturnValue:
    """Begin the draft anew from an older version."""
    design = locked_design(design_id)
    version, form = found_version(design, number), AgainForm()
    services.use_again(
        design,
        version,
        seen=seen_in(form.row_version),
        now=clock.now(),
        actor=current_user.person,
    )
    flash(_("The draft is now as version %(number)d. Publish it to use it.", number=number), "good")
    return redirect(url_for("certification.edit_design", design_id=design.public_id), 303)
