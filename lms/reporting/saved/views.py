"""One's own saved lists and those of colleagues: keeping one, opening, changing, deleting."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Conflict
from lms.people.permissions import Permission
from lms.reporting.mailing.forms import WEEKDAYS
from lms.reporting.mailing.queries import schedules_of
from lms.reporting.saved import queries, services
from lms.reporting.saved.forms import NameForm, NarrowForm
from lms.reporting.saved.models import SavedList
from lms.reporting.views.base import blueprint, found, today
from lms.reporting.views.lists import asked_kind, sent_values
from lms.web import access
from lms.web.lists.moving import standing
from lms.web.lists.tables import Kept, kinds

LISTS = "/hr/lists"
MOVES = {"move": True, "stay": False}  # as the form says it


def address_of(row: SavedList) -> str | None:
    """Return where a list is opened; None for one that the viewer no longer may."""
    kind = kinds().get(row.kind)
    if kind is None or not current_user.may(kind.permission):
        return None
    known = {name: value for name, value in row.values.items() if name in kind.fields}
    address: dict[str, Any] = dict(standing(known, kind.dates, today()))
    return url_for(kind.endpoint, **address)


def kept(kind: str) -> list[Kept]:
    """Return the lists of a kind that the viewer has, or shares in."""
    own = queries.saved_lists(current_user, kind)
    rows = [*own, *(one.saved_list for one in queries.named_for(current_user, kind))]
    return [
        Kept(row.name, address, row.public_id if row in own else None)
        for row in rows
        if (address := address_of(row))
    ]


@blueprint.get(LISTS)
@access.requires(Permission.KEEP_LISTS)
def saved_lists() -> ResponseReturnValue:
    """List what the viewer keeps, and what colleagues named them for."""
    return _page()


def _page(status: int = 200, **values: Any) -> ResponseReturnValue:
    own = queries.saved_lists(current_user)
    ids = [row.id for row in own]
    page = render_template(
        "reporting/saved_lists.html",
        rows=[(row, kinds().get(row.kind), address_of(row)) for row in own],
        schedules=schedules_of(ids),
        colleagues=queries.colleagues_of(ids),
        others=[
            (one, kinds().get(one.saved_list.kind), address_of(one.saved_list))
            for one in queries.named_for(current_user)
        ],
        weekdays=WEEKDAYS,
        **values,
    )
    return page, status


@blueprint.post(f"{LISTS}/new/<kind>")
@access.requires(Permission.KEEP_LISTS)
def save_list(kind: str) -> ResponseReturnValue:
    """Keep a list as its page shows it."""
    form, wanted = NameForm(), asked_kind(kind)
    values = sent_values(wanted)
    if form.validate_on_submit():
        try:
            services.save(
                owner=current_user.person,
                kind=wanted,
                name=str(form.name.data),
                values=values,
                now=clock.now(),
                today=today(),
                dates_move=MOVES.get(request.form.get("dates", "")),
            )
        except Conflict as refusal:
            form.name.errors = [refusal.message]
            return _page(refusal.status, saving=form, kind=wanted, values=values)
        flash(_("The list is saved. You find it under Saved lists."), "good")
        return redirect(url_for(wanted.endpoint, **values), 303)
    return _page(422, saving=form, kind=wanted, values=values)


@blueprint.post(f"{LISTS}/narrowed/<kind>")
@access.requires(Permission.KEEP_LISTS)
def narrow_list(kind: str) -> ResponseReturnValue:
    """Narrow one of the viewer's lists to what the page of such lists shows."""
    wanted = asked_kind(kind)
    form, values = NarrowForm.among(queries.saved_lists(current_user, kind)), sent_values(wanted)
    if not form.validate_on_submit():
        return _page(422, narrowing=form, kind=wanted, values=values)
    row = found(queries.saved_list(current_user, str(form.into.data), locked=True))
    services.narrow(
        row=row,
        kind=wanted,
        values=values,
        now=clock.now(),
        today=today(),
        dates_move=MOVES.get(request.form.get("dates", "")),
    )
    flash(_("The list is narrowed to this now. Its mail and its colleagues stay."), "good")
    return redirect(url_for("reporting.saved_list_page", list_id=row.public_id), 303)


@blueprint.post(f"{LISTS}/<list_id>/name")
@access.requires(Permission.KEEP_LISTS)
def rename_list(list_id: str) -> ResponseReturnValue:
    """Give one of the viewer's lists another name."""
    row, form = found(queries.saved_list(current_user, list_id)), NameForm()
    if not form.validate_on_submit():
        return _page(422, renaming=form, renamed=row)
    try:
        services.rename(row, str(form.name.data))
    except Conflict as refusal:
        form.name.errors = [refusal.message]
        return _page(refusal.status, renaming=form, renamed=row)
    flash(_("The list has another name."), "good")
    return redirect(url_for("reporting.saved_lists"), 303)


@blueprint.post(f"{LISTS}/<list_id>/delete")
@access.requires(Permission.KEEP_LISTS)
def forget_list(list_id: str) -> ResponseReturnValue:
    """Delete one of the viewer's lists."""
    services.forget(found(queries.saved_list(current_user, list_id)))
    flash(_("The saved list is deleted. The people on it stay."), "good")
    return redirect(url_for("reporting.saved_lists"), 303)
