"""Recording a certification for many: the form, its dry run, the request for agreement."""

import re

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.certification.batches import services
from lms.certification.batches.certifying import Shown, plan_certifying
from lms.certification.batches.errors import NothingChosen
from lms.certification.batches.forms import CertifyForm
from lms.certification.batches.issuing import Plan
from lms.certification.batches.models import BatchKind
from lms.certification.batches.views.issuing import SHOWN
from lms.certification.schemes import queries
from lms.certification.schemes.definitions import current_version, parts_of
from lms.certification.schemes.models import CertificationScheme
from lms.certification.views.blueprint import blueprint, today
from lms.certification.views.registry import MANAGE
from lms.core import clock
from lms.core.errors import Missing, Refusal
from lms.people.importing.rules.fields import Field, guess
from lms.people.importing.services import read_rows
from lms.web import access


@blueprint.get("/hr/certifications/<scheme_id>/many")
@access.requires(MANAGE)
def certify_many(scheme_id: str) -> ResponseReturnValue:
    """Ask what is to be recorded, and of whom."""
    scheme = usable_scheme(scheme_id)
    return _ask(scheme, _form(scheme, formdata=None))


@blueprint.post("/hr/certifications/<scheme_id>/many/plan")
@access.requires(MANAGE)
def plan_certify(scheme_id: str) -> ResponseReturnValue:
    """Show of whom it would be recorded, and of whom not and why; changes nothing."""
    scheme = usable_scheme(scheme_id)
    form = _form(scheme)
    if not form.validate_on_submit() or not _read(form):
        return _ask(scheme, form), 422
    return _show(scheme, form, _plan(scheme, form))


@blueprint.post("/hr/certifications/<scheme_id>/many")
@access.requires(MANAGE)
def ask_certify(scheme_id: str) -> ResponseReturnValue:
    """Ask a second person to agree to the plan that was shown; show it again when it changed."""
    scheme = usable_scheme(scheme_id)
    form = _form(scheme)
    if not form.validate_on_submit() or not _read(form):
        return _ask(scheme, form), 422
    plan = _plan(scheme, form)
    if not plan.people:
        raise NothingChosen
    if request.form.get("shown") != plan.digest:
        return _show(scheme, form, plan, changed=True), 409
    batch = services.ask(
        kind=BatchKind.CERTIFY,
        viewer=current_user,
        now=clock.now(),
        people=plan.people,
        reason=form.reason.data or "",
        certifying=services.Certifying(scheme, form.part.data or "", form.shown_on.data),
    )
    return redirect(url_for("certification.batch", batch_id=batch.public_id), 303)


def usable_scheme(scheme_id: str) -> CertificationScheme:
    """Return a certification for which something can be recorded, or refuse as missing."""
    found = queries.scheme_for(scheme_id)
    if found is None or found.retired_at is not None:
        raise Missing
    return found


def _form(scheme: CertificationScheme, **given: None) -> CertifyForm:
    return CertifyForm(**given).offer(parts_of(current_version(scheme, today())), today())


def _read(form: CertifyForm) -> bool:
    """Take the numbers of list and file together; else say beside the field what is wrong."""
    numbers = [one.strip() for one in re.split(r"[,;\s]+", form.numbers.data or "") if one.strip()]
    file = form.file.data
    if file:
        try:
            numbers += _column(file.read())
        except Refusal as refusal:
            form.file.errors = [str(refusal)]
            return False
    form.numbers.data = "\n".join(numbers)
    return form.check_numbers(numbers, services.MOST)


def _column(data: bytes) -> list[str]:
    """Return the personnel numbers of a table: the column with that heading, else the first."""
    rows = read_rows(data)
    headings = [rows[0].cell(place) for place in range(len(rows[0].cells))] if rows else []
    columns = list(guess(headings, {}))
    has_heading = Field.NUMBER in columns
    place = columns.index(Field.NUMBER) if has_heading else 0
    cells = (row.cell(place).strip().removeprefix("'") for row in rows[1 if has_heading else 0 :])
    return [one for one in cells if one]


def _plan(scheme: CertificationScheme, form: CertifyForm) -> Plan:
    numbers = (form.numbers.data or "").split()
    day = today()
    shown = Shown(form.part.data or "", form.shown_on.data or day, day, clock.now())
    return plan_certifying(current_user, scheme.id, shown, numbers)


def _ask(scheme: CertificationScheme, form: CertifyForm) -> str:
    return render_template("certification/batches/certify.html", scheme=scheme, form=form)


def _show(
    scheme: CertificationScheme, form: CertifyForm, plan: Plan, *, changed: bool = False
) -> str:
    return render_template(
        "certification/batches/certify_plan.html",
        scheme=scheme,
        form=form,
        plan=plan,
        rows=plan.rows[:SHOWN],
        counts={verdict.value: count for verdict, count in plan.counts.items()},
        what=form.chosen_words,
        shown=plan.digest,
        changed=changed,
    )
