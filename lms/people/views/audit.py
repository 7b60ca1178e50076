"""The audit log, for administrators and auditors. It names people, so it stands here."""

from functools import partial
from typing import Any

import sqlalchemy as sa
from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.audit import services
from lms.audit.chain import broken_among
from lms.audit.jobs import CHECKING, ask_for_check
from lms.audit.queries import ORDER, READERS, entries, latest_check, place
from lms.core import clock
from lms.core.clock import local_date
from lms.core.jobs import UNDER_WAY, state_of_last
from lms.core.unit_of_work import reads_first
from lms.people import queries
from lms.people.audit_words import ACTIONS, SUBJECTS, names_in
from lms.people.forms import AuditFilterForm
from lms.people.permissions import Permission
from lms.people.views import audit_files
from lms.people.views.audit_files import statement_for
from lms.people.views.base import blueprint
from lms.web import access
from lms.web.lists import files, streaming
from lms.web.paging import paginate


@blueprint.get("/admin/audit")
@access.requires(Permission.SEE_AUDIT)
def audit_log() -> ResponseReturnValue:
    """List what was done, the newest first, whether it holds, and what the last check found."""
    form = AuditFilterForm(request.args)
    valid = form.validate()
    page = paginate(
        statement_for(current_user, form) if valid else entries(concerns=sa.false()),
        columns=ORDER,
        readers=READERS,
        key=place,
        cursor=request.args.get("cursor"),
        descending=True,
    )
    keys = {key for entry in page.rows for key in (entry.actor_key, entry.person_key) if key}
    return render_template(
        "people/audit_log.html",
        form=form,
        page=page,
        names=queries.names_by_key(keys),
        named=names_in(entry.details for entry in page.rows),
        actions=ACTIONS,
        subjects=SUBJECTS,
        broken=broken_among(page.rows),
        check=latest_check(),
        checking=state_of_last(CHECKING),
        filters={name: request.args[name] for name in form.data if request.args.get(name)},
    ), 200 if valid else 422


@blueprint.post("/admin/audit/check")
@access.requires(Permission.SEE_AUDIT)
def check_audit_log() -> ResponseReturnValue:
    """Have the whole log checked in the background, unless that is under way."""
    if state_of_last(CHECKING) not in UNDER_WAY:
        ask_for_check(now=clock.now(), actor_key=current_user.person.public_id)
    return redirect(url_for("people.audit_log"), 303)


@blueprint.post("/admin/audit/export.jsonl")
@access.requires(Permission.SEE_AUDIT)
@reads_first
def export_chain() -> ResponseReturnValue:
    """Send what the log is narrowed to in the order of its chain, so that its hashes can be checked
    elsewhere; that it was taken is written into the log.
    """
    form = AuditFilterForm(request.form)
    if not form.validate():
        asked: dict[str, Any] = {
            name: request.form[name] for name in form.data if request.form.get(name)
        }
        return redirect(url_for("people.audit_log", **asked), 303)
    note = partial(
        services.record,
        actor_key=current_user.person.public_id,
        action="people.audit_exported",
        subject_kind="audit_log",
        subject_key="entries",
        kind="jsonl",
    )
    now = clock.now()
    today = local_date(now, current_app.config["SETTINGS"].time_zone)
    read = partial(audit_files.lines, current_user, form)
    maker = files.Maker(current_user.person.full_name, now)
    name = f"{audit_files.name(today)}.jsonl"
    return streaming.send_lines(name, "application/jsonl", read, maker, note)
