"""The audit log, for administrators and auditors. It names people, so it stands here."""

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.audit import services
from lms.audit.chain import broken_among, check_chain
from lms.audit.models import AuditEntry
from lms.audit.queries import entries
from lms.core import clock
from lms.core.unit_of_work import reads_first
from lms.people import queries
from lms.people.audit_words import ACTIONS, SUBJECTS
from lms.people.forms import AuditFilterForm
from lms.people.permissions import Permission
from lms.people.views.audit_files import audit_file
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.paging import paginate

# Before and after them nothing was recorded, and the calendar's own ends have no midnight in UTC.
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)


@blueprint.get("/admin/audit")
@access.requires(Permission.SEE_AUDIT)
def audit_log() -> ResponseReturnValue:
    """List what was done, the newest first, and whether the entries hold."""
    form = AuditFilterForm(request.args)
    valid = form.validate()
    page = paginate(
        _statement(form) if valid else entries(concerns=sa.false()),
        columns=[AuditEntry.id],
        readers=[int],
        key=lambda entry: (entry.id,),
        cursor=request.args.get("cursor"),
        descending=True,
    )
    keys = {key for entry in page.rows for key in (entry.actor_key, entry.person_key) if key}
    return render_template(
        "people/audit_log.html",
        form=form,
        page=page,
        names=queries.names_by_key(keys),
        actions=ACTIONS,
        subjects=SUBJECTS,
        broken=broken_among(page.rows),
        report=check_chain() if "check" in request.args else None,
        filters={name: request.args[name] for name in form.data if request.args.get(name)},
    ), 200 if valid else 422


@blueprint.post("/admin/audit/export.<any(xlsx, csv, jsonl):kind>")
@access.requires(Permission.SEE_AUDIT)
@reads_first
def export_audit(kind: str) -> ResponseReturnValue:
    """Send what the log is narrowed to as a file; that it was taken is written into the log."""
    form = AuditFilterForm(request.form)
    if not form.validate():
        asked = {name: request.form[name] for name in form.data if request.form.get(name)}
        return redirect(f"{url_for('people.audit_log')}?{urlencode(asked)}")
    now = clock.now()
    response, count = audit_file(kind, _statement(form), form, current_user.person, now)
    services.record(
        now=now,
        actor_key=current_user.person.public_id,
        action="people.audit_exported",
        subject_kind="audit_log",
        subject_key="entries",
        kind=kind,
        rows=count,
    )
    return response


def _statement(form: AuditFilterForm) -> sa.Select[AuditEntry]:
    return entries(
        domain=form.domain.data or "",
        concerns=queries.audit_concerns(current_user, form.q.data or ""),
        since=_midnight(form.since.data),
        before=_midnight(form.until.data, days_later=1),
    )


def _midnight(day: date | None, *, days_later: int = 0) -> datetime | None:
    """Return when ``day``, or a later one, begins in the network's zone."""
    if day is None:
        return None
    zone = ZoneInfo(current_app.config["SETTINGS"].time_zone)
    day = min(max(day, FIRST_DAY), LAST_DAY) + timedelta(days=days_later)
    return datetime.combine(day, time.min, zone)
