"""The compliance board and the lists behind its numbers."""

from datetime import date, timedelta
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.certification.board import counts, people
from lms.certification.board.people import Filters
from lms.certification.lists import board as board_list
from lms.certification.lists import standings as lists
from lms.certification.schemes import queries, words
from lms.certification.views.blueprint import blueprint, today
from lms.people.models import OrganisationUnit
from lms.people.permissions import Permission
from lms.people.queries import is_in, path_on
from lms.web import access
from lms.web.lists.asking import day_offered
from lms.web.paging import MOST_COUNTED, paginate

PERMISSION = Permission.SEE_CERTIFICATES


@blueprint.get("/hr/board")
@access.requires(PERMISSION)
def board() -> ResponseReturnValue:
    """Show units × certifications as of a date, and what ends in the coming weeks."""
    units = queries.units_by_path(current_user)
    tops = board_list.asked_units(units, request.values)
    on = day_offered(request.values, "on") or today()
    unit = tops[0] if len(tops) == 1 else None
    chosen = {name: request.args[name] for name in ("unit", "on") if request.args.get(name)}
    return render_template(
        "certification/board.html",
        above=_above(unit, units, on),
        chosen=chosen,
        unit=unit,
        **_numbers(tops, on),
    )


def _above(
    unit: OrganisationUnit | None, units: list[OrganisationUnit], on: date
) -> list[OrganisationUnit | None]:
    """Return those of the viewer's units that led to this one; None stands for all of them."""
    if unit is None:
        return []
    path = unit.path if on >= today() else path_on(unit, on)
    above = [one for one in units if is_in(path, one) and one is not unit]
    return [None, *above] if len(queries.topmost(units)) > 1 else [*above]


def _numbers(tops: list[OrganisationUnit], on: date) -> dict[str, Any]:
    weeks = counts.expiries_by_week(current_user, tops, on)
    return {
        "on": on,
        **_ahead(),
        "schemes": queries.schemes(),
        "rows": counts.board(current_user, tops, on),
        "weeks": weeks,
        "most": max((week.number for week in weeks), default=0),
        "week": timedelta(days=6),
    }


def _ahead() -> dict[str, Any]:
    """Return what tells a day ahead, and whether the viewer sees what is planned by then."""
    return {"today": today(), "sees_plans": current_user.may(Permission.SEE_PEOPLE)}


@blueprint.get("/hr/board/people")
@access.requires(PERMISSION)
def board_people() -> ResponseReturnValue:
    """List the people behind one number of the board."""
    filters = lists.asked(current_user, request.values, today())
    return render_template(
        "certification/board_people.html", **_list(filters), **_choices(filters), words=words
    )


def _list(filters: Filters) -> dict[str, Any]:
    total = people.count(current_user, filters)
    page = paginate(
        people.people(current_user, filters),
        columns=people.columns(total),
        readers=(str, int, int),
        key=people.key,
        cursor=request.args.get("page"),
    )
    linked = {row[1].id for row in page.rows}
    if filters.on != today():
        linked = people.with_page(current_user, linked)
    return {"page": page, "total": total, "most": MOST_COUNTED, "linked": linked}


def _choices(filters: Filters) -> dict[str, Any]:
    return {
        "filters": filters,
        **_ahead(),
        "measures": lists.MEASURE_NAMES,
        "chosen": {name: value for name, value in request.args.items() if name != "page"},
        "schemes": queries.schemes(),
        "units": queries.units_by_path(current_user),
    }
