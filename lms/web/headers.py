"""Security headers of every reply, and what a signed-in page may leave in caches: nothing."""

from flask import Flask, Response, g
from flask_talisman import Talisman

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": ["'self'", "data:"],
    "media-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


def _note_own_policy(response: Response) -> Response:
    g.own_policy = response.headers.get("Content-Security-Policy")
    return response


def _keep_own_policy(response: Response) -> Response:
    """Give a reply back the stricter policy that its view set; Talisman knows its own alone."""
    own = g.get("own_policy")
    if own is not None:
        response.headers["Content-Security-Policy"] = own
    return response


def _no_store(response: Response) -> Response:
    if "Cache-Control" not in response.headers:  # static files have their own
        response.headers["Cache-Control"] = "no-store"
    return response


def confine(policy: str) -> None:
    """Send the reply of this request under a policy of its own, narrower than the pages'."""
    g.content_policy = policy


def _own_policy(response: Response) -> Response:
    if "content_policy" in g:
        response.headers["Content-Security-Policy"] = g.content_policy
    return response


def init_app(app: Flask) -> None:
    """Send the headers with every reply; HTTPS is enforced in production."""
    app.after_request(_own_policy)  # runs last: before it, the pages' policy is set
    production = app.config["SETTINGS"].is_production
    app.after_request(_keep_own_policy)  # what is added first runs last
    Talisman(
        app,
        force_https=False,  # the reverse proxy redirects; behind it all requests look like HTTP
        strict_transport_security=production,
        session_cookie_secure=production,
        content_security_policy=CONTENT_SECURITY_POLICY,
        referrer_policy="same-origin",
        permissions_policy={"camera": "()", "microphone": "()", "geolocation": "()"},
        frame_options="DENY",
    )
    app.after_request(_note_own_policy)
    app.after_request(_no_store)
