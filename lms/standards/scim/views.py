"""The SCIM endpoints: a token, then the library's protocol over our records."""

import json
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request
from scim2_models import Error, Resource, ResponseParameters, SCIMException
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import SCIM_MEDIA_TYPE, ScimResponse
from scim2_server.service import ScimService

from lms.core import clock
from lms.standards.api.tokens.callers import identify
from lms.standards.api.tokens.queries import viewer_of
from lms.standards.api.tokens.scopes import Scope
from lms.standards.scim.schemas import PROVIDER
from lms.standards.scim.storage import Records
from lms.standards.scim.users import Desk
from lms.web import access, errors

PREFIX = "/scim/v2"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
blueprint = Blueprint("scim", __name__)


class Service(ScimService):
    """The library's service; a PATCH answers with the record, which most clients expect."""

    def patch_response(
        self, base_url: str, resource: Resource[Any], response_parameters: ResponseParameters[Any]
    ) -> ScimResponse:
        """Return the changed resource."""
        return self.replacement_response(base_url, resource, response_parameters)


SERVICE = Service(PROVIDER)


@blueprint.route(f"{PREFIX}/<path:path>", methods=METHODS)
@access.token
def serve(path: str) -> Response:
    """Serve one SCIM request."""
    token, settings, now = identify(Scope.SCIM), current_app.config["SETTINGS"], clock.now()
    today = clock.local_date(now, settings.time_zone)
    desk = Desk(viewer_of(token), now, today, settings.default_language)
    asked = ScimRequest(
        method=request.method,
        base_url=settings.public_address + PREFIX,
        path=f"/{path}",
        query=request.args.to_dict(),
        headers=list(request.headers.items()),
        body=request.get_data(),
        subject=desk.viewer,
    )
    return _sent(ScimHandler(SERVICE, Records(desk)).handle(asked))


def _sent(answer: ScimResponse) -> Response:
    body = "" if answer.body is None else json.dumps(answer.body, ensure_ascii=False)
    return Response(body, int(answer.status), answer.headers)


def _refused(error: SCIMException) -> Response:
    """Answer what the library or our records refuse; the transaction is rolled back by then."""
    return _sent(SERVICE.error_response(error))


def problem(status: int, message: Any = "", **_details: Any) -> Response:
    """Return any other refusal as SCIM writes errors."""
    body = Error(status=status, detail=str(message) or None).model_dump()
    answer = Response(json.dumps(body, ensure_ascii=False), status, mimetype=SCIM_MEDIA_TYPE)
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="scim"'
    return answer


def init_app(app: Flask) -> None:
    """Serve SCIM; what goes wrong beneath its address is a SCIM error."""
    app.register_blueprint(blueprint)
    app.register_error_handler(SCIMException, _refused)
    errors.speak(app, PREFIX, problem)
