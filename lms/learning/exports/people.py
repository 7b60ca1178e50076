"""HR's list of people as a table."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.learning.queries import people_list
from lms.people.identity import Viewer
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import unit_asked
from lms.web.i18n import localised
from lms.web.lists.tables import Cells, ListKind, Table, Values, ordered
from lms.web.paging import has_more

WIDTHS = (36, 16, 36, 30, 12, 12)


def people_table(viewer: Viewer, values: Values, today: date) -> Table:
    """Return the list as this viewer may see it, exactly as filtered. Raises NotOffered."""
    words = values.get("words", "")
    unit = unit_asked(viewer, Permission.SEE_PEOPLE, values)
    told = [(_("Name, personnel number or centre"), words.strip())] if words.strip() else []
    if unit is not None:
        told.append((_("Part of the network"), localised(unit)))
    statement = people_list(viewer, today=today, words=words, unit_path=unit.path if unit else "")
    rows, pages = ordered(
        statement,
        _cells,
        columns=(Person.sort_name, Person.id),
        readers=(str, int),
        key=lambda row: (row.Person.sort_name, row.Person.id),
    )
    return Table(
        name=f"staff-{today.isoformat()}",
        title=_("People"),
        headings=_headings(),
        rows=rows,
        widths=WIDTHS,
        filters=told,
        is_longer=partial(has_more, statement),
        pages=pages,
    )


def _headings() -> list[str]:
    return [
        _("Name"),
        _("Personnel number"),
        _("Centre"),
        _("Post"),
        _("Courses now"),
        _("Overdue courses"),
    ]


def _cells(rows: Iterable[Any]) -> Cells:
    for row in rows:
        post = row.Person.employment
        yield [
            row.Person.full_name,
            row.Person.personnel_number,
            localised(post.unit) if post else None,
            localised(post.job_role) if post else None,
            row.open,
            row.overdue,
        ]


KIND = ListKind(
    "people",
    _l("People"),
    "learning.people",
    Permission.SEE_PEOPLE,
    ("words", "unit"),
    people_table,
    typed=frozenset({"words"}),
)
