"""Planned posts: what is ahead, and calling one off."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Missing
from lms.people.erasure.forms import ReasonForm
from lms.people.permissions import Permission
from lms.people.planned import queries, services
from lms.people.planned.models import PlannedPost
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.paging import paginate

KEEP = Permission.KEEP_PEOPLE


@blueprint.get("/hr/planned-posts")
@access.requires(KEEP)
def planned_posts() -> ResponseReturnValue:
    """List hires and transfers ahead by their day, and those that couldn't be done."""
    page = paginate(
        queries.plans(current_user),
        columns=(PlannedPost.starts_on, PlannedPost.id),
        readers=(date.fromisoformat, int),
        key=lambda plan: (plan.starts_on, plan.id),
        cursor=request.args.get("page"),
        size=25,
    )
    return render_template("people/planned/list.html", page=page)


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


def _found(public_id: str) -> PlannedPost:
    plan = queries.plan_for(current_user, public_id)
    if plan is None:
        raise Missing
    return plan


def _show(plan: PlannedPost, form: ReasonForm) -> str:
    return render_template("people/planned/plan.html", plan=plan, form=form)
