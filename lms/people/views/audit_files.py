"""The audit log as a file: a table with names, or lines with the hashes to recompute."""

import json
from collections.abc import Generator, Iterable
from contextlib import closing
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from lms.audit.lines import line_of
from lms.audit.models import AuditEntry
from lms.audit.queries import ORDER, READERS, entries, place
from lms.core.database import in_pieces
from lms.core.tables.writing import Count
from lms.people import queries
from lms.people.audit_search import audit_concerns
from lms.people.audit_words import ACTIONS
from lms.people.forms import AUDIT_DOMAINS, AuditFilterForm
from lms.people.identity import Viewer
from lms.people.permissions import Permission
from lms.web.lists.moving import Step
from lms.web.lists.tables import CHUNK, Cells, ListKind, Table, Values, ordered
from lms.web.paging import has_more

WIDTHS = (10, 20, 36, 32, 30, 20, 26, 36, 40, 40, 20, 20)
# Before and after them nothing was recorded, and the calendar's own ends have no midnight in UTC.
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)


def statement_for(viewer: Viewer, form: AuditFilterForm) -> sa.Select[AuditEntry]:
    """Return the statement of the entries that a valid form asks for, in the viewer's scope."""
    return entries(
        domain=form.domain.data or "",
        concerns=audit_concerns(viewer, form.q.data or ""),
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


def table(viewer: Viewer, values: Values, today: date) -> Table | None:
    """Return the log as this viewer may see it, exactly as filtered; None: what can't be asked."""
    form = AuditFilterForm(MultiDict(values))
    if not form.validate():
        return None
    statement = statement_for(viewer, form)
    rows, pages = ordered(
        statement, _cells, columns=ORDER, readers=READERS, key=place, descending=True
    )
    return Table(
        name=name(today),
        title=_("Audit log"),
        headings=_headings(),
        rows=rows,
        widths=WIDTHS,
        filters=_in_words(form),
        is_longer=partial(has_more, statement),
        pages=pages,
    )


def name(today: date) -> str:
    """Return what a file of the log is called, but for its kind."""
    return f"audit-{today.isoformat()}"


def lines(viewer: Viewer, form: AuditFilterForm, count: Count) -> Generator[bytes, None, None]:
    """Yield what a valid form asks for as lines of JSON, in the order of the chain."""
    found = _read(statement_for(viewer, form).order_by(AuditEntry.id))
    with closing(found):
        counted = count.of(found)
        while portion := list(islice(counted, CHUNK)):
            yield b"".join(map(line_of, portion))


def _read(statement: sa.Select[Any]) -> Generator[AuditEntry, None, None]:
    for (entry,) in in_pieces(statement, CHUNK):
        yield entry


def _in_words(form: AuditFilterForm) -> list[tuple[str, str]]:
    told = {form.q: form.q.data, form.since: form.since.data, form.until: form.until.data}
    told[form.domain] = AUDIT_DOMAINS.get(form.domain.data or "")
    return [(str(field.label.text), str(value)) for field, value in told.items() if value]


def _headings() -> list[str]:
    return [
        _("Number"),
        _("When"),
        _("Who"),
        _("What was done"),
        _("Action"),
        _("Record"),
        _("Key of the record"),
        _("Whom it concerns"),
        _("Reason"),
        _("Details"),
        _("Hash before"),
        _("Hash"),
    ]


def _cells(entries: Iterable[AuditEntry]) -> Cells:
    zone = ZoneInfo(current_app.config["SETTINGS"].time_zone)
    entries = iter(entries)
    while portion := list(islice(entries, CHUNK)):
        yield from _portion(portion, zone)


def _portion(entries: list[AuditEntry], zone: ZoneInfo) -> Cells:
    keys = {key for one in entries for key in (one.actor_key, one.person_key) if key}
    names = queries.names_by_key(keys) if keys else {}
    for one in entries:
        yield [
            one.id,
            one.recorded_at.astimezone(zone).isoformat(sep=" ", timespec="seconds"),
            names.get(one.actor_key, one.actor_key) if one.actor_key else _("the system"),
            str(ACTIONS.get(one.action, one.action)),
            one.action,
            one.subject_kind,
            one.subject_key,
            names.get(one.person_key, one.person_key) if one.person_key else None,
            one.reason,
            json.dumps(one.details, ensure_ascii=False, sort_keys=True) if one.details else None,
            one.previous_hash,
            one.hash,
        ]


KIND = ListKind(
    "audit",
    _l("Audit log"),
    "people.audit_log",
    Permission.SEE_AUDIT,
    ("q", "domain", "since", "until"),
    table,
    {"since": Step.DAY, "until": Step.DAY},
    typed=frozenset({"q"}),
)
