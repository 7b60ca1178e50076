"""Where people's mail goes: one's own address, and that of others for administrators."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.people import policies, queries, services
from lms.people.forms import EmailForm, GrantForm
from lms.people.permissions import Permission
from lms.people.views import account, accounts
from lms.people.views.base import blueprint
from lms.web import access

MANAGE = Permission.MANAGE_ACCOUNTS


@blueprint.post("/account/email")
@access.signed_in
def change_own_email() -> ResponseReturnValue:
    """Keep where the viewer's mail goes."""
    accounts.demand(policies.may_change_email(current_user.account))
    form = EmailForm()
    if not form.validate_on_submit():
        return account.account_page(account.present_preferences(), form), 422
    services.change_email(
        now=clock.now(),
        actor_key=current_user.person.public_id,
        person=current_user.person,
        email=form.email.data or None,
    )
    flash(_("The address is saved."), "good")
    return redirect(url_for("people.account"), 303)


@blueprint.post("/admin/accounts/<public_id>/email")
@access.requires(MANAGE)
def change_email(public_id: str) -> ResponseReturnValue:
    """Keep where the mail of an account's person goes."""
    found = accounts.loaded_account(public_id)
    accounts.demand(policies.may_manage_account(current_user, found))
    accounts.demand(policies.may_change_email(found))
    form = EmailForm()
    if not form.validate_on_submit():
        grants = GrantForm(queries.units_within(current_user, MANAGE), formdata=None)
        return accounts.account_page(found, grants, form), 422
    services.change_email(
        now=clock.now(),
        actor_key=current_user.person.public_id,
        person=found.person,
        email=form.email.data or None,
    )
    flash(_("The address is saved."), "good")
    return redirect(url_for("people.managed_account", public_id=public_id), 303)
