"""The leaves of one person: what is on record, entering one, correcting or ending it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certification.errors import LeaveOverlaps
from lms.certification.forms import LeaveForm
from lms.certification.schemes.records.leaves import LeaveDesk, leaves_of
from lms.certification.views.blueprint import blueprint, today
from lms.core import clock
from lms.core.errors import Missing
from lms.people.importing.leaves import Leave
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import person_for
from lms.web import access

KEEP = Permission.KEEP_PEOPLE


@blueprint.get("/hr/people/<person_id>/leave")
@access.requires(KEEP)
def leaves(person_id: str) -> ResponseReturnValue:
    """Show a person's leaves and the form of another one."""
    return _page(_person(person_id), LeaveForm(formdata=None))


@blueprint.post("/hr/people/<person_id>/leave")
@access.requires(KEEP)
def enter_leave(person_id: str) -> ResponseReturnValue:
    """Note a leave."""
    person, form = _person(person_id), LeaveForm()
    if form.validate_on_submit():
        try:
            _desk(person, form).enter(*form.days)
        except LeaveOverlaps as refusal:
            form.first_on.errors = [str(refusal.message)]
        else:
            return _noted(person)
    return _page(person, form), 422


@blueprint.get("/hr/people/<person_id>/leave/<on>")
@access.requires(KEEP)
def leave(person_id: str, on: str) -> ResponseReturnValue:
    """Show the form that corrects or ends the leave that begins on a day."""
    person = _person(person_id)
    found = _leave(person, on)
    shown = {"first_on": found.began_on, "last_on": found.last_on, "key": found.key}
    return _form_page(person, on, LeaveForm(formdata=None, data=shown))


@blueprint.post("/hr/people/<person_id>/leave/<on>")
@access.requires(KEEP)
def correct_leave(person_id: str, on: str) -> ResponseReturnValue:
    """Correct or end a leave, or note that it never was."""
    person, form = _person(person_id), LeaveForm()
    if form.validate_on_submit():
        desk = _desk(person, form)
        try:
            _carry_out(desk, form)
        except LeaveOverlaps as refusal:
            form.first_on.errors = [str(refusal.message)]
        else:
            return _noted(person)
    return _form_page(person, on, form), 422


def _carry_out(desk: LeaveDesk, form: LeaveForm) -> None:
    if form.strikes:
        desk.strike(form.key.data or "")
    else:
        desk.correct(form.key.data or "", *form.days)


def _person(person_id: str) -> Person:
    person = person_for(current_user, KEEP, person_id)
    if person is None or person.erased_at is not None:
        raise Missing
    return person


def _leave(person: Person, on: str) -> Leave:
    known = leaves_of([person.id]).get(person.id, ())
    found = next((one for one in known if one.began_on.isoformat() == on), None)
    if found is None:
        raise Missing
    return found


def _desk(person: Person, form: LeaveForm) -> LeaveDesk:
    return LeaveDesk(
        person=person,
        actor=current_user.person,
        now=clock.now(),
        reason=form.reason.data or "",
    )


def _noted(person: Person) -> ResponseReturnValue:
    flash(_("The leave is noted. What is required of the person follows from it."), "good")
    return redirect(url_for("certification.leaves", person_id=person.public_id), 303)


def _page(person: Person, form: LeaveForm) -> str:
    return render_template(
        "certification/leaves.html",
        person=person,
        form=form,
        leaves=leaves_of([person.id]).get(person.id, [])[::-1],
        today=today(),
    )


def _form_page(person: Person, on: str, form: LeaveForm) -> str:
    return render_template("certification/leave.html", person=person, on=on, form=form)
