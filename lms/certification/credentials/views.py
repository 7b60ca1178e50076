"""Checking the code on a certificate in the browser, also where there is no network."""

from pathlib import Path

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue

from lms.certification.views.blueprint import blueprint
from lms.core.signing import public_keys
from lms.web import access


@blueprint.get("/verify/offline")
@access.public
def verify_offline() -> ResponseReturnValue:
    """Show the page that checks codes by itself; it can be kept, and carries the public keys."""
    return render_template("certification/verify_offline.html", keys=_keys())


@blueprint.get("/verify/worker.js")
@access.public
def verify_worker() -> ResponseReturnValue:
    """Send the service worker that keeps the page: from here, for its reach is its own folder."""
    script = Path(str(current_app.static_folder)) / "js" / "verify-worker.js"
    response = Response(script.read_bytes(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _keys() -> dict[str, object]:
    return public_keys(current_app.config["SETTINGS"])
