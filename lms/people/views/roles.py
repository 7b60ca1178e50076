"""Access roles of an account: given over a unit, and ended."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Conflict, Missing
from lms.people import policies, queries, services
from lms.people.forms import GrantForm
from lms.people.models import AccessRole
from lms.people.permissions import Permission
from lms.people.views.accounts import account_page, demand, loaded_account
from lms.people.views.base import blueprint
from lms.web import access

MANAGE = Permission.MANAGE_ACCOUNTS


@blueprint.post("/admin/accounts/<public_id>/roles")
@access.requires(MANAGE)
def grant_role(public_id: str) -> ResponseReturnValue:
    """Give an account a role over a unit of the viewer's scope."""
    account = loaded_account(public_id)
    demand(policies.may_manage_account(current_user, account))
    form = GrantForm(queries.units_within(current_user, MANAGE))
    if not form.validate_on_submit():
        return account_page(account, form), 422
    unit = queries.unit_for(current_user, MANAGE, form.unit.data)
    if unit is None:
        raise Missing
    try:
        services.grant_role(
            now=clock.now(),
            actor_key=current_user.person.public_id,
            account=account,
            role=AccessRole(form.role.data),
            unit=unit,
        )
    except Conflict as refusal:
        form.unit.errors = [*form.unit.errors, refusal.message]
        return account_page(account, form), 422
    flash(_("The role is given."), "good")
    return redirect(url_for("people.managed_account", public_id=public_id))


@blueprint.post("/admin/accounts/<public_id>/roles/<grant_id>/end")
@access.requires(MANAGE)
def end_role(public_id: str, grant_id: str) -> ResponseReturnValue:
    """End a role of an account."""
    account = loaded_account(public_id)
    grant = next((g for g in account.grants if g.public_id == grant_id), None)
    if grant is None:
        raise Missing
    demand(policies.may_end_role(current_user, grant))
    services.take_turn(actor=current_user.account, account=account)
    services.end_role(now=clock.now(), actor_key=current_user.person.public_id, grant=grant)
    flash(_("The role is ended."), "good")
    return redirect(url_for("people.managed_account", public_id=public_id))
