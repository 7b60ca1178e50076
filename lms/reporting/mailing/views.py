"""One saved list's page: when it is sent, to whom, sending it now, and what became of each run."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Forbidden, Invalid, Missing
from lms.core.identifiers import public_id
from lms.notifications.forms import STATE_NAMES, STATE_TONES
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.reporting.mailing import queries, services
from lms.reporting.mailing.forms import (
    CONDITION_NAMES,
    FILE_NAMES,
    RHYTHM_NAMES,
    WEEKDAYS,
    ColleagueForm,
    ScheduleForm,
)
from lms.reporting.mailing.models import ListSchedule
from lms.reporting.mailing.presenting import OUTCOME_NAMES
from lms.reporting.saved import colleagues
from lms.reporting.saved.models import SavedList, SavedListPerson
from lms.reporting.saved.queries import colleagues_of, named, saved_list
from lms.reporting.saved.views import LISTS, address_of
from lms.reporting.views.base import blueprint, found, today
from lms.web import access
from lms.web.lists.moving import is_moving, standing
from lms.web.lists.tables import ListKind, Table, kinds

PERMISSION = Permission.KEEP_LISTS


@blueprint.get(f"{LISTS}/<list_id>")
@access.requires(PERMISSION)
def saved_list_page(list_id: str) -> ResponseReturnValue:
    """Show one of the viewer's lists: what it is narrowed to, its mail, its colleagues."""
    return _page(_own(list_id))


def _own(list_id: str) -> SavedList:
    return found(saved_list(current_user, list_id))


def _page(row: SavedList, status: int = 200, **values: Any) -> ResponseReturnValue:
    schedule = queries.schedule_of(row)
    kind = kinds().get(row.kind)
    table = _table(row, kind)
    page = render_template(
        "reporting/saved_list.html",
        row=row,
        kind=kind,
        address=address_of(row),
        filters=table.filters if table else (),
        is_lost=table is None,
        dates_move=kind is not None and is_moving(row.values, kind.dates),
        schedule=schedule,
        colleagues=colleagues_of([row.id]).get(row.id, []),
        runs=queries.history(row),
        send_key=public_id(),
        names={
            "rhythm": RHYTHM_NAMES,
            "weekday": WEEKDAYS,
            "file": FILE_NAMES,
            "condition": CONDITION_NAMES,
            "outcome": OUTCOME_NAMES,
            "mail": STATE_NAMES,
        },
        tones=STATE_TONES,
        **{
            "form": values.get("form") or ScheduleForm.of(schedule),
            "naming": values.get("naming") or ColleagueForm(formdata=None),
            **{key: value for key, value in values.items() if key not in ("form", "naming")},
        },
    )
    return page, status


def _table(row: SavedList, kind: ListKind | None) -> Table | None:
    """The list as its owner sees it, for what it is narrowed to; its rows aren't read."""
    if kind is None or not current_user.may(kind.permission):
        return None
    return kind.table(current_user, standing(row.values, kind.dates, today()), today())


@blueprint.post(f"{LISTS}/<list_id>/schedule")
@access.requires(PERMISSION)
def schedule_list(list_id: str) -> ResponseReturnValue:
    """Set when one of the viewer's lists is sent."""
    row, form = _own(list_id), ScheduleForm()
    _kind(row)
    if not form.validate_on_submit():
        return _page(row, 422, form=form)
    try:
        services.set_schedule(
            row=row, order=form.order, seen=form.seen, now=clock.now(), zone=_zone()
        )
    except services.ScheduleChanged:
        other = queries.schedule_of(row)
        form.version.data = str(other.row_version if other else 0)
        return _page(row, 409, form=form, other=other)
    flash(_("The schedule is saved."), "good")
    return _back(row, "mail")


def _kind(row: SavedList) -> ListKind:
    kind = kinds().get(row.kind)
    if kind is None or not current_user.may(kind.permission):
        raise Forbidden
    return kind


def _zone() -> ZoneInfo:
    return ZoneInfo(current_app.config["SETTINGS"].time_zone)


def _back(row: SavedList, part: str) -> ResponseReturnValue:
    address = url_for("reporting.saved_list_page", list_id=row.public_id)
    return redirect(f"{address}#{part}", 303)


