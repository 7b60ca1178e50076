"""What a design shows: previews of it, and its pictures."""

import io
from datetime import date
from typing import Literal

from flask import Response
from pydantic import Field

from lms.catalog.errors import WrongFile
from lms.catalog.media.pictures import Picture
from lms.certification.designs import queries
from lms.certification.designs.models import CertificateDesign
from lms.certification.designs.pictures import add_picture, picture_of, taken
from lms.certification.designs.samples import Sample
from lms.certification.designs.sheet.faces import Face, face_of
from lms.certification.designs.views.previews import rendered
from lms.core.clock import local_date
from lms.core.errors import Missing
from lms.core.pdf import Form
from lms.core.storage import blobs
from lms.standards.api.frame.faults import fault, unknown
from lms.standards.api.frame.files import Base64, content_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Key, Query, Received, Sent
from lms.standards.api.resources.designing.designs import TAG, must_manage, seen
from lms.standards.api.tokens.scopes import Scope


class PictureIn(Received):
    """An emblem or a signature."""

    content: Base64 = Field(
        description="A PNG, JPEG or WebP file in base64: 4 MB at most, and no more than a body may "
        "have (usually 5 MB, which is 3.9 MB of a file)."
    )


class PictureOut(Sent):
    """A picture of a design, made anew from its pixels."""

    id: Key
    media_type: str = Field(examples=["image/png"])
    width: int = Field(description="In pixels.")
    height: int


class PreviewQuery(Query):
    """What a preview shows."""

    language: Literal["ru", "en"] = "ru"
    sample: Sample = Sample.USUAL
    version: int | None = Field(None, ge=1, le=10**6, description="Left out: the draft.")


@operation(
    "GET",
    "/certificate-designs/{design_id}/preview",
    tag=TAG,
    scope=Scope.DESIGNS_READ,
    summary="Preview a design",
    query=PreviewQuery,
    files=("application/pdf",),
    refusals=(503,),
)
def preview_certificate_design(call: Call, design_id: str) -> Answer:
    """A PDF of the saved draft, or of a version, with made-up facts: marked as a sample, unsigned,
    in no register.
    """
    design, asked = seen(call, design_id), call.query
    face, on = _previewed(design, call)
    pdf = rendered(face, asked.language, asked.sample, Form.PDF, on)
    sent = Response(pdf, mimetype="application/pdf")
    sent.headers.set("Content-Disposition", "inline", filename="sample.pdf")
    return Answer(file=sent)


def _made_anew(call: Call) -> Picture:
    must_manage(call)
    try:
        return taken(io.BytesIO(content_of(call.body.content)))
    except WrongFile as refusal:
        raise fault("body.content", refusal.message) from refusal


@operation(
    "POST",
    "/certificate-designs/{design_id}/pictures",
    tag=TAG,
    scope=Scope.DESIGNS_WRITE,
    summary="Add a picture to a design",
    body=PictureIn,
    answer=PictureOut,
    status=201,
    prepare=_made_anew,
)
def add_design_picture(call: Call, design_id: str) -> Answer:
    """Keep an emblem or a signature for a design: its draft can show it from then on. The same
    picture is kept once.
    """
    design = queries.locked_design(design_id)
    if design is None:
        raise Missing
    try:
        row = add_picture(design, call.prepared, now=call.now, actor=call.viewer.person)
    except WrongFile as refusal:
        raise fault("body.content", refusal.message) from refusal
    own = f"/certificate-designs/{design_id}/pictures/{row.public_id}"
    return Answer(
        PictureOut(id=row.public_id, media_type=row.media_type, width=row.width, height=row.height),
        location=own,
    )


@operation(
    "GET",
    "/certificate-designs/{design_id}/pictures/{picture_id}",
    tag=TAG,
    scope=Scope.DESIGNS_READ,
    summary="Download a picture of a design",
    files=("image/png", "image/jpeg"),
)
def get_design_picture(call: Call, design_id: str, picture_id: str) -> Answer:
    """An emblem or a signature of the design, as certificates show it."""
    found = picture_of(seen(call, design_id), picture_id)
    if found is None:
        raise Missing
    return Answer(file=Response(blobs().get(found.blob), mimetype=found.media_type))


def _previewed(design: CertificateDesign, call: Call) -> tuple[Face, date]:
    """Return the face that a preview shows, and the day of its sample."""
    if call.query.version is None:
        return face_of(design.draft), call.today
    for one in design.versions:
        if one.number == call.query.version:
            return face_of(one.face), local_date(one.published_at, call.settings.time_zone)
    raise unknown("query.version")
