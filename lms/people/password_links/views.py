"""The pages of who forgot a password, and of who follows a link to choose one."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.core import clock
from lms.core.database import fold
from lms.core.settings import Settings
from lms.core.unit_of_work import reads_first, release
from lms.people.password_links import services
from lms.people.password_links.forms import ForgottenForm
from lms.people.password_links.notes import Purpose, account_noted
from lms.people.passwords.forms import NewPasswordForm
from lms.people.passwords.hashing import passwords
from lms.people.queries import account_named
from lms.people.views.base import blueprint
from lms.people.views.sign_in import browser_here, go_on
from lms.web import access
from lms.web.limits import Allowance, network_of

# How often links are asked for: under one name, and from one address, behind which a whole centre
# may stand.
FOR_ONE_NAME, FROM_ONE_ADDRESS = "3 per hour", "60 per hour"


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _sends_mail() -> bool:
    return _settings().mail_server is not None


@blueprint.route("/sign-in/forgotten", methods=["GET", "POST"])
@access.public
def forgotten_password() -> ResponseReturnValue:
    """Ask for the sign-in name; the answer is the same whether anybody has it.

    Where no mail is sent, the page says whom to ask instead.
    """
    form = ForgottenForm()
    if not _sends_mail() or not form.validate_on_submit():
        page = render_template(
            "people/password_links/forgotten.html", form=form, sends_mail=_sends_mail()
        )
        return page, 422 if form.is_submitted() else 200
    name = form.username.data or ""
    Allowance("forgotten-address", FROM_ONE_ADDRESS).spend(network_of(request.remote_addr or ""))
    Allowance("forgotten-name", FOR_ONE_NAME).spend(fold(name) or "")
    account = account_named(name)
    services.ask_for_links(
        now=clock.now(),
        actor_key=None,
        accounts=[account.id] if account else [],
        purpose=Purpose.FORGOTTEN,
    )
    flash(
        _(
            "If somebody signs in with this name and we know an e-mail address, a link is on its "
            "way. It can be used for an hour."
        ),
        "info",
    )
    return redirect(url_for("people.sign_in"), 303)


@blueprint.route("/sign-in/password/<note>", methods=["GET", "POST"])
@access.public
@reads_first
def choose_password(note: str) -> ResponseReturnValue:
    """Choose a password by a link; looking at the page uses nothing up."""
    account = account_noted(note, now=clock.now(), settings=_settings())
    if account is None:
        return _over()
    form = NewPasswordForm(account)
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        page = render_template(
            "people/password_links/choose.html", form=form, account=account, note=note
        )
        return page, status
    release(then_writing=False)
    new_hash = passwords().hash(form.new.data or "")
    release()
    chosen = services.choose_password(
        now=clock.now(), note=note, password_hash=new_hash, settings=_settings()
    )
    if chosen is None:
        return _over()
    flash(_("Your password is set. Other devices are signed out."), "good")
    return go_on(chosen, browser_here(), "/")


def _over() -> ResponseReturnValue:
    return render_template("people/password_links/over.html", sends_mail=_sends_mail()), 410
