"""HR's list of people, and the same as a file."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.learning import queries
from lms.learning.views.base import blueprint, today
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.policies import may_see_all
from lms.people.queries import unit_asked, units_within
from lms.web import access
from lms.web.paging import Page, paginate


@blueprint.get("/hr/people")
@access.requires(Permission.SEE_PEOPLE)
def people() -> ResponseReturnValue:
    """Search the people in one's scope."""
    unit = unit_asked(current_user, Permission.SEE_PEOPLE, request.args)
    return render_template(
        "learning/people.html",
        page=people_page(unit.path if unit else ""),
        words=request.args.get("words", ""),
        unit=unit,
        units=units_within(current_user, Permission.SEE_PEOPLE),
        chosen={name: request.args[name] for name in ("words", "unit") if request.args.get(name)},
        can_enrol=current_user.may(Permission.ENROL_PEOPLE),
        sees_all=may_see_all(current_user, Permission.KEEP_PEOPLE),
        can_import=current_user.may(Permission.KEEP_PEOPLE),
    )


def people_page(unit_path: str) -> Page:
    """Return the page of people that the address asks for."""
    return paginate(
        queries.people_list(
            current_user,
            today=today(),
            words=request.args.get("words", ""),
            unit_path=unit_path,
        ),
        columns=(Person.sort_name, Person.id),
        readers=(str, int),
        key=lambda row: (row.Person.sort_name, row.Person.id),
        cursor=request.args.get("page"),
    )
