"""Checking the code on a certificate in the browser; taking a certificate's digital badge."""

from pathlib import Path

from flask import Response, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.certification import numbers, queries
from lms.certification.credentials import badges, services
from lms.certification.models import Certificate
from lms.certification.views.blueprint import blueprint, settings
from lms.core import clock
from lms.core.errors import Missing
from lms.core.signing import public_keys
from lms.core.unit_of_work import release
from lms.people.identity import Viewer
from lms.web import access
from lms.web.headers import save_as
from lms.web.i18n import in_browsers_language


@blueprint.get("/verify/offline")
@access.public
@in_browsers_language
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


@blueprint.get("/certificates/<number>/badge.jwt")
@access.signed_in
def badge(number: str) -> ResponseReturnValue:
    """Send the digital badge to its holder or to HR, as VC-JWT: what verifiers take."""
    return send_badge(current_user, number)


@blueprint.get("/certificates/<number>/badge.json")
@access.signed_in
def badge_document(number: str) -> ResponseReturnValue:
    """Send the same as a JSON document, in an envelope: what wallets take."""
    return send_enveloped(current_user, number)


@blueprint.get("/certificates/<number>/badge-with-proof.json")
@access.signed_in
def proven_badge(number: str) -> ResponseReturnValue:
    """Send the digital badge as a JSON document that carries its own proof (Data Integrity)."""
    return send_proven(current_user, number)


def send_badge(viewer: Viewer, number: str) -> Response:
    """Return the badge as VC-JWT. Raises Missing, as the other two do, for who may not take it."""
    return _file(Response(_badge(viewer, number), mimetype="application/vc+jwt"), number, "jwt")


def send_enveloped(viewer: Viewer, number: str) -> Response:
    """Return the same in a JSON document."""
    return _file(jsonify(badges.enveloped(_badge(viewer, number))), number, "json")


def send_proven(viewer: Viewer, number: str) -> Response:
    """Return the badge as a JSON document with its own proof."""
    certificate = _takeable(viewer, number)
    content = services.take_proven(certificate, now=clock.now(), settings=settings())
    return _file(Response(content, mimetype="application/vc"), number, "vc.json")


def _badge(viewer: Viewer, number: str) -> str:
    return services.take(_takeable(viewer, number), now=clock.now(), settings=settings())


def _takeable(viewer: Viewer, number: str) -> Certificate:
    """Return a certificate whose badge the viewer may take; its first taking writes."""
    certificate = queries.takeable(viewer, numbers.parse(number) or "")
    if certificate is None:
        raise Missing
    if not services.is_taken(certificate):
        release()
    return certificate


def _file(response: Response, number: str, ending: str) -> Response:
    save_as(response, f"badge-{numbers.group(numbers.parse(number) or '')}.{ending}")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _keys() -> dict[str, object]:
    return public_keys(current_app.config["SETTINGS"])
