"""Where people's mail goes: one's own address, and that of others for administrators."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Missing
from lms.people import policies, queries, services
from lms.people.errors import AddressTaken, MayDoMore, RecordChanged, SharedAccount
from lms.people.forms import CorrectionForm, EmailForm, GrantForm
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.views import account, accounts
from lms.people.views.base import blueprint
from lms.web import access

MANAGE, KEEP = Permission.MANAGE_ACCOUNTS, Permission.KEEP_PEOPLE


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


@blueprint.get("/hr/people/<public_id>/email")
@access.requires(KEEP)
def corrected_email(public_id: str) -> ResponseReturnValue:
    """Show the form in which HR corrects a person's address."""
    person = _person(public_id)
    shown = {"email": person.email, "row_version": person.row_version}
    return _correction_page(person, CorrectionForm(formdata=None, data=shown))


@blueprint.post("/hr/people/<public_id>/email")
@access.requires(KEEP)
def correct_email(public_id: str) -> ResponseReturnValue:
    """Correct a person's address; both addresses are told."""
    person, form = _person(public_id), CorrectionForm()
    if not form.validate_on_submit():
        return _correction_page(person, form), 422
    try:
        services.correct_email(
            now=clock.now(),
            viewer=current_user,
            person=person,
            email=form.email.data or "",
            reason=form.reason.data or "",
            row_version=form.row_version.data or 0,
        )
    except AddressTaken as refusal:
        form.email.errors = [str(refusal.message)]
        return _correction_page(person, form), 422
    except RecordChanged:
        form.row_version.data = person.row_version
        return _correction_page(person, form, changed=True), 409
    flash(_("The address is saved."), "good")
    return redirect(url_for("reporting.person_record", public_id=public_id), 303)


def _person(public_id: str) -> Person:
    person = queries.person_for(current_user, KEEP, public_id)
    if person is None or person.erased_at is not None:
        raise Missing
    return person


def _hindrance(person: Person) -> Any:
    """Return why the viewer can't correct the address; nothing where they can."""
    if queries.has_demonstration_account(person):
        return SharedAccount().message
    roles = queries.roles_of([person.id]).get(person.id, ())
    return None if policies.may_readdress(current_user, roles) else MayDoMore().message


def _correction_page(person: Person, form: CorrectionForm, *, changed: bool = False) -> str:
    form.row_version.raw_data = None  # what is shown now is what the next try is bound to
    return render_template(
        "people/email.html",
        person=person,
        form=form,
        changed=changed,
        hindrance=_hindrance(person),
    )
