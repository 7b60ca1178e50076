"""Error pages: designed, in the reader's language, never with a trace or another person's data."""

import errno
import sqlite3
import sys
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InternalError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from lms.core.errors import Refusal
from lms.core.pdf import RenderTimeout
from lms.web.limits import limiter

DESIGNED = frozenset({401, 403, 404, 405, 409, 413, 414, 429, 431, 500, 503})

# What was sent may be right, and is taken another time.
SEND_AGAIN = frozenset({400, 401, 429, 500, 503})

# From these a way leads back to the page, with what was written there.
GO_BACK = SEND_AGAIN | {409, 413}

# The same page may be there in a while.
OPEN_AGAIN = frozenset({429, 500, 503})

# What a script is told when nobody said more; pages say it in their own templates.
_SHORT = {
    400: _l("The request could not be carried out"),
    401: _l("Sign in first"),
    403: _l("You have no access to this page"),
    404: _l("There is no such page"),
    405: _l("This address only takes what a form sends"),
    413: _l("The file is too large"),
    414: _l("The address is too long"),
    429: _l("Too many attempts"),
    431: _l("The browser sent too much along with the address"),
    500: _l("Something went wrong on our side"),
    503: _l("The site is busy or being serviced"),
}

MOST_WRITTEN = 400_000  # bytes of a form whose texts are given back
MEGABYTE = 1_048_576
LONG = 30  # characters that nobody likes to type twice
DATABASE_PAUSE = 5  # seconds until another try makes sense; the exam page keeps to it
DISK_PAUSE = 60  # seconds
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # a disk, somebody's share of it, a file
# What SQLite can't do at the moment, whatever is asked: another writes, the disk is full or away.
AWAY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}
AWAY_STATES = {"25006", "53100"}  # PostgreSQL's: it only answers questions, its disk is full

# Renders ``status`` with a sentence and machine-readable details.
Renderer = Callable[..., Any]


def speak(app: Flask, prefix: str, renderer: Renderer) -> None:
    """Let ``renderer`` answer for what goes wrong beneath ``prefix``, known addresses or not."""
    app.extensions.setdefault("error_renderers", {})[prefix] = renderer


def _own_renderer() -> Renderer | None:
    renderers: dict[str, Renderer] = current_app.extensions.get("error_renderers", {})
    for prefix, renderer in renderers.items():
        if request.path == prefix or request.path.startswith(f"{prefix}/"):
            return renderer
    return None


