"""A week's plan as a file: a row for each seat, staffed or not."""

from collections.abc import Iterator, Mapping
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.certification.lists.standings import foreseen
from lms.certification.staffing import queries, words
from lms.certification.staffing.attendance import Colleague, load_colleagues
from lms.certification.staffing.loading import load_week
from lms.certification.staffing.seating.plans import Seat
from lms.certification.staffing.seating.shifts import Part, Shift
from lms.certification.staffing.weeks import PartPlan, Week
from lms.core.tables.writing import Cell
from lms.people.identity import Viewer
from lms.people.models import OrganisationUnit
from lms.people.permissions import Permission
from lms.web.i18n import localised, show_date
from lms.web.lists.asking import day_offered
from lms.web.lists.moving import Step
from lms.web.lists.tables import ListKind, Table, Values

FIRST, LAST = date(2000, 1, 3), date(2100, 12, 26)  # weeks that can be asked for
WIDTHS = (14, 16, 24, 14, 30, 10, 36, 30, 60)


def table(unit: OrganisationUnit, week: Week, today: date) -> Table:
    """Return the plan of a centre's week. A CSV has no room for the note: its name tells."""
    note = foreseen(week.sunday, today)
    return Table(
        name=f"staffing-{'foreseen-' if note else ''}{unit.code}-{week.monday.isoformat()}",
        note=note,
        title=_("Staffing"),
        headings=[
            _("Date"),
            _("Day of the week"),
            _("Part of the day"),
            _("Hours"),
            _("Service group"),
            _("Window"),
            _("Person"),
            _("Post"),
            _("Why it stays empty"),
        ],
        rows=_rows(week, _seated(unit, week)),
        widths=WIDTHS,
        filters=[(_("Centre"), localised(unit)), (_("From"), show_date(week.monday))],
    )


def table_for(viewer: Viewer, values: Values, today: date) -> Table | None:
    """Return the week that an address asks for; None for a centre that isn't the viewer's."""
    unit = queries.centre_for(viewer, Permission.SEE_STAFFING, values.get("unit_id", ""))
    if unit is None:
        return None
    return table(unit, load_week(unit, week_day(values, today)), today)


def part_named(day: str, shift: str) -> Part | None:
    """Return the part of a day that an address names; None for what can't be asked for."""
    known = {one.value: one for one in Shift}
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return None
    return Part(on, known[shift]) if shift in known and FIRST <= on <= LAST else None


def week_day(values: Values, today: date) -> date:
    """Return the day whose week is asked for; today for none. Raises NotOffered."""
    return min(max(day_offered(values, "week") or today, FIRST), LAST)


def _seated(unit: OrganisationUnit, week: Week) -> Mapping[int, Colleague]:
    ids = {person for plan in week.parts for person in plan.place_of}
    return load_colleagues(unit, week.monday, ids)


def _rows(week: Week, people: Mapping[int, Colleague]) -> Iterator[list[Cell]]:
    for plan in week.parts:
        for seat in plan.seats:
            yield [*_when(plan), *_seat(week, plan, seat, people)]


def _when(plan: PartPlan) -> list[Cell]:
    part = plan.part
    return [
        part.day,
        words.weekday(part.day),
        str(words.SHIFTS[part.shift]),
        words.hours(plan.hours),
    ]


def _seat(week: Week, plan: PartPlan, seat: Seat, people: Mapping[int, Colleague]) -> list[Cell]:
    group = localised(week.group(seat.group))
    if seat.person is None:
        return [group, seat.window, None, None, str(words.WHY[plan.why(seat.group)])]
    worker = people[seat.person]
    return [group, seat.window, worker.name, words.post(worker), None]


KIND = ListKind(
    "staffing",
    _l("Staffing of the week"),
    "certification.staffing_week",
    Permission.SEE_STAFFING,
    ("unit_id", "week"),
    table_for,
    {"week": Step.WEEK},
    needed=frozenset({"unit_id"}),
)
