"""When people of a centre work: the centre's pattern, a person's own, and days that differ."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certification.errors import SetupChanged
from lms.certification.staffing import queries, services
from lms.certification.staffing.forms import (
    DaysForm,
    PatternForm,
    PersonPatternForm,
    pattern_data,
)
from lms.certification.staffing.loading import load_setup
from lms.certification.staffing.seating.shifts import SHIFTS, WEEKDAYS, parts_in
from lms.certification.staffing.views.base import PLAN, found_centre, page
from lms.certification.views.blueprint import blueprint, today
from lms.core import clock
from lms.core.errors import Missing
from lms.people.models import OrganisationUnit, Person
from lms.web import access

GRID = {"weekdays": WEEKDAYS, "shifts": SHIFTS, "parts_in": parts_in}


@blueprint.route("/hr/staffing/<unit_id>/people", methods=["GET", "POST"])
@access.requires(PLAN)
def staffing_people(unit_id: str) -> ResponseReturnValue:
    """Say when people of a centre work unless it is said of one, and list them."""
    unit = found_centre(unit_id, PLAN)
    setup = load_setup(unit)
    data = {"parts": pattern_data(setup.pattern), "row_version": str(setup.row_version)}
    form = PatternForm(data=data)
    values = {"setup": setup, **_staff(unit), **GRID}
    if not form.validate_on_submit():
        return page("people", unit, form=form, **values), 422 if form.errors else 200
    try:
        services.save_centre_pattern(
            unit=unit, pattern=form.pattern, row_version=form.seen, **_by_viewer()
        )
    except SetupChanged:
        form.row_version.data = str(setup.row_version)
        return page("people", unit, form=form, changed=True, **values), 409
    flash(_("The pattern is saved."), "good")
    return redirect(url_for("certification.staffing_people", unit_id=unit_id), 303)


def _staff(unit: OrganisationUnit) -> dict[str, Any]:
    words, cursor = request.args.get("words", ""), request.args.get("page")
    return {
        "listed": queries.staff(unit, today(), words, cursor),
        "total": queries.staff_number(unit, today(), words),
        "sought": words,
    }


def _by_viewer() -> dict[str, Any]:
    return {"now": clock.now(), "actor": current_user.person}


def _found(unit: OrganisationUnit, person_id: str) -> Person:
    person = queries.person_at(unit, person_id, today())
    if person is None:
        raise Missing
    return person


@blueprint.route("/hr/staffing/<unit_id>/people/<person_id>", methods=["GET", "POST"])
@access.requires(PLAN)
def staffing_person(unit_id: str, person_id: str) -> ResponseReturnValue:
    """Say when one person works."""
    unit = found_centre(unit_id, PLAN)
    person = _found(unit, person_id)
    form = _pattern_form(unit, person)
    if not form.validate_on_submit():
        return _person_page(unit, person, form), 422 if form.errors else 200
    pattern = form.pattern if form.own.data == "yes" else None
    try:
        services.save_pattern(person=person, pattern=pattern, row_version=form.seen, **_by_viewer())
    except SetupChanged:
        row = queries.pattern_of(person)
        form.row_version.data = str(row.row_version if row else 0)
        return _person_page(unit, person, form, changed=True), 409
    flash(_("The pattern is saved."), "good")
    return _back(unit_id, person_id)


def _back(unit_id: str, person_id: str) -> ResponseReturnValue:
    there = url_for("certification.staffing_person", unit_id=unit_id, person_id=person_id)
    return redirect(there, 303)


def _pattern_form(unit: OrganisationUnit, person: Person, **options: Any) -> PersonPatternForm:
    row, setup = queries.pattern_of(person), load_setup(unit)
    return PersonPatternForm(
        data={
            "own": "yes" if row else "no",
            "parts": pattern_data(row.pattern if row else setup.pattern),
            "row_version": str(row.row_version if row else 0),
        },
        **options,
    )


def _person_page(
    unit: OrganisationUnit,
    person: Person,
    form: PersonPatternForm,
    days: DaysForm | None = None,
    *,
    changed: bool = False,
) -> str:
    return page(
        "person",
        unit,
        person=person,
        form=form,
        days=days or DaysForm(formdata=None),
        said=queries.days_of(person, today()),
        saved=queries.pattern_of(person),
        changed=changed,
        **GRID,
    )


@blueprint.post("/hr/staffing/<unit_id>/people/<person_id>/days")
@access.requires(PLAN)
def say_days(unit_id: str, person_id: str) -> ResponseReturnValue:
    """Note days on which a person is away or works otherwise."""
    unit = found_centre(unit_id, PLAN)
    person, days = _found(unit, person_id), DaysForm()
    if not days.validate_on_submit():
        form = _pattern_form(unit, person, formdata=None)
        return _person_page(unit, person, form, days), 422
    services.say_days(
        person=person,
        first_on=days.first_on.data,
        last_on=days.last_on.data,
        shifts=int(days.shifts.data),
        **_by_viewer(),
    )
    flash(_("The days are noted."), "good")
    return _back(unit_id, person_id)


@blueprint.post("/hr/staffing/<unit_id>/people/<person_id>/days/<days_id>/remove")
@access.requires(PLAN)
def remove_days(unit_id: str, person_id: str, days_id: str) -> ResponseReturnValue:
    """Take back what was said of some days."""
    person = _found(found_centre(unit_id, PLAN), person_id)
    row = next((one for one in queries.days_of(person, today()) if one.public_id == days_id), None)
    if row is None:
        raise Missing
    services.remove_days(row=row, person=person, **_by_viewer())
    flash(_("The days are removed."), "good")
    return _back(unit_id, person_id)
