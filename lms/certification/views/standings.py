"""One person's certifications: each state in sentences, the facts, and HR's decisions."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.certification.errors import AwardOver, NotHeld, NothingToEnd
from lms.certification.policies import may_manage
from lms.certification.schemes import queries, words
from lms.certification.schemes.deciding import decide
from lms.certification.schemes.definitions import current_version, parts_of
from lms.certification.schemes.forms import DecisionForm
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.telling import Told, told
from lms.certification.views.blueprint import blueprint, settings, today
from lms.certification.views.schemes import MANAGE, SEE, found_scheme
from lms.core import clock
from lms.core.errors import Missing
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.planned.queries import newcomer_for
from lms.people.queries import person_for
from lms.web import access
from lms.web.lists.asking import day_offered, offered


@blueprint.get("/hr/people/<person_id>/certifications")
@access.requires(SEE)
def person_certifications(person_id: str) -> ResponseReturnValue:
    """Show how a person stands, on any date, as known on any date, with all facts."""
    person, newcomer = person_for(current_user, SEE, person_id), None
    if person is None or person.employment is None:
        newcomer = newcomer_for(current_user, SEE, person_id)
    found = newcomer or person
    if found is None:
        raise Missing
    return _page(found, is_new=newcomer is not None)


@blueprint.post("/hr/people/<person_id>/certifications/<scheme_id>")
@access.requires(MANAGE)
def decide_certification(person_id: str, scheme_id: str) -> ResponseReturnValue:
    """Record a decision about one person and certification."""
    person, scheme = _person(person_id, MANAGE), found_scheme(scheme_id)
    form = _form(scheme)
    if not form.validate_on_submit():
        return _page(person, posted=form, also=scheme.public_id), 422
    at = {"actor": current_user.person, "now": clock.now(), "today": today()}
    try:
        decide(form.decided, person=person, scheme_id=scheme.id, **at)
    except (AwardOver, NotHeld, NothingToEnd) as refusal:
        form.refuse(refusal)
        return _page(person, posted=form, also=scheme.public_id), refusal.status
    flash(_("The decision is recorded."), "good")
    address = url_for("certification.person_certifications", person_id=person.public_id)
    return redirect(f"{address}#scheme-{scheme.public_id}", 303)


def _person(person_id: str, permission: Permission) -> Person:
    person = person_for(current_user, permission, person_id)
    if person is None:
        raise Missing
    return person


def _page(
    person: Person,
    posted: DecisionForm | None = None,
    also: str | None = None,
    *,
    is_new: bool = False,
) -> str:
    on = _date("on") or today()
    known_on = _date("known_on")
    decides = on == today() and may_manage(current_user, person)
    rows = [row for row in queries.facts_of(person) if _was_known(row.recorded_at, known_on)]
    known_at = _end_of(known_on) if known_on else None
    schemes = queries.schemes()
    if decides and not also:
        also = offered(request.args, "scheme", {one.public_id: one.public_id for one in schemes})
    standings = told(person, rows, on, known_at=known_at, also=also, of=schemes)
    shown = {one.scheme.id for one in standings}
    return render_template(
        "certification/person.html",
        person=person,
        is_new=is_new,
        on=on,
        known_on=known_on,
        today=today(),
        standings=standings,
        forms_of=_forms(standings, posted) if decides else {},
        others=[one for one in schemes if decides and one.id not in shown],
        chosen=also,
        rows=rows,
        titles={one.scheme.id: one.scheme.title for one in standings},
        words=words,
    )


def _forms(standings: list[Told], posted: DecisionForm | None) -> dict[int, DecisionForm]:
    """The forms of decisions by scheme: on today's page alone, decisions are about today."""
    return {one.scheme.id: _form(one.scheme, posted, formdata=None) for one in standings}


def _form(
    scheme: CertificationScheme, posted: DecisionForm | None = None, **given: Any
) -> DecisionForm:
    """Return the scheme's form; ``given`` goes to it, such as ``formdata=None``: an empty one."""
    prefix = scheme.public_id
    if posted is not None and posted.is_of(prefix):
        return posted
    parts = parts_of(current_version(scheme, today()))
    return DecisionForm(prefix=prefix, **given).offer(parts, today())


def _date(name: str) -> date | None:
    return day_offered(request.args, name)


def _end_of(day: date) -> datetime:
    zone = ZoneInfo(settings().time_zone)
    return datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(microseconds=1)


def _was_known(recorded_at: datetime, known_on: date | None) -> bool:
    return known_on is None or recorded_at <= _end_of(known_on)
