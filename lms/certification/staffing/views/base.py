"""What all pages of staffing need."""

from datetime import date
from typing import Any

from flask import render_template, request
from flask_login import current_user

from lms.certification.staffing import export, queries, words
from lms.certification.views.blueprint import today
from lms.core.errors import Missing
from lms.people.models import OrganisationUnit
from lms.people.permissions import Permission

SEE, PLAN = Permission.SEE_STAFFING, Permission.PLAN_STAFFING


def found_centre(unit_id: str, permission: Permission = SEE) -> OrganisationUnit:
    """Return the centre, or refuse as missing."""
    unit = queries.centre_for(current_user, permission, unit_id)
    if unit is None:
        raise Missing
    return unit


def asked_day() -> date:
    """Return the day whose week is asked for; today for none."""
    return export.week_day(request.values, today())


def page(name: str, unit: OrganisationUnit, **values: Any) -> str:
    """Return a page about a centre."""
    return render_template(
        f"certification/staffing/{name}.html",
        unit=unit,
        words=words,
        may_plan=current_user.may_over(PLAN, unit.path),
        may_see_people=current_user.may_over(Permission.SEE_CERTIFICATES, unit.path),
        **values,
    )
