"""Lists as files: the registry with the same filters and order, the status as of today."""

import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response
from flask_babel import gettext as _
from werkzeug.wsgi import FileWrapper

from lms.audit import services as audit
from lms.certification import numbers, snapshots
from lms.certification.forms import STATUS_NAMES
from lms.certification.queries import registry
from lms.certification.queries.registry import Entry, Filters, StatusFilter
from lms.core import clock
from lms.core.spreadsheets import Cell, write_csv, write_xlsx
from lms.core.unit_of_work import release
from lms.people.identity import Viewer
from lms.web.i18n import localised

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WIDTHS = (36, 36, 16, 36, 40, 10, 10, 14, 14, 16, 14)


@dataclass(frozen=True)
class Table:
    """A list as a file: what it is called, its columns and its rows."""

    name: str  # of the file, and of the sheet
    sheet: str
    headings: Sequence[str]
    rows: Iterator[list[Cell]]
    widths: Sequence[int]


def registry_table(viewer: Viewer, filters: Filters, today: date) -> Table:
    """Return the registry, exactly as filtered."""
    return Table(
        name=f"certificates-{today.isoformat()}",
        sheet=_("Certificates"),
        headings=_headings(),
        rows=_rows(registry.entries(viewer, filters, today), today),
        widths=WIDTHS,
    )


def send(kind: str, table: Table) -> tuple[Response, int]:
    """Return the file and its number of rows; the request may write from then on."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - sent and closed by the server
    if kind == "csv":
        count = write_csv(file, table.headings, table.rows)
    else:
        count = write_xlsx(file, table.sheet, table.headings, table.rows, widths=table.widths)
    release()
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    response = Response(FileWrapper(file), content_type=MEDIA_TYPES[kind], direct_passthrough=True)
    response.content_length = size
    name = f"{table.name}.{kind}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response, count


def send_registry(kind: str, viewer: Viewer, filters: Filters, today: date) -> Response:
    """Return the registry as a file; what was taken, by whom and how much is in the audit log."""
    response, count = send(kind, registry_table(viewer, filters, today))
    audit.record(
        now=clock.now(),
        actor_key=viewer.person.public_id,
        action="certification.exported",
        subject_kind="registry",
        subject_key="certificates",
        kind=kind,
        rows=count,
    )
    return response


def _headings() -> list[str]:
    return [
        _("Certificate number"),
        _("Holder"),
        _("Personnel number"),
        _("Centre"),
        _("Course"),
        _("Hours"),
        _("Score, %"),
        _("Issued on"),
        _("Valid until"),
        _("Status"),
        _("As of"),
    ]


def _rows(entries: Iterator[Entry], today: date) -> Iterator[list[Cell]]:
    names = {status.value: str(name) for status, name in STATUS_NAMES.items()}
    for entry in entries:
        record = entry.certificate
        yield [
            numbers.group(record.number),
            snapshots.full_name(record.snapshot),
            entry.holder.personnel_number,
            localised(entry.unit),
            localised(record.snapshot["course"]),
            float(record.snapshot["hours"]),
            record.snapshot["percent"],
            record.issued_on,
            record.valid_until_on,
            names[StatusFilter(entry.standing.status.value).value],
            today,
        ]
