"""The addresses at which files arrive piece by piece; see ``protocol``."""

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.errors import WrongFile
from lms.catalog.media.reading import HEAD
from lms.catalog.uploading import protocol, queries, services
from lms.catalog.uploading.models import MediaUpload
from lms.catalog.uploading.places import place_of
from lms.catalog.uploading.sources import from_upload, give_up
from lms.catalog.views.base import AUTHOR, blueprint
from lms.catalog.views.media import add_to, largest, limits, loaded_library, told, told_refusal
from lms.core import clock
from lms.core.errors import Missing
from lms.core.unit_of_work import reads_first, release
from lms.web import access

UPLOADS = "/authoring/drafts/<public_id>/media/uploads"


def _own(public_id: str, upload_id: str) -> MediaUpload:
    """Return one's own upload; another person's is a missing one."""
    draft = loaded_library(public_id)
    upload = queries.upload_of(current_user.person, draft, upload_id)
    if upload is None:
        raise Missing
    return upload


@blueprint.route(UPLOADS, methods=["OPTIONS"], provide_automatic_options=False)
@access.requires(AUTHOR, guests=True)
def upload_protocol(public_id: str) -> ResponseReturnValue:
    """Say which version of the protocol is spoken here, and how large a file may be."""
    loaded_library(public_id)
    return protocol.answer(
        204,
        Tus_Resumable=protocol.VERSION,
        Tus_Version=protocol.VERSION,
        Tus_Extension=protocol.EXTENSIONS,
        Tus_Max_Size=str(max(limits().values())),
    )


@blueprint.post(UPLOADS)
@access.requires(AUTHOR, guests=True)
@protocol.speaks_tus
def begin_upload(public_id: str) -> ResponseReturnValue:
    """Begin an upload, or find the one of the same file that broke off."""
    draft = loaded_library(public_id)
    protocol.check_version()
    file = protocol.announced()
    upload = services.begin(
        draft,
        name=file.name,
        size=file.size,
        modified=file.modified,
        limits=limits(),
        quota=current_app.config["SETTINGS"].max_day_upload_bytes,
        now=clock.now(),
        person=current_user.person,
    )
    place = url_for("catalog.upload", public_id=public_id, upload_id=upload.public_id)
    offset = queries.received(upload.id)
    return protocol.answer(201, offset=offset, expires_at=upload.expires_at, Location=place)


@blueprint.route(f"{UPLOADS}/<upload_id>", methods=["HEAD"])
@access.requires(AUTHOR, guests=True)
@protocol.speaks_tus
def upload(public_id: str, upload_id: str) -> ResponseReturnValue:
    """Say how much of a file is here."""
    found = _own(public_id, upload_id)
    protocol.check_version()
    received = queries.received(found.id)
    services.check_offset(found, received, clock.now())
    return protocol.answer(
        200,
        offset=received,
        expires_at=found.expires_at,
        Upload_Length=str(found.size),
        Cache_Control="no-store",
    )


@blueprint.patch(f"{UPLOADS}/<upload_id>")
@access.requires(AUTHOR, guests=True)
@access.takes_bodies(largest)
@reads_first
@protocol.speaks_tus
def continue_upload(public_id: str, upload_id: str) -> ResponseReturnValue:
    """Take the next piece; of one that breaks off, what arrived until then."""
    found = _own(public_id, upload_id)
    protocol.check_version()
    offset = protocol.piece_offset()
    services.check_offset(found, offset, clock.now())
    release(then_writing=False)  # nothing is held while the piece is on its way
    piece, size = protocol.read_piece(found.size - offset)
    with piece:
        if not size:
            return protocol.answer(204, offset=offset, expires_at=found.expires_at)
        if offset == 0:
            _check_beginning(found, piece.read(HEAD))
        blob = place_of(found).put_file(piece)
    release()
    until = services.keep_piece(found.id, offset=offset, size=size, blob=blob, now=clock.now())
    return protocol.answer(204, offset=offset + size, expires_at=until)


def _check_beginning(found: MediaUpload, head: bytes) -> None:
    """Give an upload up as soon as its beginning tells that it can't be taken."""
    try:
        services.check_beginning(found.size, head, limits())
    except WrongFile:
        give_up(found, clock.now())
        raise


@blueprint.delete(f"{UPLOADS}/<upload_id>")
@access.requires(AUTHOR, guests=True)
@protocol.speaks_tus
def end_upload(public_id: str, upload_id: str) -> ResponseReturnValue:
    """Give one's own upload up."""
    found = _own(public_id, upload_id)
    protocol.check_version()
    give_up(found, clock.now())
    return protocol.answer(204)


@blueprint.post(f"{UPLOADS}/<upload_id>/remove")
@access.requires(AUTHOR, guests=True)
def remove_upload(public_id: str, upload_id: str) -> ResponseReturnValue:
    """Give one's own upload up, from the page."""
    give_up(_own(public_id, upload_id), clock.now())
    flash(_("The unfinished upload is removed."), "good")
    return redirect(url_for("catalog.media", public_id=public_id))


@blueprint.post(f"{UPLOADS}/<upload_id>/finish")
@access.requires(AUTHOR, guests=True)
@reads_first
def finish_upload(public_id: str, upload_id: str) -> ResponseReturnValue:
    """Look at a file that has arrived whole and put it into the library; asked again, tell which.

    Replies as uploading by a form does to a script.
    """
    found = _own(public_id, upload_id)
    draft = loaded_library(public_id)
    if found.ended_at:
        return told(draft, [one for one in (queries.file_of(found),) if one], [])
    try:
        file = add_to(draft, from_upload(found))
    except WrongFile as error:
        return told(loaded_library(public_id), [], [told_refusal(found.name, error)])
    return told(loaded_library(public_id), [file] if file else [], [])
