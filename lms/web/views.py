"""Routes of no domain: language, theme, health, the page of components."""

from tempfile import TemporaryFile
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from lms.core.database import db, is_at_its_place, takes_changes
from lms.core.signing import public_keys as public_keys_of
from lms.core.storage import StoreUnavailable, blobs
from lms.web import access
from lms.web.choices import THEMES, keep_language, keep_theme
from lms.web.design import sample_page
from lms.web.errors import in_a_line
from lms.web.i18n import LANGUAGES

ROOM = 1024**2  # bytes; a request of half as many is kept in memory

blueprint = Blueprint("web", __name__)


def _back() -> Response:
    """Lead back to the page the choice was made on; home if that was the answer to a form."""
    address = access.safe_next(request.form.get("next"), "/")
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    try:
        adapter.match(urlsplit(address).path, method="GET")
    except MethodNotAllowed:
        address = "/"
    except HTTPException:
        pass  # a missing page may be shown in the chosen language too
    return redirect(address)  # type: ignore[return-value]


@blueprint.post("/language")
@access.public
def set_language() -> ResponseReturnValue:
    """Show the interface in the chosen language from now on."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    answer = _back()
    keep_language(answer, language)
    return answer


@blueprint.post("/theme")
@access.public
def set_theme() -> ResponseReturnValue:
    """Show pages light, dark or as the system is set."""
    theme = request.form.get("theme", "")
    if theme not in THEMES:
        abort(400)
    answer = _back()
    keep_theme(answer, theme)
    return answer


@blueprint.get("/health")
@access.public
def health() -> ResponseReturnValue:
    """Tell whether the database, background jobs and stored files are well: 200 or 503.

    Without Redis everything goes on, limits counted by each machine and jobs begun some seconds
    later: ``degraded``, with 200.
    """
    checks = {
        "database": _database_is_well(),
        "jobs": current_app.extensions["jobs_are_well"](),
        "files": _files_are_well(),
    }
    well = all(checks.values())
    status = "ok" if well else "failing"
    if current_app.config["SETTINGS"].redis_url:
        checks["store"] = current_app.extensions["store_is_well"]()
        status = "degraded" if well and not checks["store"] else status
    words = {name: "ok" if good else "failing" for name, good in checks.items()}
    return jsonify({"status": status, **words}), 200 if well else 503


@blueprint.get("/.well-known/jwks.json")
@access.public
def public_keys() -> ResponseReturnValue:
    """Publish the public halves of the signing keys, also of those that signed before."""
    answer = jsonify(public_keys_of(current_app.config["SETTINGS"]))
    answer.headers["Cache-Control"] = "public, max-age=300"
    return answer


def _database_is_well() -> bool:
    try:
        # Of a file that is gone SQLite makes an empty one: a table is asked, not SQLite itself.
        answers = db.session.scalar(sa.text("SELECT 1 FROM alembic_version")) == 1
        connection = db.session.connection()
        is_there, is_open = is_at_its_place(connection), takes_changes(connection)
    except (sa.exc.SQLAlchemyError, OSError) as error:
        current_app.logger.warning("health: the database does not answer: %s", in_a_line(error))
        return False
    if not is_there:
        current_app.logger.error("health: the database's file was moved, removed or replaced")
    elif not is_open:
        current_app.logger.error(
            "health: the database takes no changes: a full disk, or a file that is read only "
            "or was so when it was opened: then a restart helps"
        )
    return answers and is_there and is_open


def _files_are_well() -> bool:
    try:
        blobs().check()
    except StoreUnavailable as error:
        told = in_a_line(error.__cause__)
        current_app.logger.warning("health: the store of files does not answer: %s", told)
        return False
    return _takes_large_requests()


def _takes_large_requests() -> bool:
    """Tell whether the folder for temporary files, where they are kept while read, has room."""
    try:
        with TemporaryFile() as file:
            file.write(bytes(ROOM))
    except OSError as error:
        current_app.logger.warning("health: the folder for temporary files is full: %s", error)
        return False
    return True


@blueprint.get("/design")
@access.public
def design() -> ResponseReturnValue:
    """Show every component with its states; exists in development only."""
    if current_app.config["SETTINGS"].is_production:
        abort(404)
    return render_template("design/index.html", **sample_page())
