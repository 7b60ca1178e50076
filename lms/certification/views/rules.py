"""Rules: before one is saved it shows its consequence."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certification.schemes import defining, queries
from lms.certification.schemes.consequences import consequence
from lms.certification.schemes.forms import EndRuleForm, RuleForm
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.rules import Coverage
from lms.certification.views.blueprint import blueprint, today
from lms.certification.views.schemes import PERMISSION, found_scheme
from lms.core import clock
from lms.core.errors import Missing
from lms.people.models import JobRole, OrganisationUnit
from lms.web import access
from lms.web.i18n import localised


@blueprint.route("/hr/certifications/<scheme_id>/rules/new", methods=["GET", "POST"])
@access.requires(PERMISSION)
def new_rule(scheme_id: str) -> ResponseReturnValue:
    """Say who must hold a certification; the first answer shows what that means."""
    scheme = found_scheme(scheme_id)
    units = {unit.public_id: unit for unit in queries.units_by_path(current_user)}
    roles = {role.public_id: role for role in queries.job_roles()}
    form = RuleForm(data={"in_force_on": today()}).offer(_names(units), _names(roles))
    if not form.validate_on_submit():
        return _page(scheme, form), 422 if form.errors else 200
    chosen = units[form.unit.data], roles.get(form.job_role.data or "")
    if "save" not in request.form:
        return _page(scheme, form, shown=_consequence(scheme, form, *chosen))
    defining.create_rule(
        scheme=scheme,
        unit=chosen[0],
        job_role=chosen[1],
        days=form.days.data or 0,
        in_force_on=form.in_force_on.data or today(),
        now=clock.now(),
        today=today(),
        actor=current_user.person,
    )
    flash(_("The rule is saved and in force."), "good")
    return redirect(url_for("certification.scheme", scheme_id=scheme.public_id), 303)


def _consequence(
    scheme: CertificationScheme, form: RuleForm, unit: OrganisationUnit, role: JobRole | None
) -> Any:
    coverage = Coverage(
        scheme_id=scheme.id,
        unit_path=unit.path,
        job_role_id=role.id if role else None,
        days=form.days.data or 0,
        in_force_on=form.in_force_on.data or today(),
    )
    return consequence(coverage, now=clock.now(), today=today())


def _page(scheme: CertificationScheme, form: RuleForm, shown: Any = None) -> str:
    return render_template("certification/rule_form.html", scheme=scheme, form=form, shown=shown)


def _names(records: dict[str, Any]) -> list[tuple[str, str]]:
    return [(key, localised(record)) for key, record in records.items()]


@blueprint.route("/hr/rules/<rule_id>/end", methods=["GET", "POST"])
@access.requires(PERMISSION)
def end_rule(rule_id: str) -> ResponseReturnValue:
    """End a rule from a day on: what it required is lifted then."""
    rule = queries.rule_for(current_user, rule_id)
    if rule is None:
        raise Missing
    form = EndRuleForm(data={"on": today()})
    if not form.validate_on_submit():
        page = render_template("certification/end_rule.html", rule=rule, form=form)
        return page, 422 if form.errors else 200
    defining.end_rule(
        rule=rule,
        on=form.on.data or today(),
        now=clock.now(),
        today=today(),
        actor=current_user.person,
        reason=str(form.reason.data),
    )
    flash(_("The rule is ended."), "good")
    return redirect(url_for("certification.scheme", scheme_id=rule.scheme.public_id), 303)
