"""Checklists on the job: a mentor's list of people, one person's steps, and who is the mentor."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.catalog.kinds.checklist import ChecklistDetails
from lms.core import clock
from lms.core.errors import Forbidden
from lms.learning.activities import queries as facts
from lms.learning.activities import services
from lms.learning.activities.forms import MentorForm, TicksForm
from lms.learning.activities.queries import ChecklistPlace
from lms.learning.errors import NoSuchPerson, NotYourOwnMentor
from lms.learning.views.base import blueprint, found, today
from lms.people.models import Person, number_of
from lms.web import access

CHECKLIST = "/mentoring/<enrolment_id>/<activity_id>"


@blueprint.get("/mentoring")
@access.signed_in
def mentoring() -> ResponseReturnValue:
    """List the people whose checklists one ticks."""
    return render_template(
        "learning/mentoring.html", mentees=facts.mentees_of(current_user.person.id)
    )


def _place(enrolment_id: str, activity_id: str) -> ChecklistPlace:
    return found(facts.checklist_place(current_user, enrolment_id, activity_id))


@blueprint.get(CHECKLIST)
@access.signed_in
def checklist(enrolment_id: str, activity_id: str) -> ResponseReturnValue:
    """Show one person's checklist with what may be done about it."""
    return _show(_place(enrolment_id, activity_id))


def _show(
    place: ChecklistPlace,
    status: int = 200,
    *,
    ticks: TicksForm | None = None,
    naming: MentorForm | None = None,
) -> ResponseReturnValue:
    number = (place.mentor and number_of(place.mentor)) or ""
    page = render_template(
        "learning/checklist.html",
        place=place,
        details=ChecklistDetails.restore(place.activity.details),
        ticked=facts.steps_ticked(place.enrolment.id, place.activity.id),
        ticks=ticks or TicksForm(today(), formdata=None, data={"done_on": today()}),
        naming=naming or MentorForm(formdata=None, data={"number": number}),
        chosen=request.form.getlist("step") if ticks else None,
    )
    return page, status


@blueprint.post(CHECKLIST)
@access.signed_in
def tick_checklist(enrolment_id: str, activity_id: str) -> ResponseReturnValue:
    """Append the ticks that were given or taken back."""
    place, form = _place(enrolment_id, activity_id), TicksForm(today())
    if not place.may_tick:
        raise Forbidden
    if not form.validate_on_submit():
        return _show(place, 422, ticks=form)
    changed = _tick(place, form)
    flash(ngettext("%(num)d step is saved.", "%(num)d steps are saved.", changed), "good")
    return _back_to(place)


def _back_to(place: ChecklistPlace) -> ResponseReturnValue:
    keys = {"enrolment_id": place.enrolment.public_id, "activity_id": place.activity.public_id}
    return redirect(url_for("learning.checklist", **keys), 303)  # type: ignore[arg-type]


def _tick(place: ChecklistPlace, form: TicksForm) -> int:
    """Append the ticks that were sent; return how many steps changed."""
    steps = {step.key: step for step in ChecklistDetails.restore(place.activity.details).steps}
    return services.tick_steps(
        enrolment=place.enrolment,
        activity=place.activity,
        steps=_sent(place, list(steps), form.done_on.data),
        all_steps=steps,
        actor=current_user.person,
        now=clock.now(),
    )


def _sent(place: ChecklistPlace, keys: list[str], day: date) -> dict[str, date | None]:
    """Return the day for each step: of one that was ticked before its own, of a new one ``day``."""
    before = facts.steps_ticked(place.enrolment.id, place.activity.id)
    ticked = set(request.form.getlist("step"))
    return {
        key: (before[key][0] if key in before else day) if key in ticked else None for key in keys
    }


def _mentor(number: str | None) -> Person | None:
    return facts.mentor_numbered(current_user, number) if number else None


@blueprint.post(f"{CHECKLIST}/mentor")
@access.signed_in
def name_mentor(enrolment_id: str, activity_id: str) -> ResponseReturnValue:
    """Say who ticks the person's checklists."""
    place = _place(enrolment_id, activity_id)
    if not place.may_name:
        raise Forbidden
    form = MentorForm()
    if not form.validate_on_submit():
        return _show(place, 422, naming=form)
    try:
        services.name_mentor(
            enrolment=place.enrolment,
            mentor=_mentor(form.number.data),
            actor=current_user.person,
            now=clock.now(),
        )
    except (NoSuchPerson, NotYourOwnMentor) as refusal:
        form.number.errors = [refusal.message]
        return _show(place, refusal.status, naming=form)
    flash(_("The mentor is saved."), "good")
    return _back_to(place)
