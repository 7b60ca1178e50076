"""Pages of tokens: the list, a new one (its secret is shown once), revoking."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Missing
from lms.people.permissions import Permission
from lms.standards.api.blueprint import blueprint
from lms.standards.api.tokens import queries, services
from lms.standards.api.tokens.forms import RevokeForm, TokenForm
from lms.standards.api.tokens.scopes import Scope, scopes_for
from lms.standards.api.tokens.words import SCOPE_NAMES
from lms.web import access, once

# Whoever looks after records of others; what a token may do is narrower still.
PERMISSION = Permission.KEEP_TOKENS


@blueprint.get("/tokens")
@access.requires(Permission.SEE_TOKENS)
def tokens() -> ResponseReturnValue:
    """List the viewer's tokens; who sees accounts sees theirs too. Secrets nobody sees."""
    return _list()


def _list(status: int = 200, **values: Any) -> ResponseReturnValue:
    page = render_template(
        "api/tokens.html",
        tokens=queries.tokens_for(current_user),
        now=clock.now(),
        names=_names(),
        **values,
    )
    return page, status


@blueprint.route("/tokens/new", methods=["GET", "POST"])
@access.requires(PERMISSION)
def new_token() -> ResponseReturnValue:
    """Make a token that acts as the viewer; the page it leads to shows its secret once."""
    form = TokenForm(scopes_for(current_user))
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("api/new_token.html", form=form), status
    token, secret = services.make_token(
        account=current_user.account,
        name=form.name.data or "",
        scopes={Scope(value) for value in form.scopes.data},
        days=int(form.days.data),
        actor_key=current_user.person.public_id,
        now=clock.now(),
    )
    once.keep(f"token {token.public_id}", secret)
    return redirect(url_for("api.token_made", public_id=token.public_id), 303)


@blueprint.get("/tokens/<public_id>/made")
@access.requires(PERMISSION)
def token_made(public_id: str) -> ResponseReturnValue:
    """Show the secret of a token that was just made; once it was shown, lead to the list."""
    token, secret = queries.token_for(current_user, public_id), once.take(f"token {public_id}")
    if token is None:
        raise Missing
    if secret is None:
        return redirect(url_for("api.tokens"), 303)
    return render_template("api/token_made.html", token=token, secret=secret, names=_names())


def _names() -> dict[str, Any]:
    return {scope.value: name for scope, name in SCOPE_NAMES.items()}


@blueprint.post("/tokens/<public_id>/revoke")
@access.requires(PERMISSION)
def revoke_token(public_id: str) -> ResponseReturnValue:
    """End a token at once, with a word why if there is one."""
    token, form = queries.token_for(current_user, public_id), RevokeForm()
    if token is None:
        raise Missing
    if not form.validate_on_submit():
        return _list(422, revoking=form, revoked=token)
    services.revoke_token(
        token=token,
        actor_key=current_user.person.public_id,
        now=clock.now(),
        reason=form.reason.data or "",
    )
    flash(_("The token is revoked. It opens nothing any more."), "good")
    return redirect(url_for("api.tokens"), 303)
