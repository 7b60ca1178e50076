"""Answers from a file: shown first, then imported with a reason."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.assessment import queries as sitting_queries
from lms.assessment.examining.forms import JournalConfirmForm, JournalFileForm
from lms.assessment.examining.journals.files import FILE_LIMIT, Journal, read_journal
from lms.assessment.examining.journals.services import import_journal as take
from lms.assessment.examining.journals.services import plan_import
from lms.assessment.examining.views.base import EXAMINE, crumbs_of, examined_attempt
from lms.assessment.models import Attempt
from lms.assessment.views.base import blueprint, found, settings
from lms.core import clock
from lms.core.errors import Invalid
from lms.web import access


@blueprint.get("/examining/attempts/<attempt_id>/journal")
@access.requires(EXAMINE)
def journal(attempt_id: str) -> ResponseReturnValue:
    """Ask for the file that the candidate's browser has saved."""
    return _page(examined_attempt(attempt_id, EXAMINE))


@blueprint.post("/examining/attempts/<attempt_id>/journal")
@access.requires(EXAMINE)
def read_journal_file(attempt_id: str) -> ResponseReturnValue:
    """Tell what the file would bring; nothing is taken yet."""
    attempt, form = examined_attempt(attempt_id, EXAMINE), JournalFileForm()
    if not form.validate_on_submit():
        return _page(attempt, form=form), 422
    raw = form.file.data.stream.read(FILE_LIMIT + 1)
    try:
        kept = _read(raw, attempt)
    except Invalid as refusal:
        return _page(attempt, fault=refusal.message), 422
    confirm = JournalConfirmForm(formdata=None, sealed=raw.decode("utf-8-sig"))
    return _page(attempt, plan=_plan(attempt, kept), confirm=confirm)


@blueprint.post("/examining/attempts/<attempt_id>/journal/import")
@access.requires(EXAMINE)
def import_journal(attempt_id: str) -> ResponseReturnValue:
    """Take what the file brings, with a reason."""
    attempt, form = examined_attempt(attempt_id, EXAMINE), JournalConfirmForm()
    try:
        kept = _read((form.sealed.data or "").encode("utf-8", "replace"), attempt)
    except Invalid as refusal:
        return _page(attempt, fault=refusal.message), 422
    if not form.validate_on_submit():
        return _page(attempt, plan=_plan(attempt, kept), confirm=form), 422
    plan = take(
        attempt=_locked(attempt),
        journal=kept,
        reason=form.reason.data or "",
        actor=current_user.person,
        now=clock.now(),
        settings=settings(),
    )
    flash(_("Imported: %(fresh)d, there already: %(known)d.", **vars(plan)), "good")
    return redirect(url_for("assessment.replay", attempt_id=attempt_id), 303)


def _read(raw: bytes, attempt: Attempt) -> Journal:
    return read_journal(raw, attempt, settings().secret_key)


def _locked(attempt: Attempt) -> Attempt:
    return found(sitting_queries.attempt_for_token(attempt.public_id))


def _plan(attempt: Attempt, kept: Journal) -> Any:
    now = clock.now()
    return plan_import(attempt=_locked(attempt), journal=kept, now=now, settings=settings())


def _page(attempt: Attempt, form: JournalFileForm | None = None, **options: Any) -> str:
    attempt = examined_attempt(attempt.public_id)  # anew: a lock reads the row alone
    version = attempt.assessment.activity.version
    return render_template(
        "assessment/examining/journal.html",
        attempt=attempt,
        crumbs=crumbs_of(version.course, version.title),
        form=form or JournalFileForm(formdata=None),
        **options,
    )
