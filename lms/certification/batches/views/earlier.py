"""Letting earlier results count for a certification: whose they are, and asking for agreement."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.certification.batches import services
from lms.certification.batches.certifying import EarlierPlan, plan_earlier
from lms.certification.batches.errors import NothingChosen
from lms.certification.batches.forms import EarlierForm
from lms.certification.batches.models import BatchKind
from lms.certification.batches.views.certifying import usable_scheme
from lms.certification.batches.views.issuing import SHOWN
from lms.certification.lists import earlier as lists
from lms.certification.schemes import queries
from lms.certification.schemes.definitions import current_version, parts_of, terms_in_force
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.words import part_titles
from lms.certification.views.blueprint import blueprint, today
from lms.certification.views.registry import MANAGE
from lms.core import clock
from lms.people.models import OrganisationUnit
from lms.people.queries import unit_asked
from lms.web import access

PATH = "/hr/certifications/<scheme_id>/earlier"


@blueprint.get(PATH)
@access.requires(MANAGE)
def earlier_results(scheme_id: str) -> ResponseReturnValue:
    """Show whose earlier results would count, and what for; changes nothing."""
    scheme = usable_scheme(scheme_id)
    return _page(scheme, _plan(scheme), EarlierForm(formdata=None))


@blueprint.post(PATH)
@access.requires(MANAGE)
def ask_earlier(scheme_id: str) -> ResponseReturnValue:
    """Ask a second person to agree to the plan that was shown; show it again when it changed."""
    scheme, form = usable_scheme(scheme_id), EarlierForm()
    plan = _plan(scheme)
    if not form.validate_on_submit():
        return _page(scheme, plan, form), 422
    if not plan.people:
        raise NothingChosen
    if request.form.get("shown") != plan.digest:
        return _page(scheme, plan, form, changed=True), 409
    batch = services.ask(
        kind=BatchKind.EARLIER,
        viewer=current_user,
        now=clock.now(),
        people=plan.people,
        reason=form.reason.data or "",
        certifying=services.Certifying(scheme),
    )
    return redirect(url_for("certification.batch", batch_id=batch.public_id), 303)


def _plan(scheme: CertificationScheme) -> EarlierPlan:
    return plan_earlier(current_user, scheme, now=clock.now(), today=today(), unit=_unit())


def _unit() -> OrganisationUnit | None:
    """Return the part of the network that is asked for."""
    return unit_asked(current_user, MANAGE, request.values)


def _page(
    scheme: CertificationScheme, plan: EarlierPlan, form: EarlierForm, *, changed: bool = False
) -> str:
    parts = parts_of(current_version(scheme, today()))
    return render_template(
        "certification/batches/earlier.html",
        scheme=scheme,
        terms=terms_in_force(scheme, today()),
        parts=part_titles(parts),
        form=form,
        plan=plan,
        rows=plan.rows[:SHOWN],
        counts={verdict.value: count for verdict, count in plan.counts.items()},
        verdicts=lists.VERDICTS,
        unit=_unit(),
        units=queries.units_by_path(current_user, MANAGE),
        most=services.MOST,
        changed=changed,
    )
