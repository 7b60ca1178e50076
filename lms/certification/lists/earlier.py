"""Whose earlier results would count for a certification, as a table."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from lms.certification.batches.certifying import EarlierPlan, plan_earlier
from lms.certification.batches.issuing import Verdict
from lms.certification.schemes import queries
from lms.certification.schemes.definitions import current_version, parts_of
from lms.certification.schemes.words import part_titles
from lms.core import clock
from lms.core.tables.writing import Cell
from lms.people.identity import Viewer
from lms.people.permissions import Permission
from lms.people.queries import unit_for
from lms.web.i18n import localised, show_date
from lms.web.lists.tables import ListKind, Table, Values

WIDTHS = (36, 16, 36, 44, 36, 14, 14, 36)
VERDICTS = {
    Verdict.ISSUE: lazy_pgettext("results", "counts"),
    Verdict.HOLDS: _l("holds it, and its renewal isn’t open yet"),
    Verdict.SHOWN: _l("accepted already"),
    Verdict.USED: _l("used up by an award, or lost with one that was taken away"),
    Verdict.TOO_OLD: _l("too old for the look-back"),
    Verdict.OVER: _l("what it leads to would be over already"),
    Verdict.SUSPENDED: _l("is suspended: reinstate on their page first"),
    Verdict.LEFT: _l("no longer works here"),
}


def table(viewer: Viewer, values: Values, today: date) -> Table | None:
    """Return the whole plan of what this viewer may decide."""
    scheme, key = queries.scheme_for(values.get("scheme_id", "")), values.get("unit")
    unit = unit_for(viewer, Permission.MANAGE_CERTIFICATES, key) if key else None
    if scheme is None or scheme.retired_at is not None or (key and unit is None):
        return None
    plan = plan_earlier(viewer, scheme, now=clock.now(), today=today, unit=unit)
    filters = [
        (_("Certification"), localised(scheme.title)),
        (_("As of"), show_date(today)),
        (_("people whose results count"), str(len(plan.people))),
        (_("get the certification"), str(plan.awards)),
    ]
    if unit is not None:
        filters.append((_("Part of the network"), localised(unit)))
    return Table(
        name=f"earlier-{scheme.key}-{today.isoformat()}",
        title=_("Earlier results"),
        headings=[
            _("Person"),
            _("Personnel number"),
            _("Centre"),
            _("Results"),
            _("Verdict"),
            _("Valid from"),
            _("Valid until"),
            _("Still lacking"),
        ],
        rows=_rows(plan, part_titles(parts_of(current_version(scheme, today)))),
        widths=WIDTHS,
        filters=filters,
    )


def _rows(plan: EarlierPlan, titles: Mapping[str, Any]) -> Iterator[list[Cell]]:
    for row in plan.rows:
        person, earlier = row.person, row.earlier
        post = person.employment if person else None
        is_counted = row.verdict is Verdict.ISSUE
        award = earlier.award if is_counted else None
        results = earlier.results if is_counted else ()
        yield [
            person.full_name if person else "",
            row.number,
            localised(post.unit) if post else "",
            "; ".join(f"{localised(titles[one.part])}, {show_date(one.on)}" for one in results),
            str(VERDICTS[row.verdict]),
            award.from_on if award else None,
            award.until_on if award else None,
            ", ".join(localised(titles[one]) for one in earlier.lacking) if is_counted else "",
        ]


KIND = ListKind(
    "earlier",
    _l("Earlier results"),
    "certification.earlier_results",
    Permission.MANAGE_CERTIFICATES,
    ("scheme_id", "unit"),
    table,
    needed=frozenset({"scheme_id"}),
)
