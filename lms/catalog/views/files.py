"""Figures: served to those who may see them, added to and removed from drafts by authors."""

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.catalog import policies, queries
from lms.catalog.views.base import blueprint
from lms.core.errors import Missing
from lms.core.storage import blobs
from lms.web import access

# A drawing opened by itself is a document of our origin: nothing in it may run, load or navigate.
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@blueprint.get("/files/<public_id>")
@access.signed_in
def file(public_id: str) -> ResponseReturnValue:
    """Serve a course's file; a foreign one looks like a missing one."""
    found = queries.file_for(public_id)
    if found is None or not policies.may_see_file(current_user, found):
        raise Missing
    answer = Response(mimetype=found.media_type)
    # The browser may keep it, shared caches may not; it asks again who may see it. The tag is the
    # content itself, so an unchanged figure costs no bytes.
    answer.set_etag(found.blob)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Disposition"] = "inline"
    if found.blob not in request.if_none_match:
        answer.set_data(blobs().get(found.blob))
    return answer.make_conditional(request)
