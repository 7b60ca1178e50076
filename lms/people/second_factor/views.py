"""Setting up one's second factor, the code at the sign-in, and taking somebody's factor away."""

from collections.abc import Callable
from typing import Any

import segno
from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Forbidden
from lms.core.settings import Settings
from lms.people import policies
from lms.people.models import Account
from lms.people.permissions import Permission
from lms.people.second_factor import pending, queries, services, totp
from lms.people.second_factor.forms import CodeForm, TakeAwayForm
from lms.people.second_factor.models import SecondFactor
from lms.people.views.accounts import demand, loaded_account
from lms.people.views.base import blueprint
from lms.people.views.sign_in import browser_here, enter
from lms.web import access
from lms.web.i18n import current_language
from lms.web.limits import Allowance


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _limited(account: Account, check: Callable[[], Any]) -> Any:
    """Return what ``check`` says of a code; wrong ones are limited like passwords."""
    allowance = Allowance("second-factor", _settings().sign_in_limit)
    allowance.spend(account.public_id)
    found = check()
    if found:
        allowance.give_back(account.public_id)
    return found


def _passes(account: Account, form: CodeForm) -> bool:
    """Tell whether a form holds a right code; its field says when it doesn't."""
    if not form.validate_on_submit():
        return False
    now, code, key = clock.now(), form.code.data or "", _settings().secret_key
    if _limited(
        account, lambda: services.passes(now=now, account=account, code=code, secret_key=key)
    ):
        return True
    form.refuse()
    return False


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@access.public
def sign_in_code() -> ResponseReturnValue:
    """Ask for the code after the password; on a right one begin a session."""
    found = pending.present()
    if found is None:
        flash(_("Please sign in again: it took too long, or the account has changed."), "warn")
        return redirect(url_for("people.sign_in"))
    account, target = found
    recovery = "recovery" in request.args
    form = CodeForm(recovery=recovery)
    if request.method == "POST" and _passes(account, form):
        return enter(account, browser_here(), target)
    page = render_template("people/second_factor/sign_in.html", form=form, recovery=recovery)
    return page, 422 if request.method == "POST" else 200


@blueprint.get("/account/second-factor")
@access.any_account
def second_factor() -> ResponseReturnValue:
    """Show one's second factor, or how to set it up."""
    return _page(CodeForm(formdata=None))


def _page(form: CodeForm) -> str:
    account = current_user.account
    factor = queries.factor_of(account)
    return render_template(
        "people/second_factor/own.html",
        form=form,
        factor=factor,
        shared=not policies.may_have_second_factor(account),
        must=pending.is_insisted(),
        wanted=queries.has_to(account, _settings().second_factor_roles),
        left=queries.codes_left(account),
        **_to_scan(account, factor),
    )


def _to_scan(account: Account, factor: SecondFactor | None) -> dict[str, str]:
    """Return the secret of a factor that isn't confirmed yet: as a picture, a link and letters."""
    if factor is None or factor.confirmed_at is not None:
        return {}
    secret = totp.unseal(factor.sealed_secret, _settings().secret_key)
    if secret is None:
        return {}
    issuer = getattr(_settings(), f"site_name_{current_language()}")
    address = totp.address(secret, name=account.username, issuer=issuer)
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff")
    return {"address": address, "picture": picture, "letters": totp.in_letters(secret)}


@blueprint.post("/account/second-factor/begin")
@access.any_account
def begin_second_factor() -> ResponseReturnValue:
    """Make a secret for one's app."""
    _demand_own()
    services.begin(now=clock.now(), account=current_user.account, secret_key=_settings().secret_key)
    return redirect(url_for("people.second_factor"), 303)


def _demand_own() -> None:
    if not policies.may_have_second_factor(current_user.account):
        raise Forbidden(_("Many people share a demonstration account: it has no second factor."))


@blueprint.post("/account/second-factor/confirm")
@access.any_account
def confirm_second_factor() -> ResponseReturnValue:
    """Let the factor count after a first right code; show the recovery codes once."""
    _demand_own()
    form, account = CodeForm(), current_user.account
    if not form.validate_on_submit():
        return _page(form), 422
    now, code, key = clock.now(), form.code.data or "", _settings().secret_key
    codes = _limited(
        account, lambda: services.confirm(now=now, account=account, code=code, secret_key=key)
    )
    if codes is None:
        form.refuse()
        return _page(form), 422
    pending.satisfy()
    return _codes_page(codes)


def _codes_page(codes: list[str]) -> str:
    return render_template("people/second_factor/codes.html", codes=codes)


@blueprint.post("/account/second-factor/codes")
@access.any_account
def renew_recovery_codes() -> ResponseReturnValue:
    """Replace one's recovery codes; the new ones are shown once."""
    form, account = CodeForm(), current_user.account
    if not _passes(account, form):
        return _page(form), 422
    return _codes_page(services.renew_codes(now=clock.now(), account=account))


@blueprint.post("/account/second-factor/remove")
@access.any_account
def remove_second_factor() -> ResponseReturnValue:
    """Do without a code from now on, where one's roles allow it."""
    form, account = CodeForm(), current_user.account
    if queries.has_to(account, _settings().second_factor_roles):
        raise Forbidden(_("Your role asks for a second factor."))
    if not _passes(account, form):
        return _page(form), 422
    services.remove(now=clock.now(), actor_key=account.person.public_id, account=account)
    flash(_("The second factor is taken away. Signing in takes the password alone."), "good")
    return redirect(url_for("people.account"), 303)


@blueprint.route("/admin/accounts/<public_id>/second-factor", methods=["GET", "POST"])
@access.requires(Permission.MANAGE_ACCOUNTS)
def take_second_factor_away(public_id: str) -> ResponseReturnValue:
    """Take away the factor of somebody who lost phone and codes; their sessions end."""
    account = loaded_account(public_id)
    demand(policies.may_suspend(current_user, account))
    form = TakeAwayForm()
    if not form.validate_on_submit():
        page = render_template("people/second_factor/take_away.html", form=form, account=account)
        return page, 422 if form.is_submitted() else 200
    services.remove(
        now=clock.now(),
        actor_key=current_user.person.public_id,
        account=account,
        reason=form.reason.data or "",
    )
    flash(_("The second factor is taken away. The account is signed out everywhere."), "good")
    return redirect(url_for("people.managed_account", public_id=public_id), 303)
