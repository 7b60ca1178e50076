"""Figures: served to those who may see them, added to and removed from drafts by authors."""

from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.catalog import policies, queries
from lms.catalog.media.kinds import MediaKind, format_of
from lms.catalog.media.queries import rendition_for
from lms.catalog.views.base import blueprint
from lms.catalog.views.sending import send_blob
from lms.core.errors import Missing
from lms.web import access


@blueprint.get("/files/<public_id>")
@access.any_account
def file(public_id: str) -> ResponseReturnValue:
    """Serve a course's file; a foreign one looks like a missing one."""
    found = queries.file_for(public_id)
    if found is None or not policies.may_see_file(current_user, found):
        raise Missing
    known = format_of(found.path)
    is_document = known is not None and known.kind is MediaKind.DOCUMENT
    return send_blob(
        found.blob,
        size=found.size,
        media_type=found.media_type,
        download_name=found.name if is_document else "",
    )


@blueprint.get("/files/<public_id>/<int:width>")
@access.any_account
def rendition(public_id: str, width: int) -> ResponseReturnValue:
    """Serve a smaller picture of a course's file, to those who may see the file."""
    found = queries.file_for(public_id)
    if found is None or not policies.may_see_file(current_user, found):
        raise Missing
    smaller = rendition_for(found, width)
    if smaller is None:
        raise Missing
    return send_blob(smaller.blob, size=smaller.size, media_type=smaller.media_type)