@blueprint.post(f"{LISTS}/<list_id>/pause")
@access.requires(PERMISSION)
def pause_list(list_id: str) -> ResponseReturnValue:
    """Pause the sending of one of the viewer's lists."""
    row = _own(list_id)
    services.pause(schedule=_scheduled(row), row=row, now=clock.now())
    flash(_("The list is not sent until you resume it."), "good")
    return _back(row, "mail")


@blueprint.post(f"{LISTS}/<list_id>/resume")
@access.requires(PERMISSION)
def resume_list(list_id: str) -> ResponseReturnValue:
    """Resume it."""
    row = _own(list_id)
    _kind(row)
    services.resume(schedule=_scheduled(row), row=row, now=clock.now(), zone=_zone())
    flash(_("The list is sent again."), "good")
    return _back(row, "mail")


def _scheduled(row: SavedList) -> ListSchedule:
    return found(queries.schedule_of(row))


@blueprint.post(f"{LISTS}/<list_id>/send")
@access.requires(PERMISSION)
def send_list_now(list_id: str) -> ResponseReturnValue:
    """Send one of the viewer's lists at once, to all who get it."""
    row, key = _own(list_id), request.form.get("key", "")
    _kind(row)
    if not 1 <= len(key) <= 32 or not key.isalnum():
        raise Missing
    services.SENDINGS.spend(current_user.person.public_id)
    try:
        services.send_now(schedule=_scheduled(row), row=row, key=key, now=clock.now())
    except services.NobodyToSendTo as refusal:
        return _page(row, refusal.status, refused=refusal.message)
    flash(_("The list is on its way. What became of it stands under “What was sent”."), "good")
    return _back(row, "sent")


@blueprint.post(f"{LISTS}/<list_id>/people")
@access.requires(PERMISSION)
def name_colleague(list_id: str) -> ResponseReturnValue:
    """Name a colleague for one of the viewer's lists, or ask which of several is meant."""
    row, form = _own(list_id), ColleagueForm()
    kind = _kind(row)
    if not form.validate_on_submit():
        return _page(row, 422, naming=form)
    offered = colleagues.offered(current_user, kind, str(form.words.data))
    chosen = _chosen(offered, str(form.person.data or ""))
    if chosen is None and offered:
        return _page(row, 422, naming=form, offered=offered)
    try:
        _name(row, kind, chosen, form)
    except Invalid as refusal:
        form.words.errors = [refusal.message]
        return _page(row, refusal.status, naming=form)
    flash(_("%(name)s is named for this list.", name=chosen.full_name if chosen else ""), "good")
    return _back(row, "people")


def _chosen(offered: list[Person], key: str) -> Person | None:
    if len(offered) == 1:
        return offered[0]
    return next((one for one in offered if one.public_id == key), None)


def _name(row: SavedList, kind: ListKind, chosen: Person | None, form: ColleagueForm) -> None:
    if chosen is None:
        raise colleagues.NobodyFound
    colleagues.name(
        row=row,
        kind=kind,
        owner=current_user,
        person=chosen,
        is_mailed=bool(form.is_mailed.data),
        is_shared=bool(form.is_shared.data),
        now=clock.now(),
    )


@blueprint.post(f"{LISTS}/<list_id>/people/<person_id>/remove")
@access.requires(PERMISSION)
def remove_colleague(list_id: str, person_id: str) -> ResponseReturnValue:
    """Take a colleague off one of the viewer's lists."""
    row = _own(list_id)
    _take_off(row, found(named(list_id, person_id)))
    flash(_("The colleague is taken off this list."), "good")
    return _back(row, "people")


@blueprint.post(f"{LISTS}/<list_id>/leave")
@access.requires(PERMISSION)
def leave_list(list_id: str) -> ResponseReturnValue:
    """Leave a list that a colleague named the viewer for: no more mail, no longer shared."""
    one = found(named(list_id, current_user.person.public_id))
    _take_off(one.saved_list, one)
    flash(_("You no longer get this list."), "good")
    return redirect(url_for("reporting.saved_lists"), 303)


def _take_off(row: SavedList, one: SavedListPerson) -> None:
    colleagues.take_off(named=one, row=row, actor=current_user.person, now=clock.now())
