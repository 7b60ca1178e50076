"""The editor of a design's draft."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.errors import WrongFile
from lms.certification.designs import services
from lms.certification.designs.changes import (
    PART_HINTS,
    PLACEHOLDER_NAMES,
    Change,
    changes,
)
from lms.certification.designs.checking import plain
from lms.certification.designs.choosing import NETWORK, Chosen, choices
from lms.certification.designs.forms import DesignForm, PublishForm, seen_in
from lms.certification.designs.models import CertificateDesign
from lms.certification.designs.pictures import add_picture, own_pictures
from lms.certification.designs.sheet.faces import face_of
from lms.certification.designs.sheet.placeholders import Placeholder
from lms.certification.designs.sheet.styles import COLOURS, Ink
from lms.certification.designs.views.base import PERMISSION, found_design, locked_design
from lms.certification.designs.views.previews import address_of, drawn
from lms.certification.errors import DesignChanged, DesignNameTaken
from lms.certification.views.blueprint import blueprint
from lms.core import clock
from lms.core.pdf import Form
from lms.core.unit_of_work import reads_first, release
from lms.web import access
from lms.web.i18n import current_language


@blueprint.route("/hr/designs/<design_id>", methods=["GET", "POST"])
@access.requires(PERMISSION)
@reads_first
def edit_design(design_id: str) -> ResponseReturnValue:
    """Edit the draft beside its preview: save it, or only look (``action`` is ``preview``)."""
    design = found_design(design_id)
    if design.retired_at is not None:
        return redirect(url_for("certification.design_history", design_id=design_id), 303)
    form = DesignForm.of(design, current_language())
    if request.method != "POST":
        return _page(design, form)
    design = _take_pictures(design_id, form)
    if not form.validate_on_submit():
        return _page(design, form, status=422)
    if request.form.get("action") == "preview":
        return _page(design, form, is_posted=True)
    return _saved(design, form)


def _take_pictures(design_id: str, form: DesignForm) -> CertificateDesign:
    """Keep what was uploaded, whatever else is wrong with the form: nobody chooses a file twice.

    Returns the design as it is now, for a change.
    """
    made = form.pictures()
    release()
    design = locked_design(design_id)
    for picture, field in made:
        try:
            row = add_picture(design, picture, now=clock.now(), actor=current_user.person)
            field.data = row.public_id
        except WrongFile as error:
            form.refused[field.name] = error.message
    return design


def _saved(design: CertificateDesign, form: DesignForm) -> ResponseReturnValue:
    try:
        services.save_draft(
            design,
            name=plain(form.name.data),
            face=form.face(own_pictures(design)),
            seen=form.seen,
            now=clock.now(),
            actor=current_user.person,
        )
    except DesignNameTaken as error:
        form.name.errors = [error.message]
        return _page(design, form, status=409)
    except DesignChanged:
        return _met(design, form)
    flash(_("The draft is saved."), "good")
    return redirect(url_for("certification.edit_design", design_id=design.public_id), 303)


def _met(design: CertificateDesign, form: DesignForm) -> ResponseReturnValue:
    """Show what was typed and what someone else saved; sent again, it replaces theirs knowingly."""
    theirs = changes(form.face(own_pictures(design)), face_of(design.draft))
    form.row_version.data = str(design.row_version)
    return _page(design, form, status=409, theirs=theirs)


def _page(
    design: CertificateDesign,
    form: DesignForm,
    *,
    status: int = 200,
    is_posted: bool = False,
    theirs: Sequence[Change] | None = None,
) -> ResponseReturnValue:
    face = form.face(own_pictures(design)) if is_posted else face_of(design.draft)
    last = design.latest
    values: dict[str, Any] = {
        "form": form,
        "design": design,
        "theirs": theirs,
        "differs": last is None or last.face != design.draft,
        "used_by": _used_by(design),
        "is_networks": _is(choices()[NETWORK], design),
        "publishing": PublishForm(
            formdata=None, data={"row_version": str(design.row_version)}, prefix="publish"
        ),
        "placeholders": list(Placeholder),
        "placeholder_names": PLACEHOLDER_NAMES,
        "hints": {part.value: hint for part, hint in PART_HINTS.items()},
        "swatches": {accent.value: inks[Ink.ACCENT] for accent, inks in COLOURS.items()},
        "preview": address_of(drawn(face, form)) if is_posted else None,
    }
    return render_template("certification/designs/edit.html", **values), status


def _used_by(design: CertificateDesign) -> int:
    return sum(_is(one, design) for one in choices().values())


def _is(chosen: Chosen, design: CertificateDesign) -> bool:
    return chosen.design is not None and chosen.design.id == design.id


@blueprint.post("/hr/designs/<design_id>/sample")
@access.requires(PERMISSION)
@reads_first
def sample_document(design_id: str) -> ResponseReturnValue:
    """Send a PDF of what is typed: marked as a sample, unsigned, in no register."""
    design = found_design(design_id)
    form = DesignForm.of(design, current_language())
    if not form.validate_on_submit():
        return _page(design, form, status=422)
    pdf = drawn(form.face(own_pictures(design)), form, Form.PDF)
    response = Response(pdf, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename="sample.pdf")
    return response


@blueprint.post("/hr/designs/<design_id>/publish")
@access.requires(PERMISSION)
def publish_design(design_id: str) -> ResponseReturnValue:
    """Publish the saved draft as a further version."""
    design, form = locked_design(design_id), PublishForm(prefix="publish")
    if not form.validate_on_submit():
        flash(_("What is new: at most 300 characters."), "bad")
        return redirect(url_for("certification.edit_design", design_id=design_id), 303)
    version = services.publish(
        design,
        note=plain(form.note.data),
        seen=seen_in(form.row_version),
        now=clock.now(),
        actor=current_user.person,
    )
    flash(_("Version %(number)d is published.", number=version.number), "good")
    return redirect(url_for("certification.edit_design", design_id=design_id), 303)
