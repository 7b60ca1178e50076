"""What is ahead for people: the list, calling something off, entering a last day at work."""

from datetime import date
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.clock import local_date
from lms.core.errors import Invalid, Missing
from lms.people.erasure.forms import ReasonForm
from lms.people.errors import NotEmployed
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.planned import queries, services
from lms.people.planned.errors import OwnPost
from lms.people.planned.forms import LastDayForm
from lms.people.planned.models import PlannedPost
from lms.people.policies import may_call_off
from lms.people.queries import person_for
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.i18n import show_date
from lms.web.paging import paginate

KEEP = Permission.KEEP_PEOPLE


@blueprint.get("/hr/planned-posts")
@access.requires(Permission.SEE_PEOPLE)
def planned_posts() -> ResponseReturnValue:
    """List what is ahead by its day: hires, transfers, ends of work; and what couldn't be done."""
    page = paginate(
        queries.plans(current_user, Permission.SEE_PEOPLE),
        columns=(PlannedPost.starts_on, PlannedPost.id),
        readers=(date.fromisoformat, int),
        key=lambda plan: (plan.starts_on, plan.id),
        cursor=request.args.get("page"),
        size=25,
    )
    callable_off = {plan.id for plan in page.rows if may_call_off(current_user, plan)}
    return render_template("people/planned/list.html", page=page, callable_off=callable_off)


@blueprint.get("/hr/planned-posts/<public_id>")
@access.requires(KEEP)
def planned_post(public_id: str) -> ResponseReturnValue:
    """Show what is planned for a person, and how to call it off."""
    plan = _found(public_id)
    return _show(plan, ReasonForm(formdata=None, people=[plan.person]))


@blueprint.post("/hr/planned-posts/<public_id>/call-off")
@access.requires(KEEP)
def call_off_post(public_id: str) -> ResponseReturnValue:
    """Let what was planned not happen."""
    plan = _found(public_id)
    form = ReasonForm(people=[plan.person])
    if not form.validate_on_submit():
        return _show(plan, form), 422
    services.call_off(
        plan=plan, actor=current_user.person, reason=form.reason.data or "", now=clock.now()
    )
    flash(_("Called off. The person stays where they are."), "good")
    return redirect(url_for("people.planned_posts"), 303)


@blueprint.get("/hr/people/<public_id>/last-day")
@access.requires(KEEP)
def last_day(public_id: str) -> ResponseReturnValue:
    """Show the form in which HR enters somebody's last day at work."""
    person = _employed(public_id)
    known = queries.open_ends([person.id]).get(person.id)
    shown = LastDayForm(formdata=None, data={"on": known.last_on if known else None})
    return _ask_last_day(person, shown)


@blueprint.post("/hr/people/<public_id>/last-day")
@access.requires(KEEP)
def end_work(public_id: str) -> ResponseReturnValue:
    """End somebody's work with a day; one that lies ahead is planned."""
    person, form = _employed(public_id), LastDayForm()
    if not form.validate_on_submit():
        return _ask_last_day(person, form), 422
    on = form.on.data
    try:
        is_planned = services.dismiss(person=person, on=on, actor=current_user.person, **_when())
    except Invalid as refusal:
        form.on.errors = [str(refusal.message)]
        return _ask_last_day(person, form), 422
    if is_planned:
        flash(_("Planned: works until %(day)s.", day=show_date(on)), "good")
        return redirect(url_for("reporting.person_record", public_id=public_id), 303)
    flash(_("The work has ended with %(day)s. Access is closed.", day=show_date(on)), "good")
    return redirect(url_for("learning.people"), 303)


def _when() -> dict[str, Any]:
    now = clock.now()
    return {"now": now, "today": local_date(now, current_app.config["SETTINGS"].time_zone)}


def _employed(public_id: str) -> Person:
    person = person_for(current_user, KEEP, public_id)
    if person is None:
        raise Missing
    if person.employment is None:
        raise NotEmployed
    if person.id == current_user.person.id:
        raise OwnPost
    return person


def _ask_last_day(person: Person, form: LastDayForm) -> str:
    return render_template(
        "people/planned/last_day.html",
        person=person,
        form=form,
        ends=queries.open_ends([person.id]).get(person.id),
        post=queries.open_plans([person.id]).get(person.id),
    )


def _found(public_id: str) -> PlannedPost:
    plan = queries.plan_for(current_user, public_id)
    if plan is None:
        raise Missing
    return plan


def _show(plan: PlannedPost, form: ReasonForm) -> str:
    return render_template("people/planned/plan.html", plan=plan, form=form)
