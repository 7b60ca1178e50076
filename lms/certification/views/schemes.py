"""Certifications: their terms in sentences, their versions, and one person's dates as a preview."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.catalog.authoring.conflicts import Difference, differences
from lms.certification.errors import SchemeKeyTaken
from lms.certification.lifecycle.history import History
from lms.certification.policies import may_change_rules_of, may_define_schemes
from lms.certification.reminding.forms import AUDIENCE_NAMES
from lms.certification.reminding.plans import plan_of
from lms.certification.schemes import defining, queries, samples
from lms.certification.schemes.definitions import (
    current_version,
    newest_version,
    parts_of,
    scheme_of,
    terms_in_force,
)
from lms.certification.schemes.equivalents import queries as equivalents
from lms.certification.schemes.equivalents.words import names
from lms.certification.schemes.forms import ChangeSchemeForm, SchemeForm
from lms.certification.schemes.models import (
    CertificationScheme,
    SchemeEquivalent,
    SchemeVersion,
)
from lms.certification.views.blueprint import blueprint, today
from lms.core import clock
from lms.core.errors import Missing
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import localised
from lms.web.lists.asking import day_offered

SEE, MANAGE = Permission.SEE_CERTIFICATES, Permission.MANAGE_CERTIFICATES


@blueprint.get("/hr/certifications")
@access.requires(SEE)
def schemes() -> ResponseReturnValue:
    """List the certifications of the network."""
    found = [(scheme, terms_in_force(scheme, today())) for scheme in queries.schemes()]
    numbers = samples.numbers(current_user, today())
    return _page("schemes", schemes=found, numbers=numbers)


@blueprint.get("/hr/certifications/<scheme_id>")
@access.requires(SEE)
def scheme(scheme_id: str) -> ResponseReturnValue:
    """Show what a certification asks and grants, whom it is required of, and sample dates."""
    found = found_scheme(scheme_id)
    rules = queries.rules_of(current_user, found)
    sample = samples.sample(History([], scheme_of(found.versions)), _sample_day())
    reminders = {"plan": plan_of(found), "audiences": AUDIENCE_NAMES}
    may = {
        "may_add_rule": current_user.may(MANAGE),
        "may_end": [one for one in rules if may_change_rules_of(current_user, one.unit)],
    }
    shown = {"scheme": found, "rules": rules, "sample": sample, "equivalents": _equivalents(found)}
    return _page("scheme", **shown, **may, **reminders, **_terms(found))


def _equivalents(found: CertificationScheme) -> list[tuple[SchemeEquivalent, str]]:
    counting = equivalents.counting(today(), found)
    return list(zip(counting, names(counting), strict=True))


def _terms(found: CertificationScheme) -> dict[str, Any]:
    version = current_version(found, today())
    terms = terms_in_force(found, today())
    parts, titles = parts_of(version), {}
    if any(part.exam for part in parts):
        exams = dict(_exams())
        titles = {part.key: exams.get(samples.exam_choice(part)) for part in parts}
    return {"version": version, "terms": terms, "parts": parts, "exams": titles}


def _page(name: str, **values: Any) -> str:
    may_define = may_define_schemes(current_user)
    return render_template(f"certification/{name}.html", may_define=may_define, **values)


def _sample_day() -> date:
    return day_offered(request.args, "awarded_on") or today()


def found_scheme(scheme_id: str) -> CertificationScheme:
    """Return the scheme, or refuse as missing."""
    found = queries.scheme_for(scheme_id)
    if found is None:
        raise Missing
    return found


@blueprint.route("/hr/certifications/new", methods=["GET", "POST"])
@access.requires(MANAGE)
def new_scheme() -> ResponseReturnValue:
    """Define a certification."""
    must_define()
    form = SchemeForm(data={"in_force_on": today()}).offer(_courses(), _exams())
    if not form.validate_on_submit():
        return _form(form, None), 422 if form.errors else 200
    try:
        made = defining.create_scheme(key=str(form.key.data), **_defined(form))
    except SchemeKeyTaken as refusal:
        form.key.errors = [str(refusal.message)]
        return _form(form, None), refusal.status
    flash(_("The certification is defined. Now say who must hold it."), "good")
    return redirect(url_for("certification.scheme", scheme_id=made.public_id), 303)


@blueprint.route("/hr/certifications/<scheme_id>/edit", methods=["GET", "POST"])
@access.requires(MANAGE)
def edit_scheme(scheme_id: str) -> ResponseReturnValue:
    """Change a certification: a further version, for periods that begin from its day."""
    must_define()
    found = found_scheme(scheme_id)
    newest = newest_version(found)
    data = samples.form_data(found, today()) | {"row_version": str(newest.number)}
    form = ChangeSchemeForm(data=data).offer(_courses(), _exams())
    if not form.validate_on_submit():
        return _form(form, found), 422 if form.errors else 200
    if form.row_version.data != str(newest.number):
        return _form(form, found, differences(form, _stored(found, newest))), 409
    defining.change_scheme(scheme=found, reason=str(form.reason.data), **_defined(form))
    flash(_("The new version is saved. Dates that were given before stay."), "good")
    if defining.changes_many(found):
        flash(_("What it means for each person is being recorded in the background."), "good")
    return redirect(url_for("certification.scheme", scheme_id=found.public_id), 303)


def _stored(found: CertificationScheme, newest: SchemeVersion) -> ChangeSchemeForm:
    """Return the form as it would say what somebody else saved meanwhile."""
    said = {"in_force_on": newest.in_force_on, "reason": newest.reason}
    data = samples.form_data(found, newest.in_force_on) | said
    form = ChangeSchemeForm(formdata=None, data=data | {"row_version": str(newest.number)})
    form.offer(_courses(), _exams())
    return form


def _defined(form: SchemeForm) -> dict[str, Any]:
    return {
        "title": form.title,
        "terms": form.terms,
        "parts": form.filled_parts,
        "in_force_on": form.in_force_on.data or today(),
        "now": clock.now(),
        "actor": current_user.person,
    }


def must_define() -> None:
    """Refuse as missing what only those may do who define certifications."""
    if not may_define_schemes(current_user):
        raise Missing


def _courses() -> list[tuple[str, str]]:
    return [(slug, localised(title)) for slug, title in queries.courses_on_offer()]


def _exams() -> list[tuple[str, str]]:
    """Return the exams of the published courses: slug/key, and how a reader knows them."""
    return [
        (f"{slug}/{key}", f"{localised(course)}: {localised(exam) if exam else _('Final exam')}")
        for slug, key, course, exam in queries.exams_on_offer()
    ]


def _form(
    form: SchemeForm,
    found: CertificationScheme | None,
    theirs: Sequence[Difference] | None = None,
) -> str:
    return render_template("certification/scheme_form.html", form=form, scheme=found, theirs=theirs)
