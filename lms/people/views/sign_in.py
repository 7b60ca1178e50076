"""Signing in and out."""

from flask import Response, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user

from lms.core import clock
from lms.core.errors import Overloaded
from lms.core.settings import Settings
from lms.core.unit_of_work import reads_first, release
from lms.people import queries, services
from lms.people.demonstration import DEMONSTRATION_PASSWORD
from lms.people.forms import SignInForm
from lms.people.identity import load_viewer
from lms.people.models import Account
from lms.people.passwords.hashing import passwords
from lms.people.second_factor import pending
from lms.people.second_factor import queries as second_factor
from lms.people.sign_in import (
    Attempt,
    Ended,
    KnownBrowser,
    Shut,
    admits,
    read_browser,
    write_browser,
)
from lms.people.views.base import blueprint
from lms.people.views.devices import device_name
from lms.web import access

BROWSER_COOKIE = "lms_browser"
YEAR = 365 * 24 * 3600


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


@blueprint.route("/sign-in", methods=["GET", "POST"])
@access.public
@reads_first
def sign_in() -> ResponseReturnValue:
    """Show the form; on a right name and password begin a session."""
    target = access.safe_next(request.values.get("next"), "/")
    if request.method != "POST" and current_user.is_authenticated:
        return redirect(target)
    form = SignInForm(next=target)
    if form.validate_on_submit():
        browser = browser_here()
        try:
            account = _admitted(form.username.data or "", form.password.data or "", browser)
        except Shut:
            return _page(form, shut=form.username.data or ""), 422
        except Ended:
            form.form_errors.append(_("This one-time password has ended. Ask for a new one."))
            return _page(form), 422
        except Overloaded as full:
            form.form_errors.append(full.message)
            return _page(form), full.status, {"Retry-After": str(full.details["retry_after"])}
        if account is not None:
            return go_on(account, browser, target)
        form.form_errors.append(_("The sign-in name or the password is wrong."))
    return _page(form), 422 if form.is_submitted() else 200


def _admitted(username: str, password: str, browser: KnownBrowser) -> Account | None:
    """Return the account that ``password`` opens; its stored hash is renewed if outdated."""
    account = queries.account_named(username)
    release(then_writing=False)  # hashing takes long: it holds neither lock nor connection
    attempt = Attempt(
        _settings(),
        address=request.remote_addr or "",
        username=username,
        known_number=browser.number if browser.knows(account) else None,
    )
    budget, demonstration = passwords(), _settings().allows_demonstration
    if not admits(
        attempt, account, password, budget=budget, demonstration=demonstration, now=clock.now()
    ):
        return None
    assert account is not None
    renewed = None
    if not account.must_change_password and budget.is_outdated(account.password_hash or ""):
        renewed = budget.hash(password)
    release()
    return services.admit(account=account, renewed_hash=renewed)


def go_on(account: Account, browser: KnownBrowser, target: str) -> ResponseReturnValue:
    """Begin a session, or ask for the code that it takes."""
    if not second_factor.is_set(account):
        return enter(account, browser, target)
    _end_present_session()
    pending.begin(account, target)
    return redirect(url_for("people.sign_in_code"))


def browser_here() -> KnownBrowser:
    """Return what this browser's cookie says of who signed in here before."""
    return read_browser(_settings(), request.cookies.get(BROWSER_COOKIE))


def enter(account: Account, browser: KnownBrowser, target: str) -> Response:
    """Begin a session with a new cookie; what the browser had before is dropped."""
    now = clock.now()
    _end_present_session()
    token = services.open_session(
        now=now, account=account, device=device_name(request.user_agent.string)
    )
    session.clear()
    login_user(load_viewer(token, now, demonstration=_settings().allows_demonstration))
    if pending.lacks(account, _settings().second_factor_roles):
        pending.insist()
    answer = redirect(target)
    browser.add(account)
    answer.set_cookie(
        BROWSER_COOKIE,
        write_browser(_settings(), browser),
        max_age=YEAR,
        path=url_for("people.sign_in"),
        secure=_settings().is_production,
        httponly=True,
        samesite="Lax",
    )
    return answer  # type: ignore[return-value]


def _end_present_session() -> None:
    if current_user.is_authenticated:
        services.end_session(
            now=clock.now(), account=current_user.account, public_id=current_user.session_key
        )


def _page(form: SignInForm, shut: str = "") -> str:
    if shut:
        name = queries.name_instead(shut)
        wrong = _("The sign-in name or the password is wrong.")
        merged = _("Your two records were merged. Sign in as %(name)s from now on.", name=name)
        form.form_errors.append(merged if name else wrong)
    shown = queries.demonstration_accounts() if _settings().allows_demonstration else []
    return render_template(
        "people/sign_in.html",
        form=form,
        demonstration=shown,
        demonstration_password=DEMONSTRATION_PASSWORD,
    )


@blueprint.post("/sign-out")
@access.public
def sign_out() -> ResponseReturnValue:
    """End this browser's session; signing out twice is no error."""
    _end_present_session()
    return leave(_("You have signed out."))


def leave(message: str) -> Response:
    """Forget all that this browser's session held and show the sign-in page with ``message``."""
    session.clear()
    flash(message, "good")
    return redirect(url_for("people.sign_in"))  # type: ignore[return-value]
