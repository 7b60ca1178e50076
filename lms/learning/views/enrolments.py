"""HR's page of one enrolment: its due date and its withdrawal."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.learning import queries, services
from lms.learning.activities.queries import checklists_in
from lms.learning.errors import ChangedMeanwhile
from lms.learning.forms import DueForm, WithdrawForm
from lms.learning.models import Enrolment
from lms.learning.policies import may_change_enrolment
from lms.learning.views.base import blueprint, found, today
from lms.people.permissions import Permission
from lms.web import access


def _managed(public_id: str) -> Enrolment:
    return found(queries.managed_enrolment(current_user, public_id))


def _own_page(enrolment: Enrolment) -> str:
    return url_for("learning.enrolment", enrolment_id=enrolment.public_id)


def _show(enrolment: Enrolment, status: int = 200, **forms: Any) -> ResponseReturnValue:
    version, post = enrolment.row_version, enrolment.learner.employment
    forms.setdefault("due", DueForm(prefix="due", obj=enrolment, today=today(), formdata=None))
    forms.setdefault("leave", WithdrawForm(prefix="leave", obj=enrolment, formdata=None))
    # After a refusal the form carries the new number: sending it again overwrites knowingly.
    for form in (forms["due"], forms["leave"]):
        form.row_version.data, form.row_version.raw_data = version, None
    page = render_template(
        "learning/enrolment.html",
        enrolment=enrolment,
        may_change=may_change_enrolment(current_user, post.unit.path if post else None),
        checklists=checklists_in(enrolment.version_id),
        **forms,
    )
    return page, status


@blueprint.get("/hr/enrolments/<enrolment_id>")
@access.requires(Permission.SEE_PEOPLE)
def enrolment(enrolment_id: str) -> ResponseReturnValue:
    """Show an enrolment with what can be changed about it."""
    return _show(found(queries.overseen_enrolment(current_user, enrolment_id)))


def _change(
    one: Enrolment, name: str, form: Any, change: Callable[[], None], done: str
) -> ResponseReturnValue:
    """Validate, change, and return; 422 for a bad form, 409 after someone else's change."""
    if not form.validate_on_submit():
        return _show(one, 422, **{name: form})
    try:
        change()
    except ChangedMeanwhile as refusal:
        return _show(one, refusal.status, changed=refusal, **{name: form})
    flash(done, "good")
    return redirect(_own_page(one), 303)


@blueprint.post("/hr/enrolments/<enrolment_id>/due")
@access.requires(Permission.ENROL_PEOPLE)
def set_due(enrolment_id: str) -> ResponseReturnValue:
    """Change the date by which the course should be completed."""
    one, form = _managed(enrolment_id), DueForm(prefix="due", today=today())
    return _change(
        one,
        "due",
        form,
        lambda: services.set_due(
            enrolment=one,
            due_on=form.due_on.data,
            row_version=form.row_version.data,
            actor=current_user.person,
            now=clock.now(),
        ),
        _("The due date is changed."),
    )


@blueprint.post("/hr/enrolments/<enrolment_id>/withdraw")
@access.requires(Permission.ENROL_PEOPLE)
def withdraw(enrolment_id: str) -> ResponseReturnValue:
    """End an enrolment without completion."""
    one, form = _managed(enrolment_id), WithdrawForm(prefix="leave")
    return _change(
        one,
        "leave",
        form,
        lambda: services.withdraw(
            enrolment=one,
            reason=form.reason.data,
            row_version=form.row_version.data,
            actor=current_user.person,
            now=clock.now(),
        ),
        _("The enrolment is ended."),
    )
