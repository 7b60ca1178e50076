"""When a certification's reminders go out, and to whom."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certification.errors import PlanChanged
from lms.certification.policies import may_define_schemes
from lms.certification.reminding.forms import AUDIENCE_NAMES, PlanForm
from lms.certification.reminding.plans import Plan, change_plan, plan_of
from lms.certification.schemes.models import CertificationScheme
from lms.certification.views.blueprint import blueprint
from lms.certification.views.schemes import MANAGE, found_scheme
from lms.core import clock
from lms.core.errors import Missing
from lms.web import access


@blueprint.route("/hr/certifications/<scheme_id>/reminders", methods=["GET", "POST"])
@access.requires(MANAGE)
def edit_reminders(scheme_id: str) -> ResponseReturnValue:
    """Change when reminders of a certification go out."""
    if not may_define_schemes(current_user):
        raise Missing
    found = found_scheme(scheme_id)
    plan = plan_of(found)
    form = PlanForm.of(plan)
    if not form.validate_on_submit():
        return _page(form, found, None), 422 if form.errors else 200
    try:
        change_plan(
            scheme=found,
            distances=form.distances,
            seen=form.seen,
            actor=current_user.person,
            now=clock.now(),
        )
    except PlanChanged:
        form.number.data = str(plan.number)
        return _page(form, found, plan), 409
    flash(_("The reminders are saved."), "good")
    return redirect(f"{url_for('certification.scheme', scheme_id=scheme_id)}#reminders", 303)


def _page(form: PlanForm, found: CertificationScheme, other: Plan | None) -> str:
    """Return the form; ``other`` is what somebody else saved meanwhile."""
    return render_template(
        "certification/reminders_form.html",
        form=form,
        scheme=found,
        other=other,
        names=AUDIENCE_NAMES,
    )