def wants_json() -> bool:
    """Tell whether the caller is a script module rather than a reader."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.is_json or best == "application/json"


def error_page(status: int, message: Any = "", **details: Any) -> tuple[Any, int]:
    """Return the page (or JSON) for ``status`` with a sentence for the reader."""
    renderer = _own_renderer()
    if renderer is not None:
        return renderer(status, message, **details), status
    if wants_json():
        words = str(message or _SHORT.get(status, _SHORT[400]))
        return jsonify({"status": status, "message": words, **details}), status
    if status >= 500:
        # The fault may lie in loading the visitor: the page must not try that again.
        g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined] # noqa: SLF001
    template = f"errors/{status}.html" if status in DESIGNED else "errors/error.html"
    pause = details.get("retry_after")
    page = render_template(
        template,
        status=status,
        message=message,
        minutes=-(-(pause or 60) // 60),  # until another try makes sense
        most=(request.max_content_length or 0) / MEGABYTE,
        names_pause=status == 429 and (pause is not None or not message),
        is_narrowed=status == 422 and request.method != "POST" and bool(request.query_string),
        form_page=_form_page() if status in GO_BACK else None,
        is_kept=status in SEND_AGAIN,
        may_open_again=status in OPEN_AGAIN and request.method != "POST",
        written=_written() if status in GO_BACK else [],
    )
    return page, status


def _form_page() -> str | None:
    """Return the address of the page whose form was sent, where it can be told."""
    if request.method != "POST":
        return None
    adapter = current_app.create_url_adapter(request)
    if adapter is not None and adapter.test(method="GET"):
        return request.path
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return None
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path


def _written() -> list[str]:
    """Return the sentences and lists of a form that wasn't taken, for its writer to copy.

    Only what a page of this site sent: another site may not put its words on our pages. Names,
    numbers and choices are soon entered again, and a password is never shown.
    """
    is_small = (request.content_length or 0) <= MOST_WRITTEN
    is_ours = urlsplit(request.headers.get("Origin", "")).netloc == request.host
    if not (is_ours and is_small and request.mimetype == "application/x-www-form-urlencoded"):
        return []
    texts = (value.strip() for name, value in request.form.items(True) if "password" not in name)
    return [text for text in texts if "\n" in text or (len(text) >= LONG and " " in text)]


def refused(error: Refusal) -> ResponseReturnValue:
    """Return the page of a refusal."""
    page, status = error_page(error.status, error.message, **error.details)
    pause = error.details.get("retry_after")
    return page, status, {} if pause is None else {"Retry-After": str(pause)}


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    counted = limiter.current_limit if status == 429 else None
    pause = {"retry_after": max(1, int(counted.reset_at - time.time()))} if counted else {}
    page, _ = error_page(status, **pause)
    headers = [h for h in error.get_headers() if h[0] in ("Retry-After", "Allow", "Location")]
    return page, status, headers


def _stale(_error: StaleDataError) -> ResponseReturnValue:
    return error_page(409, _l("Someone else changed this a moment ago. Nothing was overwritten."))


def _bad_csrf(_error: CSRFError) -> ResponseReturnValue:
    return error_page(
        400,
        _l(
            "The page was open for too long, or the browser keeps no cookies of this site. "
            "Go back to it and send the form again."
        ),
    )


def _sqlite_code(error: Exception) -> int | None:
    code: int | None = getattr(getattr(error, "orig", error), "sqlite_errorcode", None)
    return code


def is_away(error: Exception) -> bool:
    """Tell whether nothing can be asked of the database at the moment; else a statement is wrong.

    Hundreds ask again each second then: a trace of each would fill the disk of the log.
    """
    code = _sqlite_code(error)
    if code is not None:
        return code & 0xFF in AWAY
    if getattr(getattr(error, "orig", None), "sqlstate", None) in AWAY_STATES:
        return True
    if not isinstance(error, OperationalError):
        return False
    return error.statement is None or error.connection_invalidated  # not connected, or cut off


def in_a_line(error: BaseException | None) -> str:
    """Return what a database or a store said, for a log."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


def _database_away(
    error: OperationalError | InternalError | sqlite3.OperationalError,
) -> ResponseReturnValue:
    """Answer while the database can't be worked with; a statement that is wrong stays a fault."""
    if is_away(error):
        current_app.logger.warning("%s: the database is away: %s", request.path, in_a_line(error))
    else:
        current_app.log_exception(sys.exc_info())  # type: ignore[arg-type]
        if _sqlite_code(error) is not None or isinstance(error, InternalError):
            return error_page(500)
    page, status = error_page(503, retry_after=DATABASE_PAUSE)
    return page, status, {"Retry-After": str(DATABASE_PAUSE)}


def _disk_full(error: OSError) -> ResponseReturnValue:
    """Answer while no file takes more, such as what a large request is kept in as it is read."""
    if error.errno not in FULL:
        raise error
    current_app.logger.error("%s: nothing more can be written: %s", request.path, error)
    page, status = error_page(503, retry_after=DISK_PAUSE)
    return page, status, {"Retry-After": str(DISK_PAUSE)}


def _still_rendering(_error: RenderTimeout) -> ResponseReturnValue:
    return error_page(
        503, _l("The document is still being made. Please try again in a minute."), retry_after=60
    )


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(CSRFError, _bad_csrf)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InternalError, _database_away)  # of one that is read only
    app.register_error_handler(sqlite3.OperationalError, _database_away)  # the counts' own
    app.register_error_handler(OSError, _disk_full)
    app.register_error_handler(RenderTimeout, _still_rendering)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, lambda _e: error_page(500))
