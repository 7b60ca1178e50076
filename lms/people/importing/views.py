"""Importing people: the file, its columns, the dry run, the confirmation."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.core.clock import local_date
from lms.core.errors import Missing
from lms.core.unit_of_work import reads_first, release
from lms.people.importing import services, showing
from lms.people.importing.errors import PlanOutdated, UnreadableTable
from lms.people.importing.forms import ColumnsForm, ConfirmForm, LeavingForm, UploadForm
from lms.people.importing.models import PeopleImport, unpacked
from lms.people.importing.planning import Importer
from lms.people.importing.queries import upload_for
from lms.people.importing.rules.fields import Field
from lms.people.importing.rules.plans import Outcome, Plan
from lms.people.importing.words import (
    OUTCOME_NAMES,
    SHORT_NAMES,
    changes_words,
    lapse_words,
    reason_words,
    reasons_words,
    shown,
)
from lms.people.permissions import Permission
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.i18n import localised
from lms.web.lists.files import csv_file

SAMPLES = 3  # rows shown beside each heading
ROWS_SHOWN = 50  # with each outcome
MISSING_SHOWN = 100


def _today() -> Any:
    return local_date(clock.now(), current_app.config["SETTINGS"].time_zone)


def _importer() -> Importer:
    scope = current_user.scope(Permission.KEEP_PEOPLE)
    return Importer(scope, current_user.person, current_user)


def _found(public_id: str) -> PeopleImport:
    upload = upload_for(current_user, public_id)
    if upload is None:
        raise Missing
    return upload


def _page_of(upload: PeopleImport) -> str:
    step = "people.import_columns" if upload.columns is None else "people.import_plan"
    return url_for(step, public_id=upload.public_id)


@blueprint.get("/hr/people/import")
@access.requires(Permission.KEEP_PEOPLE)
def import_people() -> ResponseReturnValue:
    """Ask for the file."""
    return render_template("people/importing/upload.html", form=UploadForm(formdata=None))


@blueprint.post("/hr/people/import")
@access.requires(Permission.KEEP_PEOPLE)
@reads_first
def upload_people() -> ResponseReturnValue:
    """Take the file; nothing about people changes."""
    form = UploadForm()
    if not form.validate_on_submit():
        return render_template("people/importing/upload.html", form=form), 422
    try:
        rows = services.read_rows(form.file.data.read())
    except UnreadableTable as refusal:
        form.file.errors = [*form.file.errors, refusal.message]
        return render_template("people/importing/upload.html", form=form), 422
    release()
    upload = services.take_upload(
        account=current_user.account,
        file_name=form.file.data.filename or "",
        rows=rows,
        now=clock.now(),
        today=_today(),
    )
    return redirect(_page_of(upload), 303)


@blueprint.get("/hr/people/import/<public_id>/columns")
@access.requires(Permission.KEEP_PEOPLE)
def import_columns(public_id: str) -> ResponseReturnValue:
    """Show what the columns seem to hold."""
    upload = _found(public_id)
    if upload.applied_at is not None:
        return redirect(_page_of(upload))
    rows = unpacked(upload.content)
    fields = (
        [Field(value) if value else None for value in upload.columns]
        if upload.columns is not None
        else services.guessed_columns(current_user.account, _headings(rows))
    )
    form = ColumnsForm(
        formdata=None,
        headings=_headings(rows),
        today=_today(),
        columns=[field.value if field else "" for field in fields],
        effective_on=upload.effective_on,
    )
    return _show_columns(upload, form, rows)


def _headings(rows: Any) -> list[str]:
    width = max(len(row.cells) for row in rows)
    return [rows[0].cell(place)[:80] for place in range(width)]


def _show_columns(upload: PeopleImport, form: ColumnsForm, rows: Any) -> str:
    return render_template(
        "people/importing/columns.html",
        upload=upload,
        form=form,
        headings=_headings(rows),
        samples=[
            [text for row in rows[1:] if (text := row.cell(place))][:SAMPLES]
            for place in range(len(form.columns))
        ],
        count=len(rows) - 1,
    )


@blueprint.post("/hr/people/import/<public_id>/columns")
@access.requires(Permission.KEEP_PEOPLE)
@reads_first
def match_columns(public_id: str) -> ResponseReturnValue:
    """Keep what the columns hold, and lead to the dry run, of which the slow part is done here."""
    upload = _found(public_id)
    rows = unpacked(upload.content)
    if not rows:
        return redirect(_page_of(upload), 303)
    form = ColumnsForm(headings=_headings(rows), today=_today())
    if not form.validate_on_submit():
        return _show_columns(upload, form, rows), 422
    matched = {"columns": form.chosen, "effective_on": form.effective_on.data}
    outline = services.outline_for(_importer(), rows, **matched, today=_today())
    release()
    services.match_columns(upload=upload, account=current_user.account, **matched, outline=outline)
    return redirect(_page_of(upload), 303)


@blueprint.get("/hr/people/import/<public_id>")
@access.requires(Permission.KEEP_PEOPLE)
def import_plan(public_id: str) -> ResponseReturnValue:
    """Show what the file would do, or what it did."""
    upload = _found(public_id)
    if upload.applied_at is not None:
        return render_template("people/importing/applied.html", upload=upload)
    if upload.columns is None:
        return redirect(_page_of(upload))
    return _show_plan(upload)


def _show_plan(
    upload: PeopleImport, *, changed: bool = False, leaving: LeavingForm | None = None
) -> str:
    plan = showing.overview(
        upload, _importer(), today=_today(), rows=ROWS_SHOWN, people=MISSING_SHOWN
    )
    return render_template(
        "people/importing/plan.html",
        today=_today(),
        upload=upload,
        plan=plan,
        most=ROWS_SHOWN,
        outcomes=Outcome,
        changed=changed,
        confirm=ConfirmForm(formdata=None, digest=plan.digest),
        leaving=leaving or LeavingForm(formdata=None, leaving_on=upload.leaving_on),
        field_names=SHORT_NAMES,
        shown=shown,
        reason_words=reason_words,
        lapse_words=lapse_words,
    )


@blueprint.post("/hr/people/import/<public_id>/missing")
@access.requires(Permission.KEEP_PEOPLE)
def choose_leaving(public_id: str) -> ResponseReturnValue:
    """Keep who of the missing has left: the dry run shows it before anything is done."""
    upload, form = _found(public_id), LeavingForm()
    keys = request.form.getlist("person")
    if form.validate_on_submit() and keys and form.leaving_on.data is None:
        form.leaving_on.errors = [*form.leaving_on.errors, _("Enter a date.")]
    if form.errors:
        return _show_plan(upload, leaving=form), 422
    services.choose_leaving(upload=upload, keys=keys, on=form.leaving_on.data)
    return redirect(_page_of(upload), 303)


@blueprint.post("/hr/people/import/<public_id>/confirm")
@access.requires(Permission.KEEP_PEOPLE)
def confirm_import(public_id: str) -> ResponseReturnValue:
    """Do what was shown; when that is no longer what would happen, show the new plan."""
    upload, form = _found(public_id), ConfirmForm()
    if upload.applied_at is None and form.validate_on_submit():
        try:
            services.apply_upload(
                upload=upload,
                importer=_importer(),
                digest=form.digest.data or "",
                now=clock.now(),
                today=_today(),
                language=current_app.config["SETTINGS"].default_language,
            )
        except PlanOutdated:
            services.plan_again(upload, _importer(), today=_today())
            return _show_plan(upload, changed=True), 409
        flash(_("The file is applied."), "good")
    return redirect(_page_of(upload), 303)


@blueprint.get("/hr/people/import/<public_id>/rows.csv")
@access.requires(Permission.KEEP_PEOPLE)
def import_rows(public_id: str) -> ResponseReturnValue:
    """Give all rows of the dry run as a CSV file."""
    upload = _found(public_id)
    if upload.columns is None or upload.applied_at is not None:
        return redirect(_page_of(upload))
    plan = services.plan_of(upload, _importer(), today=_today())
    headings = [_("Line"), _("Personnel number"), _("Name"), _("What happens"), _("Details")]
    return csv_file("import-dry-run.csv", headings, _rows(plan))


def _rows(plan: Plan) -> Any:
    for row in (*plan.rows, *plan.leaving):
        details = reasons_words(row.faults) if row.faults else changes_words(row)
        outcome = str(OUTCOME_NAMES[row.outcome])
        yield row.entry.line or "", row.entry.number, row.name, outcome, details
    for one in plan.absent:
        unit = localised(one.unit)
        number = one.person.personnel_number
        yield "", number, one.person.full_name, _("Not in the file"), unit


@blueprint.get("/hr/people/import/sample.csv")
@access.requires(Permission.KEEP_PEOPLE)
def import_sample() -> ResponseReturnValue:
    """Give an example of a file, with the columns that are recognised."""
    fields = [field for field in SHORT_NAMES if field is not Field.FULL_NAME]
    return csv_file("people-sample.csv", [str(SHORT_NAMES[field]) for field in fields], [])
