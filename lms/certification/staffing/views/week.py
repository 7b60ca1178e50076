"""A centre's week: the table, one part of a day with its plan, training, the file."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.certification.policies import may_define_groups
from lms.certification.staffing import queries, services
from lms.certification.staffing.export import part_named
from lms.certification.staffing.forms import TrainingForm
from lms.certification.staffing.loading import load_week
from lms.certification.staffing.training.proposals import Proposal
from lms.certification.staffing.training.showing import (
    Candidate,
    load_proposal,
    load_shown,
    load_ticked,
)
from lms.certification.staffing.views.base import PLAN, SEE, asked_day, found_centre, page
from lms.certification.staffing.views.part import Lists
from lms.certification.staffing.weeks import PartPlan, Week
from lms.certification.views.blueprint import blueprint, today
from lms.core import clock
from lms.core.errors import Missing
from lms.people.models import OrganisationUnit
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import show_date

WEEK = timedelta(days=7)


@blueprint.get("/hr/staffing")
@access.requires(SEE)
def staffing() -> ResponseReturnValue:
    """List the centres of the viewer's scope; of a single one show its week."""
    words = request.args.get("words", "")
    found = queries.centres(current_user, words, request.args.get("page"))
    if len(found.rows) == 1 and not request.args:
        only = found.rows[0].unit.public_id
        return redirect(url_for("certification.staffing_week", unit_id=only))
    return render_template(
        "certification/staffing/centres.html",
        page=found,
        sought=words,
        groups=queries.groups(),
        may_plan=current_user.may(PLAN),
        may_define=may_define_groups(current_user),
    )


@blueprint.get("/hr/staffing/<unit_id>")
@access.requires(SEE)
def staffing_week(unit_id: str) -> ResponseReturnValue:
    """Show which windows of a centre can be staffed in a week, and what training closes the gap."""
    unit = found_centre(unit_id)
    return _week_page(unit, load_week(unit, asked_day()))


def _week_page(
    unit: OrganisationUnit, week: Week, form: TrainingForm | None = None, status: int = 200
) -> ResponseReturnValue:
    proposal = _proposal(unit, week)
    candidates = load_shown(unit, week.monday, proposal)
    form = form or _offered(week, proposal, candidates)
    shown = page(
        "week",
        unit,
        week=week,
        today=today(),
        proposal=proposal,
        candidates=candidates,
        form=form,
        step=WEEK,
        may_enrol=current_user.may_over(Permission.ENROL_PEOPLE, unit.path),
    )
    return shown, status


def _proposal(unit: OrganisationUnit, week: Week) -> Proposal:
    zone = current_app.config["SETTINGS"].time_zone
    return load_proposal(unit, week, today=today(), zone=zone)


def _offered(
    week: Week, proposal: Proposal, candidates: Mapping[int, Sequence[Candidate]]
) -> TrainingForm:
    """The form with those ticked whom the gap needs and who aren't enrolled yet."""
    reason = _("To staff windows in the week from %(date)s", date=show_date(week.monday))
    shown = [one for rows in candidates.values() for one in rows]
    chosen = [one.key for one in shown if one.is_chosen and one.way.courses]
    due_on = max(proposal.closing.by or today(), today())
    return TrainingForm(
        formdata=None, data={"candidates": chosen, "due_on": due_on, "reason": reason}
    )


@blueprint.get("/hr/staffing/<unit_id>/<day>/<shift>")
@access.requires(SEE)
def staffing_part(unit_id: str, day: str, shift: str) -> ResponseReturnValue:
    """Show one part of a day: who would sit where, what stays empty and why, who is behind it."""
    unit = found_centre(unit_id)
    week, plan = _part(unit, day, shift)
    leaf = max(1, request.args.get("page", 1, type=int))
    lists = Lists(unit, week, plan, request.args.get("list"), leaf) if plan.required else None
    return page("part", unit, week=week, plan=plan, today=today(), lists=lists)


def _part(unit: OrganisationUnit, day: str, shift: str) -> tuple[Week, PartPlan]:
    part = part_named(day, shift)
    if part is None:
        raise Missing
    week = load_week(unit, part.day)
    return week, week.plan(part)


@blueprint.post("/hr/staffing/<unit_id>/training")
@access.requires(Permission.ENROL_PEOPLE)
def staffing_training(unit_id: str) -> ResponseReturnValue:
    """Enrol the people ticked in the courses they lack."""
    unit = found_centre(unit_id)
    if not current_user.may_over(Permission.ENROL_PEOPLE, unit.path):
        raise Missing
    week, form = load_week(unit, asked_day()), TrainingForm().on(today())
    ticked = _ticked(unit, week, form)
    if not form.validate_on_submit() or not ticked:
        if not ticked:
            form.form_errors.append(_("Tick at least one person who can be enrolled."))
        return _week_page(unit, week, form, 422)
    made = services.enrol_candidates(
        candidates=ticked,
        due_on=form.due_on.data,
        reason=str(form.reason.data),
        now=clock.now(),
        actor=current_user.person,
    )
    flash(ngettext("%(num)d enrolment is made.", "%(num)d enrolments are made.", made), "good")
    back = url_for("certification.staffing_week", unit_id=unit_id, week=week.monday.isoformat())
    return redirect(f"{back}#training", 303)


def _ticked(unit: OrganisationUnit, week: Week, form: TrainingForm) -> Sequence[Candidate]:
    return load_ticked(unit, week, _proposal(unit, week), form.candidates.data or [])
