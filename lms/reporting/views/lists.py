"""Any list of the site as a file, exactly as its page shows it to who takes it."""

from functools import partial
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.audit import services as audit
from lms.core import clock
from lms.core.errors import Forbidden, Missing
from lms.core.unit_of_work import reads_first
from lms.people.permissions import Permission
from lms.reporting.views.base import blueprint, today
from lms.web import access
from lms.web.lists import files, streaming
from lms.web.lists.tables import ListKind, kinds


@blueprint.post("/lists/<key>.<any(xlsx, csv, pdf):form>")
@access.requires(Permission.KEEP_LISTS)
@reads_first
def export_list(key: str, form: str) -> ResponseReturnValue:
    """Send everything that matches as a file, and write down that it was taken.

    Values that make no list lead back to its page, which tells what is wrong with them.
    """
    wanted = asked_kind(key)
    values = sent_values(wanted)
    again = partial(wanted.table, current_user, values, today())
    table = again()
    if table is None:
        return redirect(url_for(wanted.endpoint, **values), 303)
    note = partial(
        audit.record,
        actor_key=current_user.person.public_id,
        action="reporting.list_exported",
        subject_kind="list",
        subject_key=wanted.key,
        kind=form,
        **_narrowing(wanted, values),
    )
    maker = files.Maker(current_user.person.full_name, clock.now())
    return streaming.send(form, table, again, maker, note)


def asked_kind(key: str) -> ListKind:
    """Return a kind of lists that the viewer may see. Raises Missing or Forbidden."""
    wanted = kinds().get(key)
    if wanted is None:
        raise Missing
    if not current_user.may(wanted.permission):
        raise Forbidden
    return wanted


def sent_values(kind: ListKind) -> dict[str, Any]:
    """Return the values that a list's page was narrowed to, as its forms send them along.

    Raises Missing when one is left out without which there is no such page.
    """
    given = {name: request.form.get(name, "") for name in kind.fields}
    values = {name: text for name, text in given.items() if text}
    if not kind.needed <= set(values):
        raise Missing
    return values


def _narrowing(kind: ListKind, values: dict[str, Any]) -> dict[str, Any]:
    return {"filters": kind.told(values)} if values else {}
