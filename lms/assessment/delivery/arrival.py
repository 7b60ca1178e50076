"""When a request arrived: taken at its very first instruction, before anything can keep it waiting.

A slow server or a busy database must not make an answer late.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask import Flask, request

from lms.core import clock

KEY = "lms.received_at"


def init_app(app: Flask) -> None:
    """Note the arrival of each request."""
    inner = app.wsgi_app

    def note(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[KEY] = clock.now()
        return inner(environ, start_response)

    app.wsgi_app = note  # type: ignore[method-assign]


def received_at() -> datetime:
    """Return when the current request arrived."""
    instant: datetime = request.environ[KEY]
    return instant
