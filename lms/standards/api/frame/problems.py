"""Errors of the API as ``application/problem+json`` (RFC 9457), whatever raised them."""

import json
from http import HTTPStatus
from typing import Any

from flask import Response

from lms.core.errors import Refusal

PREFIX = "/api"


class Malformed(Refusal):
    """The request can't be read at all."""

    status = 400


class Unknown(Refusal):
    """No token, or one that opens nothing (any more)."""

    status = 401


class Outdated(Refusal):
    """The record isn't the one that ``If-Match`` names any more."""

    status = 412


class UnreadableType(Refusal):
    """The body is of a type that isn't read here."""

    status = 415


class NeedsMatch(Refusal):
    """Changing this record needs ``If-Match``, so that nobody's change is overwritten unseen."""

    status = 428


def problem(status: int, message: Any = "", **details: Any) -> Response:
    """Return the problem for ``status``; ``details`` become members of it."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        **({"detail": str(message)} if str(message) else {}),
        **{name: value for name, value in details.items() if value is not None},
    }
    text = json.dumps(body, ensure_ascii=False, default=str)
    answer = Response(text, status, mimetype="application/problem+json")
    if status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="api"'
    return answer
