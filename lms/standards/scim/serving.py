"""One SCIM request: the library's protocol over our records."""

import json
from typing import Any

from flask import Response, current_app, request
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    InvalidFilterException,
    Resource,
    ResourceType,
    ResponseParameters,
    SCIMException,
    SearchRequest,
)
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.service import ScimService, scim_exception_of
from scim2_server.storage import SearchPage

from lms.core import clock
from lms.core.errors import Refusal
from lms.people.identity import Viewer
from lms.standards.scim.errors import Refused
from lms.standards.scim.schemas import LONGEST, PROVIDER, USUAL
from lms.standards.scim.storage import Records
from lms.standards.scim.users import Desk
from lms.standards.scim.values import understood


class Service(ScimService):
    """The library's service; a PATCH answers with the record, which most clients expect."""

    def read_search(
        self, resource_types: list[ResourceType], payload: Any
    ) -> tuple[SearchRequest[Any], Any]:
        """Read what is searched for; who asks for no count of users is given the usual page."""
        if isinstance(payload, dict):
            if len(str(payload)) > LONGEST:
                raise InvalidFilterException(detail=f"A search has at most {LONGEST} characters")
            is_of_users = [one.name for one in resource_types] == ["User"]
            if is_of_users and "count" not in map(str.casefold, payload):
                payload = {**payload, "count": USUAL}
        return super().read_search(resource_types, payload)  # type: ignore[no-any-return]

    def search_response(
        self,
        base_url: str,
        resource_types: list[ResourceType],
        page: SearchPage,
        search_request: SearchRequest[Any],
    ) -> ScimResponse:
        """Return a page of what was found, each resource as it was made to be sent.

        The library would copy each, read it again and write it again, at the price of all else on a
        page.
        """
        none = SearchPage(page.total, [])
        answered = super().search_response(base_url, resource_types, none, search_request)
        assert answered.body is not None
        answered.body["itemsPerPage"] = len(page.resources)
        if page.resources:
            answered.body["Resources"] = [
                resource.model_dump(
                    scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=search_request
                )
                for resource in page.resources
            ]
        return answered

    def patch_response(
        self, base_url: str, resource: Resource[Any], response_parameters: ResponseParameters[Any]
    ) -> ScimResponse:
        """Return the changed resource."""
        return self.replacement_response(base_url, resource, response_parameters)

    def bulk_failure(self, outcome: dict[str, Any], exception: Exception) -> dict[str, Any]:
        """Return the outcome of an operation that was refused; the others go on.

        Whatever is no refusal is a fault of the server: it ends the request, and nothing is done.
        """
        if isinstance(exception, Refusal):
            error = Error(status=exception.status, detail=str(exception.message))
            return {**outcome, "status": error.status, "response": error}
        if not isinstance(exception, SCIMException):
            raise exception
        return super().bulk_failure(outcome, exception)  # type: ignore[no-any-return]

    @staticmethod
    def error_of(exception: Exception) -> Error:
        """Return what is wrong, without the library's own notes on types."""
        cause = exception.__cause__
        told = scim_exception_of(cause) if isinstance(cause, ValidationError) else exception
        return ScimService.error_of(told)


SERVICE = Service(PROVIDER)


def answer(viewer: Viewer, prefix: str, path: str) -> Response:
    """Answer the request; raises Refused for what the library or our records refuse."""
    settings, now = current_app.config["SETTINGS"], clock.now()
    today = clock.local_date(now, settings.time_zone)
    address = settings.public_address + prefix
    desk = Desk(viewer, now, today, settings.default_language, address)
    try:
        method, body = _asked(path)
        asked = ScimRequest(
            method=method,
            base_url=address,
            path=f"/{path}",
            query=request.args.to_dict(),
            headers=list(request.headers.items()),
            body=body,
            subject=desk.viewer,
        )
        records = Records(desk, in_bulk=path.strip("/") == "Bulk")
        answered = ScimHandler(SERVICE, records).handle(asked)
        records.complete(answered.body, asked.base_url)
        return _sent(answered)
    except SCIMException as error:
        raise Refused(_sent(SERVICE.error_response(error))) from error


def _asked(path: str) -> tuple[str, bytes]:
    """Return method and body, as our records take them; a change of nothing is a reading."""
    body = request.get_data()
    if request.method not in ("POST", "PUT", "PATCH"):
        return request.method, body
    try:
        content = json.loads(body)
        meant = understood(content, path.strip("/").partition("/")[0])
    except (ValueError, RecursionError):
        return request.method, body  # the library tells what is wrong with it
    if meant == content:
        return request.method, body
    if request.method == "PATCH" and not meant["Operations"]:
        return "GET", b""
    return request.method, json.dumps(meant).encode()  # escaped: half characters stay readable


def _sent(answered: ScimResponse) -> Response:
    body = "" if answered.body is None else json.dumps(answered.body, ensure_ascii=False)
    return Response(body, int(answered.status), answered.headers)
