"""The compliance board and the lists behind its numbers."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.audit import services as audit
from lms.certification.board import counts, people
from lms.certification.board.conditions import Measure
from lms.certification.board.people import Filters
from lms.certification.schemes import queries, words
from lms.certification.views import export as exports
from lms.certification.views.blueprint import blueprint, today
from lms.core import clock
from lms.core.errors import Missing
from lms.core.spreadsheets import Cell
from lms.core.unit_of_work import reads_first
from lms.people.models import OrganisationUnit
from lms.people.permissions import Permission
from lms.people.queries import unit_for
from lms.web import access
from lms.web.i18n import localised
from lms.web.paging import MOST_COUNTED, paginate

PERMISSION = Permission.MANAGE_CERTIFICATES
WIDTHS = (36, 16, 36, 30, 36, 20, 14, 14, 10)


@blueprint.get("/hr/board")
@access.requires(PERMISSION)
def board() -> ResponseReturnValue:
    """Show units × certifications as of a date, and what ends in the coming weeks."""
    units = queries.units_by_path(current_user)
    unit, on = _unit(units), _date("on") or today()
    above = [one for one in units if unit.path.startswith(one.path) and one is not unit]
    return render_template("certification/board.html", above=above, **_numbers(unit, on))


def _numbers(unit: OrganisationUnit, on: date) -> dict[str, Any]:
    weeks = counts.expiries_by_week(current_user, unit, on)
    return {
        "unit": unit,
        "on": on,
        "today": today(),
        "schemes": queries.schemes(),
        "rows": counts.board(current_user, unit, on),
        "weeks": weeks,
        "most": max((week.number for week in weeks), default=0),
        "week": timedelta(days=6),
    }


@blueprint.get("/hr/board/people")
@access.requires(PERMISSION)
def board_people() -> ResponseReturnValue:
    """List the people behind one number of the board."""
    filters = _filters()
    return render_template(
        "certification/board_people.html", **_list(filters), **_choices(filters), words=words
    )


def _list(filters: Filters) -> dict[str, Any]:
    page = paginate(
        people.people(current_user, filters),
        columns=people.COLUMNS,
        readers=(str, int, int),
        key=people.key,
        cursor=request.args.get("page"),
    )
    total = people.count(current_user, filters)
    return {"page": page, "total": total, "most": MOST_COUNTED}


def _choices(filters: Filters) -> dict[str, Any]:
    return {
        "filters": filters,
        "chosen": {name: value for name, value in request.args.items() if name != "page"},
        "schemes": queries.schemes(),
        "units": queries.units_by_path(current_user),
    }


@blueprint.post("/hr/board/people.<kind>")
@access.requires(PERMISSION)
@reads_first
def export_people(kind: str) -> ResponseReturnValue:
    """Send the list as a file, exactly as filtered."""
    if kind not in exports.MEDIA_TYPES:
        raise Missing
    response, count = exports.send(kind, _table(_filters()))
    audit.record(
        now=clock.now(),
        actor_key=current_user.person.public_id,
        action="certification.people_exported",
        subject_kind="board",
        subject_key="people",
        kind=kind,
        rows=count,
    )
    return response


def _table(filters: Filters) -> exports.Table:
    return exports.Table(
        name=f"people-{filters.on.isoformat()}",
        sheet=_("People"),
        headings=_headings(),
        rows=_rows(filters),
        widths=WIDTHS,
    )


def _unit(units: list[OrganisationUnit]) -> OrganisationUnit:
    """The unit asked for, else the first of the viewer's scope; refused as missing outside it."""
    asked = request.values.get("unit")
    found = next((one for one in units if asked in (None, one.public_id)), None)
    if found is None:
        raise Missing
    return found


def _date(name: str) -> date | None:
    try:
        return date.fromisoformat(request.values.get(name, ""))
    except ValueError:
        return None


def _filters() -> Filters:
    asked = request.values
    scheme = queries.scheme_for(asked["scheme"]) if asked.get("scheme") else None
    unit = unit_for(current_user, PERMISSION, asked["unit"]) if asked.get("unit") else None
    if (asked.get("scheme") and scheme is None) or (asked.get("unit") and unit is None):
        raise Missing
    known = {measure.value: measure for measure in Measure}
    return Filters(
        on=_date("on") or today(),
        measure=known.get(asked.get("measure", ""), Measure.REQUIRED),
        unit=unit,
        scheme=scheme,
        until_from=_date("from"),
        until_to=_date("to"),
    )


def _headings() -> list[str]:
    return [
        _("Person"),
        _("Personnel number"),
        _("Centre"),
        _("Post"),
        _("Certification"),
        _("State"),
        _("Due"),
        _("Valid until"),
        _("May serve"),
    ]


def _rows(filters: Filters) -> Iterator[list[Cell]]:
    for standing, person, unit, role, scheme in people.every(current_user, filters):
        yield [
            person.full_name,
            person.personnel_number,
            localised(unit),
            localised(role),
            localised(scheme.title),
            str(words.LABELS[standing.label]),
            standing.due_on,
            standing.valid_until_on,
            _("yes") if standing.may_serve else _("no"),
        ]
