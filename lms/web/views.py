"""Routes of no domain: language, theme, health, the page of components."""

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

from lms.core.database import db
from lms.web import access
from lms.web.i18n import LANGUAGE_COOKIE, LANGUAGES

blueprint = Blueprint("web", __name__)

THEMES = ("light", "dark", "system")
YEAR = 365 * 24 * 3600


def _remember(cookie: str, value: str) -> Response:
    answer = redirect(access.safe_next(request.form.get("next"), "/"))
    secure = current_app.config["SETTINGS"].is_production
    answer.set_cookie(cookie, value, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    return answer  # type: ignore[return-value]


@blueprint.post("/language")
@access.public
def set_language() -> ResponseReturnValue:
    """Show the interface in the chosen language from now on."""
    language = request.form.get("language", "")
    if language not in LANGUAGES:
        abort(400)
    return _remember(LANGUAGE_COOKIE, language)


@blueprint.post("/theme")
@access.public
def set_theme() -> ResponseReturnValue:
    """Show pages light, dark or as the system is set."""
    theme = request.form.get("theme", "")
    if theme not in THEMES:
        abort(400)
    return _remember("theme", theme)


@blueprint.get("/health")
@access.public
def health() -> ResponseReturnValue:
    """Tell whether the database and the background jobs are well: 200 or 503."""
    checks = {"database": _database_is_well(), "jobs": current_app.extensions["jobs_are_well"]()}
    well = all(checks.values())
    words = {name: "ok" if good else "failing" for name, good in checks.items()}
    return jsonify({"status": "ok" if well else "failing", **words}), 200 if well else 503


def _database_is_well() -> bool:
    try:
        return bool(db.session.scalar(sa.text("SELECT 1")) == 1)
    except sa.exc.SQLAlchemyError:
        current_app.logger.exception("health: the database does not answer")
        return False


@blueprint.get("/design")
@access.public
def design() -> ResponseReturnValue:
    """Show every component with its states; exists in development only."""
    if current_app.config["SETTINGS"].is_production:
        abort(404)
    return render_template("design/index.html")
