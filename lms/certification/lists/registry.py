"""The registry as a table, with the filters and the order of its page, the status as of today."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from lms.catalog.models import Course
from lms.certification import numbers, snapshots
from lms.certification.forms import STATUS_NAMES, RegistryForm
from lms.certification.queries import registry
from lms.certification.queries.registry import Entry, Filters, Order, StatusFilter
from lms.people.identity import Viewer
from lms.people.models import OrganisationUnit, UnitKind, number_of
from lms.people.permissions import Permission
from lms.people.queries import units_within
from lms.web.i18n import localised
from lms.web.lists.tables import Cells, ListKind, Pages, Table, Values
from lms.web.paging import Page

WIDTHS = (36, 36, 16, 36, 40, 10, 10, 14, 14, 16, 14)
_INDENT = {UnitKind.NETWORK: "", UnitKind.DISTRICT: "", UnitKind.SERVICE_CENTRE: "\N{EM SPACE}"}


def asked(
    viewer: Viewer, values: Values, permission: Permission = Permission.SEE_CERTIFICATES
) -> tuple[RegistryForm, Filters | None]:
    """Return the form and what it asks for; None when it asks for what there isn't."""
    units = {unit.public_id: unit for unit in units_within(viewer, permission)}
    courses = {course.slug: (course, title) for course, title in registry.courses()}
    notice_days = current_app.config["SETTINGS"].certificate_notice_days
    form = RegistryForm(MultiDict(values))
    form.unit.choices = _unit_choices(units)
    form.course.choices = _course_choices(courses)
    if not form.days.data and not form.days.errors and not form.days.raw_data:
        form.days.data = notice_days
    if not form.validate():
        return form, None
    return form, Filters(
        text=form.text.data or "",
        unit_path=units[form.unit.data].path if form.unit.data else None,
        course_id=courses[form.course.data][0].id if form.course.data else None,
        status=StatusFilter(form.status.data) if form.status.data else None,
        days=form.days.data or notice_days,
        order=Order(form.order.data),
        permission=permission,
    )


def _unit_choices(units: dict[str, OrganisationUnit]) -> list[SelectChoice]:
    named = (SelectChoice(key, _INDENT[u.kind] + localised(u)) for key, u in units.items())
    return [SelectChoice("", _("All centres")), *named]


def _course_choices(courses: dict[str, tuple[Course, dict[str, Any]]]) -> list[SelectChoice]:
    named = (SelectChoice(slug, localised(title)) for slug, (_c, title) in courses.items())
    return [SelectChoice("", _("All courses")), *named]


def table(viewer: Viewer, values: Values, today: date) -> Table | None:
    """Return the registry as this viewer may see it, exactly as filtered."""
    form, filters = asked(viewer, values)
    if filters is None:
        return None

    def page(cursor: str | None, size: int) -> Page:
        found = registry.page(viewer, filters, today, cursor, size)
        return replace(found, rows=list(_cells(found.rows, today)))

    return Table(
        name=f"certificates-{today.isoformat()}",
        title=_("Certificates"),
        headings=_headings(),
        rows=_cells(registry.entries(viewer, filters, today), today),
        widths=WIDTHS,
        filters=_in_words(form),
        dated=(len(WIDTHS) - 1,),
        is_longer=lambda most: registry.found(viewer, filters, today, most) > most,
        pages=Pages(registry.readers_of(filters.order), page),
    )


def _in_words(form: RegistryForm) -> list[tuple[str, str]]:
    """What the list is narrowed to, as the form names it."""
    told = [(str(form.text.label.text), form.text.data)] if form.text.data else []
    choices = [field for field in (form.unit, form.course, form.status) if field.data]
    told.extend((str(field.label.text), chosen_word(field)) for field in choices)
    if form.status.data == StatusFilter.EXPIRING.value:
        told.append((str(form.days.label.text), str(form.days.data)))
    return told


def chosen_word(field: SelectField) -> str:
    """Return what the chosen value of a list of choices is called."""
    words: Mapping[Any, Any] = {choice.value: choice.label for choice in field.choices}
    return str(words.get(field.data, field.data)).strip(" \N{EM SPACE}")


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


def _cells(entries: Iterable[Entry], today: date) -> Cells:
    names = {status.value: str(name) for status, name in STATUS_NAMES.items()}
    for entry in entries:
        record = entry.certificate
        yield [
            numbers.group(record.number),
            snapshots.shown_name(record.snapshot),
            number_of(entry.holder),
            localised(entry.unit),
            localised(record.snapshot["course"]),
            float(record.snapshot["hours"]),
            record.snapshot["percent"],
            record.issued_on,
            record.valid_until_on,
            names[StatusFilter(entry.standing.status.value).value],
            today,
        ]


KIND = ListKind(
    "registry",
    _l("Certificate registry"),
    "certification.registry",
    Permission.SEE_CERTIFICATES,
    ("text", "unit", "course", "status", "days", "order"),
    table,
    typed=frozenset({"text"}),
)
