"""The people behind the board's numbers as a table, on any date."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.certification.board import people
from lms.certification.board.conditions import Measure
from lms.certification.board.people import Filters
from lms.certification.schemes import queries, words
from lms.people.identity import Viewer
from lms.people.models import number_of
from lms.people.permissions import Permission
from lms.people.queries import unit_asked
from lms.web.i18n import localised, show_date
from lms.web.lists.asking import day_offered, offered
from lms.web.lists.moving import Step
from lms.web.lists.tables import Cells, ListKind, Pages, Table, Values
from lms.web.paging import Page, paginate

WIDTHS = (36, 16, 36, 30, 36, 20, 14, 14, 10)
READERS = (str, int, int)  # of people.COLUMNS
MEASURE_NAMES = {
    Measure.REQUIRED: _l("must hold it"),
    Measure.COMPLIANT: _l("in time"),
    Measure.OVERDUE: _l("overdue"),
    Measure.LACKING: _l("may not serve yet"),
    Measure.EXPIRING: _l("end within 90 days"),
    Measure.SERVING: _l("may serve"),
}


def asked(viewer: Viewer, values: Values, today: date) -> Filters:
    """Return what the values ask for. Raises NotOffered."""
    scheme = queries.scheme_for(values["scheme"]) if values.get("scheme") else None
    return Filters(
        on=day_offered(values, "on") or today,
        measure=offered(values, "measure", {one.value: one for one in Measure}) or Measure.REQUIRED,
        unit=unit_asked(viewer, Permission.SEE_CERTIFICATES, values),
        scheme=offered(values, "scheme", {scheme.public_id: scheme} if scheme else {}),
        until_from=day_offered(values, "from"),
        until_to=day_offered(values, "to"),
    )


def foreseen(on: date, today: date) -> str:
    """Return what a file says of a day ahead, as the page does; nothing of another day."""
    if on <= today:
        return ""
    return str(
        _("As foreseen: with the hires, transfers and last days at work that are planned by then.")
    )


def table(viewer: Viewer, values: Values, today: date) -> Table:
    """Return the list as this viewer may see it, exactly as filtered. Raises NotOffered."""
    filters = asked(viewer, values, today)

    def page(cursor: str | None, size: int) -> Page:
        found = paginate(
            people.people(viewer, filters),
            columns=people.columns(people.count(viewer, filters)),
            readers=READERS,
            key=people.key,
            cursor=cursor,
            size=size,
        )
        return replace(found, rows=list(_cells(found.rows)))

    return Table(
        name=f"people-{'foreseen-' if filters.on > today else ''}{filters.on.isoformat()}",
        title=_("People and certifications"),
        headings=_headings(),
        rows=_cells(people.every(viewer, filters)),
        widths=WIDTHS,
        filters=_in_words(filters),
        note=foreseen(filters.on, today),
        is_longer=lambda most: people.count(viewer, filters, most) > most,
        pages=Pages(READERS, page),
    )


def _in_words(filters: Filters) -> list[tuple[str, str]]:
    told = [(_("Who"), str(MEASURE_NAMES[filters.measure])), (_("As of"), show_date(filters.on))]
    if filters.scheme is not None:
        told.append((_("Certification"), localised(filters.scheme.title)))
    if filters.unit is not None:
        told.append((_("Part of the network"), localised(filters.unit)))
    if filters.until_from is not None or filters.until_to is not None:
        ends = [show_date(day) for day in (filters.until_from, filters.until_to)]
        told.append((_("Valid until"), " – ".join(ends)))
    return told


def _headings() -> list[str]:
    return [
        _("Person"),
        _("Personnel number"),
        _("Centre"),
        _("Post"),
        _("Certification"),
        _("State"),
        _("Due"),
        _("Valid until"),
        _("May serve"),
    ]


def _cells(rows: Iterable[Any]) -> Cells:
    for standing, person, unit, role, scheme in rows:
        yield [
            person.full_name,
            number_of(person),
            localised(unit),
            localised(role),
            localised(scheme.title),
            str(words.LABELS[standing.label]),
            standing.due_on,
            standing.valid_until_on,
            _("yes") if standing.may_serve else _("no"),
        ]


KIND = ListKind(
    "standings",
    _l("People behind the board"),
    "certification.board_people",
    Permission.SEE_CERTIFICATES,
    ("measure", "scheme", "unit", "on", "from", "to"),
    table,
    {"on": Step.DAY, "from": Step.DAY, "to": Step.DAY},
)
