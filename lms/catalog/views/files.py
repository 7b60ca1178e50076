"""Figures: served to those who may see them, added to and removed from drafts by authors."""

from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.catalog import policies, queries
from lms.catalog.views.base import blueprint
from lms.catalog.views.sending import send_blob
from lms.core.errors import Missing
from lms.web import access


@blueprint.get("/files/<public_id>")
@access.signed_in
def file(public_id: str) -> ResponseReturnValue:
    """Serve a course's file; a foreign one looks like a missing one."""
    found = queries.file_for(public_id)
    if found is None or not policies.may_see_file(current_user, found):
        raise Missing
    return send_blob(found.blob, size=found.size, media_type=found.media_type)
