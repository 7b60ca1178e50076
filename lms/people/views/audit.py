"""The audit log, for administrators. It names people, hence it stands here and not in ``audit``."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.audit.chain import broken_among, check_chain
from lms.audit.models import AuditEntry
from lms.audit.queries import entries
from lms.people import queries
from lms.people.audit_words import ACTIONS
from lms.people.forms import AuditFilterForm
from lms.people.permissions import Permission
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
        broken=broken_among(page.rows),
        report=check_chain() if "check" in request.args else None,
        filters={name: request.args[name] for name in form.data if request.args.get(name)},
    ), 200 if valid else 422


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
