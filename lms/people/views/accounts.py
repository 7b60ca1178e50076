"""Accounts of others, for administrators: the list, one account, a new one, its state."""

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Missing
from lms.core.unit_of_work import reads_first, release
from lms.people import policies, queries, services
from lms.people.forms import (
    ROLE_NAMES,
    AccountFilterForm,
    EmailForm,
    GrantForm,
    NewAccountForm,
    PersonSearchForm,
)
from lms.people.models import AccessRole, Account, Person
from lms.people.passwords.hashing import one_time_password, passwords
from lms.people.permissions import Permission
from lms.people.second_factor import queries as second_factor
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.paging import paginate

SEE, MANAGE = Permission.SEE_ACCOUNTS, Permission.MANAGE_ACCOUNTS
FOUND_PEOPLE = 30


@blueprint.get("/admin/accounts")
@access.requires(SEE)
def accounts() -> ResponseReturnValue:
    """List the accounts in the viewer's scope, by name."""
    form = AccountFilterForm(request.args)
    valid = form.validate()
    role = next((r for r in AccessRole if r.value == form.role.data), None)
    found = queries.accounts_of(
        current_user, words=form.q.data or "", role=role, state=form.state.data or ""
    )
    page = paginate(
        found if valid else found.where(sa.false()),
        columns=[Person.sort_name, Account.id],
        readers=[str, int],
        key=lambda account: (account.person.sort_name, account.id),
        cursor=request.args.get("cursor"),
    )
    filters = {name: value for name, value in form.data.items() if value}
    return render_template(
        "people/accounts.html", form=form, page=page, filters=filters, role_names=ROLE_NAMES
    ), 200 if valid else 422


def loaded_account(public_id: str) -> Account:
    """Return the account with ``public_id``; Missing when it is not in the viewer's scope."""
    account = queries.account_for(current_user, public_id)
    if account is None:
        raise Missing
    return account


def demand(allowed: bool) -> None:
    """Raise Forbidden unless ``allowed``."""
    if not allowed:
        raise Forbidden


def _new_secret() -> tuple[str, str]:
    """Return a one-time password and its hash; from here on the request may write."""
    release(then_writing=False)
    secret = one_time_password()
    secret_hash = passwords().hash(secret)
    release()
    return secret, secret_hash


@blueprint.get("/admin/accounts/<public_id>")
@access.requires(SEE)
def managed_account(public_id: str) -> ResponseReturnValue:
    """Show one account: its person, its roles, and what may be done with it."""
    account = loaded_account(public_id)
    return account_page(account, GrantForm(queries.units_within(current_user, MANAGE)))


def account_page(account: Account, form: GrantForm, email_form: EmailForm | None = None) -> str:
    """Return the page of one account with the forms of its person's address and of roles."""
    return render_template(
        "people/managed_account.html",
        account=account,
        form=form,
        email_form=email_form or EmailForm(formdata=None, email=account.person.email),
        role_names=ROLE_NAMES,
        policies=policies,
        has_second_factor=second_factor.is_set(account),
        is_gone=queries.is_gone(account.person),
        last_sign_in=queries.last_sign_in(account),
        sessions=queries.open_sessions(account, clock.now()),
    )


@blueprint.get("/admin/accounts/new")
@access.requires(MANAGE)
def new_account() -> ResponseReturnValue:
    """Find the person whom the new account is for."""
    form = PersonSearchForm(request.args)
    words = (form.q.data or "").strip()
    found = queries.people_without_account(current_user, words, limit=FOUND_PEOPLE) if words else []
    return render_template(
        "people/new_account.html", form=form, words=words, found=found, limit=FOUND_PEOPLE
    )


@blueprint.route("/admin/people/<public_id>/account", methods=["GET", "POST"])
@access.requires(MANAGE)
@reads_first
def create_account(public_id: str) -> ResponseReturnValue:
    """Create an account for a person; its one-time password is shown once."""
    person = queries.person_for(current_user, MANAGE, public_id)
    if person is None:
        raise Missing
    form = NewAccountForm(
        queries.units_within(current_user, MANAGE), username=person.personnel_number
    )
    if not form.validate_on_submit():
        return _new_account_page(person, form)
    unit = queries.unit_for(current_user, MANAGE, form.unit.data)
    if unit is None:
        raise Missing
    secret, secret_hash = _new_secret()
    try:
        account = services.create_account(
            now=clock.now(),
            person=person,
            username=form.username.data or "",
            password_hash=secret_hash,
            roles=[(AccessRole(form.role.data), unit)],
            must_change_password=True,
            actor_key=current_user.person.public_id,
        )
    except Conflict as refusal:
        form.username.errors = [*form.username.errors, refusal.message]
        return _new_account_page(person, form)
    return render_template("people/one_time_password.html", account=account, secret=secret)


def _new_account_page(person: Person, form: NewAccountForm) -> ResponseReturnValue:
    page = render_template("people/create_account.html", person=person, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/admin/accounts/<public_id>/password")
@access.requires(MANAGE)
@reads_first
def reset_password(public_id: str) -> ResponseReturnValue:
    """Replace the password with a one-time one, shown once; all sessions end."""
    account = loaded_account(public_id)
    demand(policies.may_reset_password(current_user, account))
    secret, secret_hash = _new_secret()
    services.reset_password(
        now=clock.now(),
        actor_key=current_user.person.public_id,
        account=account,
        password_hash=secret_hash,
    )
    return render_template("people/one_time_password.html", account=account, secret=secret)


@blueprint.post("/admin/accounts/<public_id>/suspend")
@access.requires(MANAGE)
def suspend(public_id: str) -> ResponseReturnValue:
    """Shut an account."""
    account = loaded_account(public_id)
    demand(policies.may_suspend(current_user, account))
    services.take_turn(actor=current_user.account, account=account)
    services.suspend(now=clock.now(), actor_key=current_user.person.public_id, account=account)
    flash(_("The account is suspended. Its owner is signed out everywhere."), "good")
    return redirect(url_for("people.managed_account", public_id=public_id))


@blueprint.post("/admin/accounts/<public_id>/reinstate")
@access.requires(MANAGE)
def reinstate(public_id: str) -> ResponseReturnValue:
    """Open a suspended account again."""
    account = loaded_account(public_id)
    demand(policies.may_suspend(current_user, account))
    services.reinstate(now=clock.now(), actor_key=current_user.person.public_id, account=account)
    flash(_("The account is open again."), "good")
    return redirect(url_for("people.managed_account", public_id=public_id))
