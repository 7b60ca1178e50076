"""Previews: the real rendering of what is typed, as an image and as a PDF marked as a sample."""

from dataclasses import replace
from datetime import date
from urllib.parse import quote

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.certification.designs.forms import DesignForm
from lms.certification.designs.models import CertificateDesign
from lms.certification.designs.pictures import (
    own_pictures,
    picture_of,
    stored_pictures,
    with_pictures,
)
from lms.certification.designs.samples import Sample, sample_facts
from lms.certification.designs.sheet.composing import compose
from lms.certification.designs.sheet.faces import Face, face_of
from lms.certification.designs.views.base import PERMISSION, SEE, found_design, found_version
from lms.certification.views.blueprint import blueprint, settings, today
from lms.core.clock import local_date
from lms.core.errors import Missing
from lms.core.pdf import Form, renderer
from lms.core.storage import blobs
from lms.core.unit_of_work import reads_first, release
from lms.web import access
from lms.web.headers import confine
from lms.web.i18n import LANGUAGES, current_language

DRAWN = 2  # grows when layouts are drawn differently
IMAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


def rendered(face: Face, language: str, sample: Sample, form: Form, on: date) -> bytes:
    """Return a sample of a face; ends the transaction before the slow part."""
    facts = sample_facts(sample, language, settings(), on)
    page = compose(face, language, facts, is_sample=True)
    pictures = stored_pictures(face.pictures)
    release(then_writing=False)
    document = replace(with_pictures(page.document(), pictures), form=form)
    return renderer().render(document)


def drawn(face: Face, form: DesignForm, made: Form = Form.SVG) -> bytes:
    """Return the sample that a form asks to see."""
    sample = Sample(form.shown_sample.data)
    return rendered(face, str(form.shown_language.data), sample, made, today())


def address_of(image: bytes) -> str:
    """Return an image as an address that holds it."""
    return "data:image/svg+xml," + quote(image)


def _asked(design: CertificateDesign) -> tuple[DesignForm, Face | None]:
    """Return what is typed; no face when it can't be shown."""
    form = DesignForm.of(design, current_language())
    return form, form.face(own_pictures(design)) if form.validate_on_submit() else None


@blueprint.post("/hr/designs/<design_id>/preview")
@access.requires(PERMISSION)
@reads_first
def preview_design(design_id: str) -> ResponseReturnValue:
    """Send the image of what is typed; 422 with a sentence when it can't be shown."""
    form, face = _asked(found_design(design_id))
    if face is None:
        return jsonify({"message": _("The preview waits: the form holds a mistake.")}), 422
    return _image(drawn(face, form))


@blueprint.get("/hr/designs/<design_id>/image")
@access.requires(SEE)
def design_image(design_id: str) -> ResponseReturnValue:
    """Send the image of the saved draft, or of the published version that is asked for."""
    design, number = found_design(design_id), request.args.get("version", type=int)
    language, sample = _shown()
    if number is None:
        return _image(rendered(face_of(design.draft), language, sample, Form.SVG, today()))
    version = found_version(design, number)
    tag = f"{DRAWN}-{version.id}-{language}-{sample.value}"
    if request.if_none_match.contains(tag):
        return _kept(Response(status=304), tag)
    on = local_date(version.published_at, settings().time_zone)
    return _kept(_image(rendered(face_of(version.face), language, sample, Form.SVG, on)), tag)


def _kept(response: Response, tag: str) -> Response:
    """Let the browser keep an image that never changes, and ask each time whether it still may."""
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _shown() -> tuple[str, Sample]:
    language, sample = request.args.get("language"), request.args.get("sample")
    known = {one.value for one in Sample}
    return (
        language if language in LANGUAGES else current_language(),
        Sample(sample) if sample in known else Sample.USUAL,
    )


def _image(content: bytes) -> Response:
    response = Response(content, mimetype="image/svg+xml")
    confine(IMAGE_POLICY)
    return response


@blueprint.get("/hr/designs/<design_id>/pictures/<picture_id>")
@access.requires(SEE)
def design_picture(design_id: str, picture_id: str) -> ResponseReturnValue:
    """Send an emblem or a signature of the design."""
    found = picture_of(found_design(design_id), picture_id)
    if found is None:
        raise Missing
    confine(IMAGE_POLICY)
    return Response(blobs().get(found.blob), mimetype=found.media_type)
