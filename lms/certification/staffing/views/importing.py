"""Import of staffing data: a table is checked and shown first; its confirmation imports it."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import current_user

from lms.certification.staffing import words
from lms.certification.staffing.forms import TableForm
from lms.certification.staffing.importing import tables, tokens
from lms.certification.staffing.importing.services import checked_for, import_rows, named_for
from lms.certification.staffing.importing.tables import COLUMNS, KIND_NAMES, Given, TableKind
from lms.certification.staffing.views.base import PLAN
from lms.certification.views.blueprint import blueprint, today
from lms.core import clock
from lms.core.errors import Missing
from lms.learning.errors import UnreadableList
from lms.web import access
from lms.web.lists.files import csv_file


@blueprint.get("/hr/staffing/import")
@access.requires(PLAN)
def staffing_import() -> ResponseReturnValue:
    """Ask for a table."""
    return _form(TableForm(formdata=None))


def _form(form: TableForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "certification/staffing/import.html", form=form, kinds=KIND_NAMES, columns=COLUMNS
    )
    return page, status


@blueprint.post("/hr/staffing/import")
@access.requires(PLAN)
def check_staffing() -> ResponseReturnValue:
    """Show what a table would do; change nothing."""
    form = TableForm()
    if not form.validate_on_submit():
        return _form(form, 422)
    kind = TableKind(form.kind.data)
    try:
        rows = tables.read(kind, form.file.data.read())
    except UnreadableList as refusal:
        form.file.errors = [*form.file.errors, refusal.message]
        return _form(form, 422)
    return _shown(kind, rows)


def _shown(kind: TableKind, rows: list[Given], status: int = 200) -> ResponseReturnValue:
    checked = checked_for(current_user, kind, rows)
    page = render_template(
        "certification/staffing/import_plan.html",
        kind=kind,
        kinds=KIND_NAMES,
        columns=COLUMNS[kind],
        flawed=[one for one in checked if one.flaw],
        right=[one for one in checked if not one.flaw],
        token=tokens.sign(kind, rows, **_seal()),
        words=words,
        changed=status == 409,
    )
    return page, status


def _seal() -> dict[str, Any]:
    secret = current_app.config["SECRET_KEY"]
    return {"secret": secret, "actor_key": current_user.person.public_id}


@blueprint.post("/hr/staffing/import/confirm")
@access.requires(PLAN)
def confirm_staffing() -> ResponseReturnValue:
    """Import the table that was shown, if every row is still right."""
    kind, rows = tokens.read(request.form.get("plan", ""), **_seal())
    checked = checked_for(current_user, kind, rows)
    if not checked or any(one.flaw for one in checked):
        return _shown(kind, rows, 409)
    number = import_rows(kind=kind, rows=checked, now=clock.now(), actor=current_user.person)
    flash(ngettext("%(num)d row is imported.", "%(num)d rows are imported.", number), "good")
    return redirect(url_for("certification.staffing"), 303)


@blueprint.get("/hr/staffing/import/<kind>.csv")
@access.requires(PLAN)
def sample_staffing(kind: str) -> ResponseReturnValue:
    """Give an example of a table that can be sent."""
    known = {one.value: one for one in TableKind}
    if kind not in known:
        raise Missing
    headings = [str(one.heading) for one in COLUMNS[known[kind]]]
    rows = tables.sample_rows(known[kind], named_for(current_user), today())
    return csv_file(f"staffing-{kind}.csv", headings, rows)
