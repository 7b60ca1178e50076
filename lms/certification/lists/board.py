"""The board as a table: a row for each unit beneath the chosen one, and the whole of it last."""

from collections.abc import Iterator, Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.certification.board import counts
from lms.certification.board.counts import Row
from lms.certification.lists.standings import foreseen
from lms.certification.schemes import queries
from lms.certification.schemes.models import CertificationScheme
from lms.core.tables.writing import Cell
from lms.people.identity import Viewer
from lms.people.models import OrganisationUnit
from lms.people.permissions import Permission
from lms.web.i18n import localised, show_date
from lms.web.lists.asking import day_offered, offered
from lms.web.lists.moving import Step
from lms.web.lists.tables import ListKind, Table, Values

UNIT, NUMBER = 36, 14  # widths


def asked_units(units: Sequence[OrganisationUnit], values: Values) -> list[OrganisationUnit]:
    """Return the unit asked for of the viewer's, else those beneath none of them."""
    asked = offered(values, "unit", {one.public_id: one for one in units})
    return queries.topmost(units) if asked is None else [asked]


def table(viewer: Viewer, values: Values, today: date) -> Table:
    """Return the board as this viewer may see it. Raises NotOffered."""
    tops = asked_units(queries.units_by_path(viewer), values)
    on, schemes = day_offered(values, "on") or today, queries.schemes()
    return Table(
        name=f"board-{'foreseen-' if on > today else ''}{on.isoformat()}",
        title=_("Who may work at which window"),
        headings=[
            _("Part of the network"),
            _("must hold one"),
            _("in time"),
            _("overdue"),
            _("end within 90 days"),
            _("may serve"),
            *(_("In time, %%: %(title)s", title=localised(one.title)) for one in schemes),
        ],
        rows=_rows(counts.board(viewer, tops, on), schemes),
        widths=(UNIT, *(NUMBER for _number in range(5 + len(schemes)))),
        filters=[
            (_("Part of the network"), ", ".join(localised(one) for one in tops)),
            (_("As of"), show_date(on)),
        ],
        note=foreseen(on, today),
    )


def _rows(rows: Sequence[Row], schemes: Sequence[CertificationScheme]) -> Iterator[list[Cell]]:
    for row in rows if len(rows) > 1 else rows[-1:]:
        total = row.total
        numbers = (
            total.required,
            total.compliant,
            total.overdue,
            total.expiring,
            total.serving,
        )
        cells = (row.cells.get(one.id) for one in schemes)
        name = localised(row.unit) if row.unit else _("All your units")
        yield [name, *numbers, *(one.percent if one else None for one in cells)]


KIND = ListKind(
    "board",
    _l("Board"),
    "certification.board",
    Permission.SEE_CERTIFICATES,
    ("unit", "on"),
    table,
    {"on": Step.DAY},
)
