"""The API's routes, its document and the page that explains it."""

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from lms.core.errors import Missing
from lms.core.settings import Settings
from lms.standards.api import resources  # noqa: F401 - declares the operations
from lms.standards.api.blueprint import blueprint
from lms.standards.api.documentation import kind_of, sections, shown
from lms.standards.api.frame.openapi import document
from lms.standards.api.frame.problems import PREFIX, problem
from lms.standards.api.frame.serving import VERSION, add_operations, speak_callers_language
from lms.standards.api.tokens import views
from lms.standards.api.tokens.scopes import Scope
from lms.standards.api.tokens.words import SCOPE_NAMES
from lms.standards.webhooks import views as webhooks  # noqa: F401 - the pages of webhooks
from lms.web import access, errors
from lms.web.i18n import current_language

blueprint.record(add_operations)  # once all domains have declared theirs


@blueprint.get("/api/openapi.json")
@access.public
def openapi() -> ResponseReturnValue:
    """Give the API's description for tools."""
    return jsonify(document(_server()))


@blueprint.get("/api/docs")
@access.public
def docs() -> ResponseReturnValue:
    """Explain the API to the people who use it, and name its operations."""
    return render_template(
        "api/docs.html",
        sections=sections(),
        scopes=[(scope.value, SCOPE_NAMES[scope]) for scope in Scope],
        permission=views.PERMISSION,
    )


@blueprint.get("/api/docs/<key>")
@access.public
def docs_section(key: str) -> ResponseReturnValue:
    """Explain the operations about one thing, each with an example."""
    section = next((one for one in sections() if one.key == key), None)
    if section is None:
        raise Missing
    return render_template(
        "api/docs_section.html",
        section=section,
        operations=shown(section, _server()),
        kind_of=kind_of,
    )


def _server() -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.public_address


def _choose_language() -> None:
    if _is_operation():
        speak_callers_language()


def _tell_language(answer: Response) -> Response:
    """Tell which language was spoken, and that another caller may be answered in another one."""
    if _is_operation():
        answer.headers.setdefault("Content-Language", current_language())
        answer.vary.add("Accept-Language")
    return answer


def _is_operation() -> bool:
    return request.path.startswith(f"{VERSION}/")


def init_app(app: Flask) -> None:
    """Serve the API; what goes wrong beneath its address is a problem, not a page."""
    app.before_request_funcs.setdefault(None, []).insert(0, _choose_language)
    app.after_request(_tell_language)
    app.register_blueprint(blueprint)
    errors.speak(app, PREFIX, problem)
