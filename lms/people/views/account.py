"""One's own account: language, appearance, password, signed-in browsers."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Forbidden
from lms.core.unit_of_work import reads_first, release
from lms.people import policies, queries, services
from lms.people.forms import EmailForm, PreferencesForm
from lms.people.passwords.forms import PasswordForm
from lms.people.passwords.hashing import passwords
from lms.people.permissions import Permission
from lms.people.second_factor import queries as second_factor
from lms.people.views.base import blueprint
from lms.people.views.sign_in import leave
from lms.web import access
from lms.web.choices import THEME_COOKIE, keep_language, keep_theme
from lms.web.i18n import current_language
from lms.web.limits import Allowance


@blueprint.get("/account")
@access.any_account
def account() -> ResponseReturnValue:
    """Show the account."""
    return account_page(present_preferences())


def present_preferences() -> PreferencesForm:
    """Return the form of language and theme as they are now."""
    theme = request.cookies.get(THEME_COOKIE, "system")
    return PreferencesForm(formdata=None, language=current_language(), theme=theme)


def account_page(form: PreferencesForm, email_form: EmailForm | None = None) -> str:
    """Return the page with its forms as they stand."""
    return render_template(
        "people/account.html",
        form=form,
        email_form=email_form or EmailForm(formdata=None, email=current_user.person.email),
        may_change_email=policies.may_change_email(current_user.account),
        sessions=queries.open_sessions(current_user.account, clock.now()),
        may_have_second_factor=policies.may_have_second_factor(current_user.account),
        has_second_factor=second_factor.is_set(current_user.account),
        may_change_password=policies.may_change_password(current_user.account),
        token_permission=Permission.SEE_TOKENS,
    )


@blueprint.post("/account/preferences")
@access.any_account
def preferences() -> ResponseReturnValue:
    """Keep the language for the person and this browser, and the theme for this browser."""
    form = PreferencesForm()
    if not form.validate_on_submit():
        return account_page(form), 422
    services.choose_language(
        now=clock.now(), person=current_user.person, language=form.language.data
    )
    answer = redirect(url_for("people.account"))
    keep_language(answer, form.language.data)
    keep_theme(answer, form.theme.data)
    return answer


@blueprint.route("/account/password", methods=["GET", "POST"])
@access.any_account
@reads_first
def password() -> ResponseReturnValue:
    """Change the password; the account's other sessions end.

    Who has replaced a one-time one goes on to the home page: they came to learn.
    """
    account, is_first = current_user.account, current_user.account.must_change_password
    if not policies.may_change_password(account):
        raise Forbidden(_("The password of a demonstration account stays as it is."))
    form = PasswordForm(account)
    if not form.validate_on_submit() or not _is_present_password(form):
        status = 422 if form.is_submitted() else 200
        return render_template("people/password.html", form=form), status
    new_hash = passwords().hash(form.new.data or "")
    release()
    services.change_password(
        now=clock.now(),
        account=account,
        password_hash=new_hash,
        keep_session_id=current_user.session_id,
    )
    flash(_("The password is changed. Other devices are signed out."), "good")
    return redirect("/" if is_first else url_for("people.account"))


def _is_present_password(form: PasswordForm) -> bool:
    """Check the present password, limited like a sign-in; the field says when it is wrong."""
    account = current_user.account
    allowance = Allowance("password-change", current_app.config["SETTINGS"].sign_in_limit)
    release(then_writing=False)
    allowance.spend(account.public_id)
    if not passwords().matches(account.password_hash, form.current.data or ""):
        form.current.errors = [*form.current.errors, _("This is not your present password.")]
        return False
    allowance.give_back(account.public_id)
    return True


@blueprint.post("/account/sessions/<public_id>/end")
@access.any_account
def end_session(public_id: str) -> ResponseReturnValue:
    """Sign out one of one's own browsers."""
    ended = services.end_session(now=clock.now(), account=current_user.account, public_id=public_id)
    if ended:
        flash(_("That device is signed out."), "good")
    return redirect(url_for("people.account"))


@blueprint.post("/account/sign-out-everywhere")
@access.any_account
def sign_out_everywhere() -> ResponseReturnValue:
    """End all sessions of the account, this one too."""
    services.end_all_sessions(now=clock.now(), account=current_user.account)
    return leave(_("You have signed out on all devices."))
