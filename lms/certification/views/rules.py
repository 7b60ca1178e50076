"""Rules: before one is saved it shows its consequence."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certification.errors import RuleExists
from lms.certification.following.foreseeing import enrolments_of
from lms.certification.following.switching import switch_enrolling
from lms.certification.lists import consequences
from lms.certification.schemes import defining, queries
from lms.certification.schemes.forms import EndRuleForm, EnrollingForm, RuleForm
from lms.certification.schemes.models import CertificationScheme, RequirementRule
from lms.certification.schemes.rules.consequences import consequence
from lms.certification.schemes.rules.spells import Coverage
from lms.certification.views.blueprint import blueprint, today
from lms.certification.views.schemes import MANAGE, found_scheme
from lms.core import clock
from lms.core.errors import Missing
from lms.web import access
from lms.web.i18n import show_date
from lms.web.lists import files


@blueprint.route("/hr/certifications/<scheme_id>/rules/new", methods=["GET", "POST"])
@access.requires(MANAGE)
def new_rule(scheme_id: str) -> ResponseReturnValue:
    """Say who must hold a certification; the first answer shows what that means."""
    scheme, form = found_scheme(scheme_id), _offered()
    if not form.validate_on_submit():
        return _page(scheme, form), 422 if form.errors else 200
    if "report" in request.form:
        return _report(scheme, form)
    if "save" not in request.form:
        beside = queries.rules_beside(scheme, form.chosen_unit, form.chosen_role)
        return _page(scheme, form, shown=_consequence(scheme, form), beside=beside)
    try:
        rule = _save(scheme, form)
    except RuleExists as refusal:
        form.form_errors.append(str(refusal.message))
        return _page(scheme, form), refusal.status
    flash(_saved(rule.in_force_on), "good")
    _tell_of_job(rule)
    return redirect(url_for("certification.scheme", scheme_id=scheme.public_id), 303)


def _offered() -> RuleForm:
    return RuleForm(data={"in_force_on": today(), "enrols": True}).offer(
        queries.units_by_path(current_user, MANAGE), queries.job_roles()
    )


def _save(scheme: CertificationScheme, form: RuleForm) -> RequirementRule:
    return defining.create_rule(
        scheme=scheme,
        unit=form.chosen_unit,
        job_role=form.chosen_role,
        days=form.days.data or 0,
        in_force_on=form.in_force_on.data or today(),
        enrols=bool(form.enrols.data),
        now=clock.now(),
        today=today(),
        actor=current_user.person,
    )


def _saved(on: date) -> Any:
    if on <= today():
        return _("The rule is saved and in force.")
    return _("The rule is saved. It is in force from %(date)s.", date=show_date(on))


def _tell_of_job(rule: RequirementRule) -> None:
    if defining.touches_many(rule, today()):
        flash(_("What it means for each person is being recorded in the background."), "good")


def _consequence(scheme: CertificationScheme, form: RuleForm) -> Any:
    coverage = Coverage(
        scheme_id=scheme.id,
        unit_path=form.chosen_unit.path,
        job_role_id=form.chosen_role.id if form.chosen_role else None,
        days=form.days.data or 0,
        in_force_on=form.in_force_on.data or today(),
        enrols=bool(form.enrols.data),
    )
    return consequence(coverage, now=clock.now(), today=today())


def _report(scheme: CertificationScheme, form: RuleForm) -> ResponseReturnValue:
    """Send the consequence for paper; nothing is saved."""
    meant = consequences.table(scheme, form, _consequence(scheme, form))
    maker = files.Maker(current_user.person.full_name, clock.now())
    response, _count = files.send("pdf", meant, maker)
    return response


def _page(scheme: CertificationScheme, form: RuleForm, **shown: Any) -> str:
    return render_template("certification/rule_form.html", scheme=scheme, form=form, **shown)


@blueprint.route("/hr/rules/<rule_id>/end", methods=["GET", "POST"])
@access.requires(MANAGE)
def end_rule(rule_id: str) -> ResponseReturnValue:
    """End a rule from a day on: what it required is lifted then."""
    rule, form = _found(rule_id), EndRuleForm(data={"on": today()})
    if not form.validate_on_submit():
        page = render_template("certification/end_rule.html", rule=rule, form=form)
        return page, 422 if form.errors else 200
    _end(rule, form)
    flash(
        _("The rule ends: %(date)s is the first day without it.", date=show_date(rule.ended_on)),
        "good",
    )
    _tell_of_job(rule)
    return redirect(url_for("certification.scheme", scheme_id=rule.scheme.public_id), 303)


@blueprint.route("/hr/rules/<rule_id>/enrolling", methods=["GET", "POST"])
@access.requires(MANAGE)
def rule_enrolling(rule_id: str) -> ResponseReturnValue:
    """Let a rule enrol whom it requires, or no longer; what that means is shown first."""
    rule = _found(rule_id)
    form = EnrollingForm(data={"enrols": rule.enrols})
    if not form.validate_on_submit():
        count = 0 if rule.enrols else enrolments_of(rule, today())
        page = render_template(
            "certification/rule_enrolling.html", rule=rule, form=form, enrolments=count
        )
        return page, 422 if form.errors else 200
    _switch(rule, form)
    return redirect(url_for("certification.scheme", scheme_id=rule.scheme.public_id), 303)


def _switch(rule: RequirementRule, form: EnrollingForm) -> None:
    enrols = bool(form.enrols.data)
    switch_enrolling(rule=rule, enrols=enrols, actor=current_user.person, now=clock.now())
    if enrols:
        flash(_("The rule enrols people from now on. Enrolments follow within minutes."), "good")
    else:
        flash(_("The rule enrols nobody any more. Present enrolments stay."), "good")


def _found(rule_id: str) -> RequirementRule:
    rule = queries.rule_for(current_user, rule_id)
    if rule is None:
        raise Missing
    return rule


def _end(rule: RequirementRule, form: EndRuleForm) -> None:
    defining.end_rule(
        rule=rule,
        on=form.on.data or today(),
        now=clock.now(),
        today=today(),
        actor=current_user.person,
        reason=str(form.reason.data),
    )
