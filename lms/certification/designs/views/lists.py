"""The list of designs, a new one, a design's history; retiring one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certification.designs import queries, services
from lms.certification.designs.changes import changes
from lms.certification.designs.checking import plain
from lms.certification.designs.forms import AgainForm, NewDesignForm, seen_in
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
from lms.certification.designs.views.choices import listed_page
from lms.certification.errors import DesignNameTaken
from lms.certification.policies import may_manage_designs
from lms.certification.views.blueprint import blueprint
from lms.core import clock
from lms.web import access


@blueprint.get("/hr/designs")
@access.requires(SEE)
def designs() -> ResponseReturnValue:
    """List the designs, and say which certificates get which."""
    must_see()
    return listed_page()


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


@blueprint.post("/hr/designs/<design_id>/retire")
@access.requires(PERMISSION)
def retire_design(design_id: str) -> ResponseReturnValue:
    """Make no new certificates with a design."""
    design, form = locked_design(design_id), AgainForm()
    seen, actor = seen_in(form.row_version), current_user.person
    services.retire(design, seen=seen, now=clock.now(), actor=actor)
    flash(_("The design is retired. Certificates that were issued with it keep it."), "good")
    return redirect(url_for("certification.designs"), 303)


@blueprint.post("/hr/designs/<design_id>/take-back")
@access.requires(PERMISSION)
def take_back_design(design_id: str) -> ResponseReturnValue:
    """Use a retired design again."""
    design, form = locked_design(design_id), AgainForm()
    seen, actor = seen_in(form.row_version), current_user.person
    services.take_back(design, seen=seen, now=clock.now(), actor=actor)
    flash(_("The design is in use again."), "good")
    return redirect(url_for("certification.edit_design", design_id=design_id), 303)


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
