"""Designs of certificates: read with their versions, made, edited, previewed, published."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.certification.designs import checking, queries, services
from lms.certification.designs.checking import MOST_OF_NOTE, plain
from lms.certification.designs.models import CertificateDesign, DesignVersion
from lms.certification.designs.pictures import own_pictures
from lms.certification.designs.sheet.faces import face_of
from lms.certification.errors import DesignNameTaken
from lms.certification.policies import may_manage_designs, may_see_designs
from lms.core.errors import Forbidden, Missing
from lms.standards.api.frame.faults import check_all
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Key,
    Line,
    PageOf,
    Paging,
    PersonRef,
    Received,
    Sent,
    person_ref,
)
from lms.standards.api.resources.designing.faces import FaceIn, FaceOut, Text, face_out, read_face
from lms.standards.api.tokens.scopes import Scope

TAG = "Designs of certificates"


class DesignOut(Sent):
    """A design with the draft that is edited; certificates are made with its newest version."""

    id: Key
    name: str
    draft: FaceOut
    draft_changed_at: datetime
    newest_version: int | None = Field(description="Null: nothing is published yet.")
    differs: bool = Field(description="Whether the draft says something else than that version.")
    retired_at: datetime | None = Field(description="No new certificates since.")


class DesignVersionOut(Sent):
    """A published version; it never changes."""

    number: int
    published_at: datetime
    published_by: PersonRef | None
    note: str
    issued: int = Field(description="How many certificates were issued with it.")
    face: FaceOut


class DesignIn(Received):
    """A design's name and what its draft begins with."""

    name: Line = Field(examples=["Gala"])
    draft: FaceIn = FaceIn()


class DesignChange(Received):
    """What becomes of a design; what is left out stays."""

    name: Line | None = Field(None, examples=["Gala"])
    draft: FaceIn | None = Field(None, description="The whole of it: it replaces what was there.")


class Publication(Received):
    """What is new."""

    note: Text = Field("", examples=["The director changed"])


@operation(
    "GET",
    "/certificate-designs",
    tag=TAG,
    scope=Scope.DESIGNS_READ,
    summary="List designs",
    query=Paging,
    answer=PageOf[DesignOut],
)
def list_designs(call: Call) -> Answer:
    """All designs by name, also those that are retired. Needs a token over the whole network, as
    all about designs.
    """
    must_see(call)
    return Answer(
        page_of(
            queries.designs_statement(),
            call.query,
            shown,
            columns=(CertificateDesign.name,),
            readers=(str,),
            key=lambda one: (one.name,),
        )
    )


@operation(
    "POST",
    "/certificate-designs",
    tag=TAG,
    scope=Scope.DESIGNS_WRITE,
    summary="Make a design",
    body=DesignIn,
    answer=DesignOut,
    status=201,
    refusals=(409,),
)
def make_design(call: Call) -> Answer:
    """Make a design with a draft; certificates notice nothing of it before it is published and
    chosen. Pictures are added to it later. 409: another design has the name.
    """
    must_manage(call)
    name = _name(call.body.name)
    face = read_face(call.body.draft, ())
    try:
        made = services.create_design(name=name, face=face, now=call.now, actor=call.viewer.person)
    except DesignNameTaken as refusal:
        raise _taken(refusal) from refusal
    return Answer(shown(_changed(made)), location=f"/certificate-designs/{made.public_id}")


@operation(
    "GET",
    "/certificate-designs/{design_id}",
    tag=TAG,
    scope=Scope.DESIGNS_READ,
    summary="Get a design",
    answer=DesignOut,
)
def get_design(call: Call, design_id: str) -> Answer:
    """One design with its draft."""
    return Answer(shown(seen(call, design_id)))


@operation(
    "PATCH",
    "/certificate-designs/{design_id}",
    tag=TAG,
    scope=Scope.DESIGNS_WRITE,
    summary="Change a design's draft",
    body=DesignChange,
    answer=DesignOut,
    versioned=True,
)
def change_design(call: Call, design_id: str) -> Answer:
    """Change the draft or the name. Published versions stay as they are. 409: the design is
    retired, or another one has the name.
    """
    design, change = _locked(call, design_id), call.body
    face = face_of(design.draft)
    if change.draft is not None:
        face = read_face(change.draft, own_pictures(design))
    try:
        services.save_draft(
            design,
            name=design.name if change.name is None else _name(change.name),
            face=face,
            seen=design.row_version,
            now=call.now,
            actor=call.viewer.person,
        )
    except DesignNameTaken as refusal:
        raise _taken(refusal) from refusal
    return Answer(shown(design))


