"""A week's plan as a file: a row for each seat, staffed or not."""

from collections.abc import Iterator

from flask_babel import gettext as _

from lms.certification.staffing import words
from lms.certification.staffing.seating.plans import Seat
from lms.certification.staffing.weeks import PartPlan, Week
from lms.core.spreadsheets import Cell
from lms.people.models import OrganisationUnit
from lms.web.i18n import localised, show_date
from lms.web.lists.tables import Table

WIDTHS = (14, 16, 24, 14, 30, 10, 36, 30, 60)


def table(unit: OrganisationUnit, week: Week) -> Table:
    """Return the plan of a centre's week."""
    return Table(
        name=f"staffing-{unit.code}-{week.monday.isoformat()}",
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
        rows=_rows(week),
        widths=WIDTHS,
        filters=[(_("Centre"), localised(unit)), (_("From"), show_date(week.monday))],
    )


def _rows(week: Week) -> Iterator[list[Cell]]:
    for plan in week.parts:
        for seat in plan.seats:
            yield [*_when(plan), *_seat(week, plan, seat)]


def _when(plan: PartPlan) -> list[Cell]:
    part = plan.part
    return [
        part.day,
        words.weekday(part.day),
        str(words.SHIFTS[part.shift]),
        words.hours(plan.hours),
    ]


def _seat(week: Week, plan: PartPlan, seat: Seat) -> list[Cell]:
    group = localised(week.group(seat.group))
    if seat.person is None:
        return [group, seat.window, None, None, str(words.WHY[plan.why(seat.group)])]
    worker = week.worker(seat.person)
    return [group, seat.window, worker.name, words.post(worker), None]
