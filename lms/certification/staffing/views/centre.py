"""What is said of a centre: its windows, its hours and needs."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certification.errors import SetupChanged
from lms.certification.staffing import queries, services
from lms.certification.staffing.forms import VersionedForm, WindowsForm, needs_form
from lms.certification.staffing.loading import load_setup
from lms.certification.staffing.seating.shifts import SHIFTS, WEEKDAYS
from lms.certification.staffing.views.base import PLAN, found_centre, page
from lms.certification.views.blueprint import blueprint
from lms.core import clock
from lms.people.models import OrganisationUnit
from lms.web import access


@blueprint.route("/hr/staffing/<unit_id>/windows", methods=["GET", "POST"])
@access.requires(PLAN)
def staffing_windows(unit_id: str) -> ResponseReturnValue:
    """Say which windows a centre has, and what each offers."""
    unit, groups = found_centre(unit_id, PLAN), queries.groups()
    setup = load_setup(unit)
    form = WindowsForm.of(setup, groups)
    values: dict[str, Any] = {"groups": groups, "setup": setup}
    if not form.validate_on_submit():
        return page("windows", unit, form=form, **values), 422 if form.errors else 200
    try:
        services.save_windows(
            unit=unit,
            windows=form.windows_by_number(groups),
            row_version=form.seen,
            **_by_viewer(),
        )
    except SetupChanged:
        return _changed("windows", unit, form, **values)
    flash(_("The windows are saved."), "good")
    return redirect(url_for("certification.staffing_week", unit_id=unit_id), 303)


@blueprint.route("/hr/staffing/<unit_id>/needs", methods=["GET", "POST"])
@access.requires(PLAN)
def staffing_needs(unit_id: str) -> ResponseReturnValue:
    """Say when a centre is open and how many windows must serve what."""
    unit, groups = found_centre(unit_id, PLAN), queries.groups()
    setup = load_setup(unit)
    form = needs_form(setup, groups)
    values: dict[str, Any] = {"groups": groups, "setup": setup, **_parts()}
    if not form.validate_on_submit():
        return page("needs", unit, form=form, **values), 422 if form.errors else 200
    try:
        services.save_needs(
            unit=unit,
            hours=form.hours(),
            needs=form.needs(groups),
            row_version=form.seen,
            **_by_viewer(),
        )
    except SetupChanged:
        return _changed("needs", unit, form, **values)
    flash(_("Hours and needs are saved."), "good")
    return redirect(url_for("certification.staffing_week", unit_id=unit_id), 303)


def _parts() -> dict[str, Any]:
    return {"weekdays": WEEKDAYS, "shifts": SHIFTS}


def _by_viewer() -> dict[str, Any]:
    return {"now": clock.now(), "actor": current_user.person}


def _changed(
    name: str, unit: OrganisationUnit, form: VersionedForm, **values: Any
) -> ResponseReturnValue:
    """Show what was typed beside what is saved now; sending again replaces it."""
    form.row_version.data = str(values["setup"].row_version)
    return page(name, unit, form=form, changed=True, **values), 409
