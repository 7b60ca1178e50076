"""Security headers of every reply, and what a signed-in page may leave in caches: nothing."""

from pathlib import PurePath
from urllib.parse import quote

from flask import Flask, Response, g, request

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
ALWAYS = (
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
# Unless a reply has its own: static files may be kept, drawings and attachments are more confined.
BY_DEFAULT = (
    ("Content-Security-Policy", "; ".join(map(" ".join, CONTENT_SECURITY_POLICY.items()))),
    ("Cache-Control", "no-store"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
HTTPS_ONLY = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


def confine(policy: str) -> None:
    """Send the reply of this request under a policy of its own, narrower than the pages'."""
    g.content_policy = policy


def save_as(response: Response, name: str) -> None:
    """Let the browser save the reply under ``name``, in letters of any alphabet.

    A header holds none but Latin ones: RFC 8187, 3.2.3 has the others, RFC 6266, appendix D a name
    beside it for who doesn't know that.
    """
    names, ending = {"filename": name}, PurePath(name).suffix
    if not name.isascii():
        names = {
            "filename": f"file{ending if ending.isascii() else ''}",
            "filename*": f"UTF-8''{quote(name, safe='')}",
        }
    response.headers.set("Content-Disposition", "attachment", **names)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    if "content_policy" in g:
        headers["Content-Security-Policy"] = g.content_policy
    for name, value in BY_DEFAULT:
        if name not in headers:
            headers[name] = value
    for name, value in ALWAYS:
        headers[name] = value
    return response


def _insist_on_https(response: Response) -> Response:
    """Tell the browser to come back over HTTPS alone; the reverse proxy redirects who doesn't."""
    if request.is_secure or request.headers.get("X-Forwarded-Proto") == "https":
        response.headers.add(*HTTPS_ONLY)
    return response


def init_app(app: Flask) -> None:
    """Send the headers with every reply; HTTPS is insisted on in production."""
    app.after_request(_add_headers)
    if app.config["SETTINGS"].is_production:
        app.after_request(_insist_on_https)
