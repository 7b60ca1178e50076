"""Who calls: the token in the ``Authorization`` header, its limits and scopes."""

from datetime import datetime

from flask import current_app, request
from flask_babel import lazy_gettext as _l

from lms.audit.acting import act_through
from lms.core import clock
from lms.core.errors import Forbidden
from lms.core.unit_of_work import release, unit_of_work
from lms.standards.api.frame.problems import Unknown
from lms.standards.api.tokens.models import ApiToken
from lms.standards.api.tokens.queries import token_of, viewer_of
from lms.standards.api.tokens.scopes import PERMISSIONS, Scope
from lms.standards.api.tokens.services import PREFIX, is_use_worth_noting, note_use
from lms.web.limits import Allowance, network_of

GUESSES = "300 per minute"  # secrets that are none, from one address


def identify(scope: Scope | None) -> ApiToken:
    """Return the token of this request; note its use.

    Raises Unknown without a good one, TooMany beyond the token's rate and Forbidden when it has no
    ``scope``.
    """
    settings = current_app.config["SETTINGS"]
    now = clock.now()
    secret, demonstration = _secret(), settings.allows_demonstration
    token = token_of(secret, now, demonstration=demonstration) if secret else None
    if token is None:
        Allowance("api-guesses", GUESSES).spend(network_of(request.remote_addr or ""))
        raise Unknown(_l("This needs a valid token: Authorization: Bearer …"))
    Allowance("api", settings.api_limit).spend(token.public_id)
    if scope is not None:
        _demand(token, scope)
    if is_use_worth_noting(token, now):
        _note(token, now)
    act_through(token.public_id)
    return token


def _demand(token: ApiToken, scope: Scope) -> None:
    if scope.value not in token.scopes:
        raise Forbidden(_l("The token lacks the scope %(scope)s.", scope=scope.value))
    if not viewer_of(token).may(PERMISSIONS[scope]):
        raise Forbidden(_l("The token’s owner may not do this any more."))


def _secret() -> str:
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    is_ours = kind.lower() == "bearer" and secret.startswith(PREFIX)
    return secret.strip() if is_ours else ""


def _note(token: ApiToken, now: datetime) -> None:
    """Note the use in a transaction of its own: the request itself may be a reading one."""
    writing = request.method not in ("GET", "HEAD")
    if writing:
        note_use(token=token, now=now)
        return
    release(then_writing=False)
    with unit_of_work():
        note_use(token=token, now=now)
