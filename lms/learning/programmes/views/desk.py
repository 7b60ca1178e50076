"""The desk of programmes: the list, one with how it goes by unit, its people, and the file."""

from bisect import bisect_right
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Forbidden
from lms.learning.programmes import policies, queries
from lms.learning.programmes.defining import retire
from lms.learning.programmes.definitions import definition_of
from lms.learning.programmes.errors import ProgrammeChanged
from lms.learning.programmes.models import Programme
from lms.learning.programmes.paths import progress
from lms.learning.programmes.paths.progress import Traveller
from lms.learning.programmes.policies import PathState
from lms.learning.programmes.source.file import PROGRAMMES_FILE, write_programmes
from lms.learning.views.base import blueprint, found, today
from lms.people.models import OrganisationUnit
from lms.people.permissions import Permission
from lms.people.queries import units_within
from lms.web import access
from lms.web.headers import save_as
from lms.web.lists.asking import offered
from lms.web.paging import Page, decode, encode

SEE, PERMISSION = Permission.SEE_PROGRAMMES, Permission.DEFINE_PROGRAMMES
SIZE = 50  # people on a page
STATE_NAMES = {
    PathState.DONE: _l("Done"),
    PathState.OVERDUE: _l("Overdue"),
    PathState.CHOOSING: _l("A choice is awaited"),
    PathState.ON_WAY: _l("On the way"),
}


def require_definer() -> None:
    """Raise Forbidden for someone whose post reaches over a part of the network only."""
    if not policies.may_define(current_user):
        raise Forbidden(
            _("Programmes hold in the whole network: who works for all of it changes them.")
        )


def words(listed: list[Programme]) -> dict[str, Any]:
    """Return the names that pages of programmes need: of courses and of posts."""
    ids = {choice.course_id for one in listed for step in one.steps for choice in step.choices}
    return {
        "titles": queries.titles(ids),
        "posts": {role.code: role for role in queries.posts()},
        "may_define": policies.may_define(current_user),
        "states": STATE_NAMES,
    }


@blueprint.get("/hr/programmes")
@access.requires(SEE)
def programmes() -> ResponseReturnValue:
    """List the programmes with the posts they are for."""
    used, retired = queries.programmes(), queries.programmes(retired=True)
    return render_template(
        "learning/programmes/list.html",
        programmes=used,
        retired=retired,
        **words([*used, *retired]),
    )


@blueprint.get("/hr/programmes.yaml")
@access.requires(SEE)
def export_programmes() -> ResponseReturnValue:
    """Give all programmes as the file that ``lms programmes load`` reads."""
    listed = [*queries.programmes(), *queries.programmes(retired=True)]
    answer = Response(write_programmes(map(definition_of, listed)), mimetype="application/yaml")
    save_as(answer, PROGRAMMES_FILE)
    return answer


@blueprint.get("/hr/programmes/<programme_id>")
@access.requires(SEE)
def programme(programme_id: str) -> ResponseReturnValue:
    """Show a programme and, to those who see people, how it goes by unit."""
    one = found(queries.programme_for(programme_id))
    return render_template(
        "learning/programmes/programme.html", programme=one, **words([one]), **_numbers(one)
    )


def _numbers(one: Programme) -> dict[str, Any]:
    if not current_user.may(progress.PERMISSION):
        return {"unit": None}
    units = units_within(current_user, progress.PERMISSION)
    unit = _unit(units)
    people = progress.travellers(current_user, one, unit, today())
    rows = progress.by_unit(people, unit, progress.children_of(unit))
    above = [place for place in units if unit.path.startswith(place.path) and place is not unit]
    return {"unit": unit, "above": above, "rows": rows}


def _unit(units: list[OrganisationUnit]) -> OrganisationUnit:
    """The unit asked for, else the first of the viewer's scope."""
    asked = offered(request.args, "unit", {one.public_id: one for one in units})
    return asked or found(next(iter(units), None))


@blueprint.get("/hr/programmes/<programme_id>/people")
@access.requires(progress.PERMISSION)
def programme_people(programme_id: str) -> ResponseReturnValue:
    """List the people behind one number."""
    one = found(queries.programme_for(programme_id))
    units = units_within(current_user, progress.PERMISSION)
    unit = _unit(units)
    state = offered(request.args, "state", {one.value: one for one in PathState})
    people = [
        person
        for person in progress.travellers(current_user, one, unit, today())
        if state in (None, person.state)
    ]
    page = _page(people)
    return render_template(
        "learning/programmes/people.html",
        programme=one,
        unit=unit,
        units=units,
        state=state,
        total=len(people),
        page=page,
        named=progress.people_of(page.rows),
        today=today(),
        states=STATE_NAMES,
    )


def _page(people: list[Traveller]) -> Page:
    """The page of people after (or before) the one that the cursor names."""
    keys = sorted((one.sort_name, one.person_id) for one in people)
    ordered = sorted(people, key=lambda one: (one.sort_name, one.person_id))
    backwards, values = decode(request.args.get("page"), (str, int))
    start = bisect_right(keys, tuple(values)) if values else 0
    if backwards:
        start = max(0, start - 1 - SIZE)
    rows = ordered[start : start + SIZE]
    after, before = start + SIZE < len(ordered), start > 0
    return Page(
        rows,
        encode(keys[start + SIZE - 1]) if after else None,
        encode(keys[start], backwards=True) if before and rows else None,
    )


@blueprint.post("/hr/programmes/<programme_id>/retire")
@access.requires(PERMISSION)
def retire_programme(programme_id: str) -> ResponseReturnValue:
    """Take a programme out of use; nobody is withdrawn from anything."""
    require_definer()
    one = found(queries.programme_for(programme_id))
    try:
        retire(
            one,
            row_version=request.form.get("row_version", 0, type=int),
            now=clock.now(),
            actor=current_user.person,
        )
    except ProgrammeChanged as refusal:
        flash(str(refusal.message), "bad")
        return redirect(url_for("learning.programme", programme_id=programme_id), 303)
    flash(_("The programme is out of use. Courses that people have stay theirs."), "good")
    return redirect(url_for("learning.programmes"), 303)
