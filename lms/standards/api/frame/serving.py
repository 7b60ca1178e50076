"""Serving declared operations: who asks, may they, is it well-formed, then the operation."""

import dataclasses
import functools
import hashlib
from collections.abc import Callable
from http import HTTPStatus

from flask import Response, current_app, g, request
from flask.sansio.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.unit_of_work import release
from lms.standards.api.frame.faults import faulty
from lms.standards.api.frame.idempotency import once
from lms.standards.api.frame.operations import OPERATIONS, Answer, Call, Operation
from lms.standards.api.frame.problems import (
    Malformed,
    NeedsMatch,
    Outdated,
    UnreadableType,
    problem,
)
from lms.standards.api.frame.wording import sentence
from lms.standards.api.tokens.callers import identify
from lms.standards.api.tokens.models import ApiToken
from lms.standards.api.tokens.queries import viewer_of
from lms.web import access
from lms.web.i18n import browsers_language, current_language

VERSION = "/api/v1"


def add_operations(state: BlueprintSetupState) -> None:
    """Add a route beneath ``VERSION`` for each operation that is declared by then."""
    for one in OPERATIONS:
        view = access.token(_served(one))
        state.add_url_rule(VERSION + one.rule, one.name, view, methods=[one.method])


def _served(operation: Operation) -> Callable[..., Response]:
    @functools.wraps(operation.view)
    def serve(**values: str) -> Response:
        token = identify(operation.scope)
        call = _prepared(operation, _call(operation, token))
        do = functools.partial(_answer, operation, call, values)
        key = request.headers.get("Idempotency-Key")
        if key is None or operation.method != "POST":
            return do()[0]
        return once(key=key, token=token, request=_sameness(), now=call.now, do=do)

    return serve


def _prepared(operation: Operation, call: Call) -> Call:
    if operation.prepare is None:
        return call
    release(then_writing=False)
    call = dataclasses.replace(call, prepared=operation.prepare(call))
    release()
    return call


def speak_callers_language() -> None:
    """Answer in the language the caller asks for, else in English: there is no cookie to tell."""
    g.language = browsers_language() or "en"


def _call(operation: Operation, token: ApiToken) -> Call:
    settings, now = current_app.config["SETTINGS"], clock.now()
    return Call(
        viewer=viewer_of(token),
        token=token,
        query=_query(operation),
        body=_body(operation),
        now=now,
        settings=settings,
        today=clock.local_date(now, settings.time_zone),
        match=_matcher(required=operation.versioned),
    )


def _query(operation: Operation) -> BaseModel:
    given = request.args.to_dict(flat=False)
    twice = [name for name, values in given.items() if len(values) > 1]
    if twice:
        raise faulty([(f"query.{name}", _l("stands there twice")) for name in twice])
    try:
        return operation.query.model_validate({name: values[0] for name, values in given.items()})
    except ValidationError as error:
        raise _refused("query", error) from error


def _body(operation: Operation) -> BaseModel | None:
    if operation.body is None:
        if operation.is_writing and _sent():
            raise Malformed(_l("This operation takes no body."))
        return None
    if request.mimetype != "application/json":
        raise UnreadableType(_l("The body must be application/json."))
    try:
        return operation.body.model_validate_json(_sent())
    except ValidationError as error:
        raise _refused("body", error) from error


def _sent() -> bytes:
    """Return the body; one that comes in chunks, without its length, is else just cut off."""
    sent = request.get_data(cache=True)
    if request.content_length is None and len(sent) == request.max_content_length:
        raise RequestEntityTooLarge
    return sent


def _refused(place: str, error: ValidationError) -> Invalid | Malformed:
    faults = error.errors(include_url=False, include_input=False)
    if any(fault["type"] == "json_invalid" for fault in faults):
        return Malformed(_l("The body isn't valid JSON."))
    return faulty(
        [(".".join([place, *map(str, fault["loc"])]), sentence(fault)) for fault in faults]
    )


def _sameness() -> bytes:
    head = f"{request.method} {request.full_path} {request.headers.get('If-Match', '')}\n"
    return head.encode() + request.get_data(cache=True)


def _matcher(*, required: bool) -> Callable[[BaseModel], None]:
    def match(present: BaseModel) -> None:
        if not required:
            return
        if "If-Match" not in request.headers:
            raise NeedsMatch(_l("Send If-Match with the ETag of the record you read."))
        _demand_same(tag_of(present.model_dump_json()))

    return match


def _demand_same(tag: str) -> None:
    if tag not in request.if_match:
        raise Outdated(_l("The record has changed since you read it."))


def tag_of(body: str) -> str:
    """Return the tag of a record's state, as ``ETag`` carries it between quotes."""
    return hashlib.sha256(body.encode()).hexdigest()[:32]


def _file(sent: Response) -> Response:
    """Return a file; a range beyond its end, or one of another file, is refused as all else is."""
    if sent.status_code < HTTPStatus.BAD_REQUEST:
        return sent
    refused = problem(sent.status_code)
    if "Content-Range" in sent.headers:
        refused.headers["Content-Range"] = sent.headers["Content-Range"]
    return refused


def _answer(
    operation: Operation, call: Call, values: dict[str, str]
) -> tuple[Response, str | None]:
    """Return the answer, and the text that is kept where that is another one."""
    answer: Answer = operation.view(call, **values)
    if answer.file is not None:
        return _file(answer.file), None
    status = answer.status or operation.status
    if answer.body is None:
        return Response(status=status), None
    text = answer.body.model_dump_json()
    kept = answer.kept.model_dump_json() if answer.kept else None
    response = Response(text, status, mimetype="application/json")
    response.headers["Content-Language"] = current_language()  # kept with it for a repetition
    tag = tag_of(kept or text)  # the record's own, without a secret
    response.set_etag(tag)
    if answer.location is not None:
        response.headers["Location"] = VERSION + answer.location
    if operation.method == "GET":
        if "If-Match" in request.headers:
            _demand_same(tag)
        # Not If-Match, too: the library takes its `*` for a tag, and would send the body with 412.
        response.make_conditional({**request.environ, "HTTP_IF_MATCH": ""})
    return response, kept
