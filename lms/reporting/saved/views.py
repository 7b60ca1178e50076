"""One's own saved lists: keeping one from its page, opening, renaming, deleting."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Conflict, Forbidden, Missing
from lms.people.permissions import Permission
from lms.reporting.saved import queries, services
from lms.reporting.saved.forms import NameForm
from lms.reporting.saved.models import SavedList
from lms.reporting.views.base import blueprint, found
from lms.web import access
from lms.web.lists.tables import ListKind, kinds

LISTS = "/hr/lists"


def address_of(row: SavedList) -> str | None:
    """Return where a list is opened; None for one that the viewer no longer may."""
    kind = kinds().get(row.kind)
    if kind is None or not current_user.may(kind.permission):
        return None
    known = {name: value for name, value in row.values.items() if name in kind.fields}
    return url_for(kind.endpoint, **known)


def kept(kind: str) -> list[tuple[str, str]]:
    """Return name and address of the viewer's lists of a kind, for the list's own page."""
    rows = queries.saved_lists(current_user, kind)
    return [(row.name, address) for row in rows if (address := address_of(row))]


@blueprint.get(LISTS)
@access.requires(Permission.SEE_PEOPLE)
def saved_lists() -> ResponseReturnValue:
    """List what the viewer keeps."""
    return _page()


def _page(status: int = 200, **values: Any) -> ResponseReturnValue:
    rows = [
        (row, kinds().get(row.kind), address_of(row)) for row in queries.saved_lists(current_user)
    ]
    page = render_template("reporting/saved_lists.html", rows=rows, **values)
    return page, status


@blueprint.post(f"{LISTS}/new/<kind>")
@access.requires(Permission.SEE_PEOPLE)
def save_list(kind: str) -> ResponseReturnValue:
    """Keep a list as its page shows it."""
    form, wanted = NameForm(), _kind(kind)
    values: dict[str, Any] = {
        name: request.form[name] for name in wanted.fields if request.form.get(name)
    }
    if form.validate_on_submit():
        try:
            services.save(
                owner=current_user.person,
                kind=wanted,
                name=str(form.name.data),
                values=values,
                now=clock.now(),
            )
        except Conflict as refusal:
            form.name.errors = [refusal.message]
            return _page(refusal.status, saving=form, kind=wanted, values=values)
        flash(_("The list is saved. You find it under Saved lists."), "good")
        return redirect(url_for(wanted.endpoint, **values), 303)
    return _page(422, saving=form, kind=wanted, values=values)


def _kind(key: str) -> ListKind:
    wanted = kinds().get(key)
    if wanted is None:
        raise Missing
    if not current_user.may(wanted.permission):
        raise Forbidden
    return wanted


@blueprint.post(f"{LISTS}/<list_id>/name")
@access.requires(Permission.SEE_PEOPLE)
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
@access.requires(Permission.SEE_PEOPLE)
def forget_list(list_id: str) -> ResponseReturnValue:
    """Delete one of the viewer's lists."""
    services.forget(found(queries.saved_list(current_user, list_id)))
    flash(_("The saved list is deleted. The people on it stay."), "good")
    return redirect(url_for("reporting.saved_lists"), 303)
