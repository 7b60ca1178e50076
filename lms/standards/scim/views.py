"""The SCIM endpoints: a token, then the protocol; its library is imported at the first request."""

import json
from typing import Any

from flask import Blueprint, Flask, Response

from lms.standards.api.frame.serving import speak_callers_language
from lms.standards.api.tokens.callers import identify
from lms.standards.api.tokens.queries import viewer_of
from lms.standards.api.tokens.scopes import Scope
from lms.standards.scim.errors import Refused
from lms.web import access, errors

PREFIX = "/scim/v2"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
MEDIA_TYPE = "application/scim+json"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"  # RFC 7644, 3.12
blueprint = Blueprint("scim", __name__)


@blueprint.route(f"{PREFIX}/<path:path>", methods=METHODS)
@access.token
def serve(path: str) -> Response:
    """Serve one SCIM request."""
    speak_callers_language()
    viewer = viewer_of(identify(Scope.SCIM))
    from lms.standards.scim import serving  # noqa: PLC0415

    return serving.answer(viewer, PREFIX, path)


def _refused(error: Refused) -> Response:
    """Answer what was refused; the transaction is rolled back by then."""
    return error.answer


def problem(status: int, message: Any = "", **_details: Any) -> Response:
    """Return any other refusal as SCIM writes errors."""
    body = {"schemas": [ERROR], "status": str(status)}
    if message:
        body["detail"] = str(message)
    answer = Response(json.dumps(body, ensure_ascii=False), status, mimetype=MEDIA_TYPE)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="scim"'
    return answer


def init_app(app: Flask) -> None:
    """Serve SCIM; what goes wrong beneath its address is a SCIM error."""
    app.register_blueprint(blueprint)
    app.register_error_handler(Refused, _refused)
    errors.speak(app, PREFIX, problem)
