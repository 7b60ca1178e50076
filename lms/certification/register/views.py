"""The newest checkpoint at a public address: whoever likes keeps a copy."""

from flask import Response
from flask.typing import ResponseReturnValue

from lms.certification.register import services
from lms.certification.views.blueprint import blueprint
from lms.core.errors import Missing
from lms.web import access


@blueprint.get("/register/checkpoint.json")
@access.public
def checkpoint() -> ResponseReturnValue:
    """Send the newest checkpoint, which says nothing about anyone."""
    newest = services.newest_checkpoint()
    if newest is None:
        raise Missing
    response = Response(services.file_of(newest), mimetype="application/json")
    response.headers["Cache-Control"] = "public, max-age=60"
    return response