@operation(
    "GET",
    "/certificate-designs/{design_id}/versions",
    tag=TAG,
    scope=Scope.DESIGNS_READ,
    summary="List versions of a design",
    query=Paging,
    answer=PageOf[DesignVersionOut],
)
def list_design_versions(call: Call, design_id: str) -> Answer:
    """The published versions, the newest first, and how many certificates were issued with each."""
    design = seen(call, design_id)
    counts = queries.issued_with(design)
    return Answer(
        page_of(
            queries.versions_statement(design),
            call.query,
            lambda one: _version(one, counts.get(one.number, 0)),
            columns=(DesignVersion.number,),
            readers=(int,),
            key=lambda one: (one.number,),
            descending=True,
        )
    )


@operation(
    "POST",
    "/certificate-designs/{design_id}/publish",
    tag=TAG,
    scope=Scope.DESIGNS_WRITE,
    summary="Publish a design",
    body=Publication,
    answer=DesignOut,
    versioned=True,
)
def publish_design(call: Call, design_id: str) -> Answer:
    """Make the draft the version that new certificates get from now on, where the design is chosen.
    409: it is retired, or the draft is what was published last.
    """
    design, note = _locked(call, design_id), call.body.note
    check_all([("body.note", lambda: checking.check_length(note, MOST_OF_NOTE))])
    services.publish(
        design,
        note=plain(note),
        seen=design.row_version,
        now=call.now,
        actor=call.viewer.person,
    )
    return Answer(shown(_changed(design)))


@operation(
    "POST",
    "/certificate-designs/{design_id}/retire",
    tag=TAG,
    scope=Scope.DESIGNS_WRITE,
    summary="Retire a design",
    answer=DesignOut,
    versioned=True,
)
def retire_design(call: Call, design_id: str) -> Answer:
    """Make no new certificates with it; those that were issued keep it, and what had chosen it gets
    what is next. 409: it is the network's choice, or retired already.
    """
    design = _locked(call, design_id)
    services.retire(design, seen=design.row_version, now=call.now, actor=call.viewer.person)
    return Answer(shown(design))


@operation(
    "POST",
    "/certificate-designs/{design_id}/take-back",
    tag=TAG,
    scope=Scope.DESIGNS_WRITE,
    summary="Use a retired design again",
    answer=DesignOut,
    versioned=True,
)
def take_back_design(call: Call, design_id: str) -> Answer:
    """Use a retired design again: what had chosen it gets it again. 409: it isn't retired."""
    design = _locked(call, design_id)
    services.take_back(design, seen=design.row_version, now=call.now, actor=call.viewer.person)
    return Answer(shown(design))


def must_manage(call: Call) -> None:
    """Refuse whoever doesn't look after certificates of the whole network."""
    if not may_manage_designs(call.viewer):
        raise Forbidden(_l("Only who looks after the whole network may do this."))


def must_see(call: Call) -> None:
    """Refuse whoever may not look at what concerns the whole network."""
    if not may_see_designs(call.viewer):
        raise Forbidden(_l("Only who looks after the whole network may do this."))


def seen(call: Call, design_id: str) -> CertificateDesign:
    """Return a design for a look at it, or refuse as missing."""
    must_see(call)
    found = queries.design_for(design_id)
    if found is None:
        raise Missing
    return found


def _locked(call: Call, design_id: str) -> CertificateDesign:
    """Return a design for a change, as the caller has read it."""
    must_manage(call)
    found = queries.locked_design(design_id)
    if found is None:
        raise Missing
    call.match(shown(found))
    return found


def _changed(design: CertificateDesign) -> CertificateDesign:
    """Return a design that was just changed, with all its versions."""
    found = queries.locked_design(design.public_id)
    if found is None:
        raise Missing
    return found


def _name(text: str) -> str:
    check_all([("body.name", lambda: checking.check_name(text))])
    return plain(text)


def _taken(refusal: DesignNameTaken) -> DesignNameTaken:
    refusal.details["errors"] = [{"field": "body.name", "message": refusal.message}]
    return refusal


def shown(design: CertificateDesign) -> DesignOut:
    """Return a design that was loaded with its versions."""
    last = design.latest
    return DesignOut(
        id=design.public_id,
        name=design.name,
        draft=face_out(face_of(design.draft)),
        draft_changed_at=design.draft_changed_at,
        newest_version=last.number if last else None,
        differs=last is None or last.face != design.draft,
        retired_at=design.retired_at,
    )


def _version(one: DesignVersion, issued: int) -> DesignVersionOut:
    return DesignVersionOut(
        number=one.number,
        published_at=one.published_at,
        published_by=person_ref(one.published_by) if one.published_by else None,
        note=one.note,
        issued=issued,
        face=face_out(face_of(one.face)),
    )
