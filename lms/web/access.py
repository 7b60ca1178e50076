"""Who may call a route. Every view declares its need; a guard checks it before the view runs.

``public``: anyone; ``public_question``: anyone, and its form needs no token against forgery.
``signed_in``: any account of the network's staff; ``any_account``: guests too, who have neither a
post nor a role. ``requires(permission)``: an account that has this permission somewhere in the
network; which records it may touch is the domain's policy. ``token``: authorised by a token in the
request, checked by the view itself, independent of any sign-in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from flask import Flask, Request, Response, abort, current_app, redirect, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_login import current_user
from itsdangerous import URLSafeTimedSerializer
from werkzeug.formparser import FormDataParser

View = TypeVar("View", bound=Callable[..., Any])

# Bytes of a form (without files) that strangers may send: a name and a password. Reading what has
# millions of fields costs seconds, and nobody is asked who they are before it.
OPEN_FORM = 64 * 1024


@dataclass(frozen=True)
class Need:
    """What a route asks of its caller."""

    kind: str  # public | signed_in | permission | token
    permission: Enum | None = None
    # Open to guests (accounts without post and role), whatever the permission: the view itself
    # limits them to the one course that they were invited to.
    guests: bool = False
    # Changes nothing and says the same to whoever sends the same form: a forged request gains
    # nothing, so no token is asked for, and no cookie that would have to hold it.
    only_asks: bool = False


def _declare(need: Need) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access_need = need  # type: ignore[attr-defined]
        return view

    return mark


public = _declare(Need("public"))
public_question = _declare(Need("public", only_asks=True))
signed_in = _declare(Need("signed_in"))
any_account = _declare(Need("signed_in", guests=True))
token = _declare(Need("token"))


def requires(permission: Enum, *, guests: bool = False) -> Callable[[View], View]:
    """Declare that a view needs ``permission``, or (with ``guests``) to be a guest's account."""
    return _declare(Need("permission", permission, guests))


def takes_bodies(largest: Callable[[Any], int]) -> Callable[[View], View]:
    """Let a view take larger bodies than others: as many bytes as ``largest`` says of the settings.

    Only those who may call the view are let send them.
    """

    def mark(view: View) -> View:
        view.largest_body = largest  # type: ignore[attr-defined]
        return view

    return mark


class Sessions(SecureCookieSessionInterface):
    """Sessions of one application's requests without a bearer token.

    Who brings a token is known by it alone.
    """

    _serializer: URLSafeTimedSerializer | None = None

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what the browser's cookie says; nothing beside a bearer token."""
        if request.headers.get("Authorization", "").startswith("Bearer "):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Save it, unless the reply is the same for everybody: Flask-Login looks at each session.

        A cache would keep such a reply for each cookie (``Vary``), a browser until the next one.
        """
        if not response.cache_control.public:
            super().save_session(app, session, response)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs the cookies of ``app``; made once, its key is the process's."""
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer


def need_of(app: Flask, endpoint: str) -> Need | None:
    """Return the declared need of ``endpoint``; None when it declares none."""
    need: Need | None = getattr(app.view_functions[endpoint], "access_need", None)
    return need


def undeclared(app: Flask) -> list[str]:
    """Return the endpoints that declare no need."""
    return sorted(e for e in app.view_functions if need_of(app, e) is None)


class _StorableForms(FormDataParser):
    def parse(self, *args: Any, **options: Any) -> Any:
        stream, form, files = super().parse(*args, **options)
        texts = [(name, text.replace("\0", "")) for name, text in form.items(multi=True)]
        return stream, self.cls(texts), files


class StorableRequest(Request):
    """A request whose form has no NUL characters: PostgreSQL stores none, and nobody types one."""

    form_data_parser_class = _StorableForms


def refuse_unstorable() -> None:
    """Answer 400 to an address with a NUL character, which no database takes."""
    if "\0" in request.path or any("\0" in text for text in request.args.values()):
        abort(400)


def guard() -> ResponseReturnValue | None:
    """Check the called route's need: sign-in page, 401 or 403 when it is not met."""
    if request.endpoint is None:
        return None
    view = request_view()
    need: Need = view.access_need
    if need.kind == "public" and request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = OPEN_FORM
    if need.kind in ("public", "token") or _asks_for_methods():
        return None
    if not current_user.is_authenticated:
        if request.method in ("GET", "HEAD") and request.accept_mimetypes.accept_html:
            return redirect(url_for("people.sign_in", next=_local_address()))
        abort(401)
    if not _meets(need):
        abort(403)
    if hasattr(view, "largest_body"):
        request.max_content_length = view.largest_body(current_app.config["SETTINGS"])
    return None


def _asks_for_methods() -> bool:
    """Tell whether Flask answers by itself which methods an address takes: no view is called."""
    rule = request.url_rule
    return request.method == "OPTIONS" and getattr(rule, "provide_automatic_options", False)


def _meets(need: Need) -> bool:
    """Tell whether the signed-in account meets the need; a guest only what is open to guests."""
    if current_user.is_guest:
        return need.guests
    return need.permission is None or current_user.may(need.permission)


def may_call(endpoint: str) -> bool:
    """Tell whether the signed-in viewer meets an endpoint's need: what pages offer they may do."""
    need = need_of(current_app, endpoint)
    if need is None or need.kind in ("public", "token"):
        return need is not None
    return current_user.is_authenticated and _meets(need)


def request_view() -> Any:
    """Return the view function of the current request."""
    return current_app.view_functions[str(request.endpoint)]


def _local_address() -> str | None:
    address = request.full_path.rstrip("?")
    return None if address == "/" else address


def safe_next(address: str | None, default: str) -> str:
    """Return ``address`` if it is a path on this site, else ``default``: no open redirect."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return default
    if any(ord(character) < 32 or character == "\\" for character in address):
        return default
    return address
