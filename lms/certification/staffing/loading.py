"""Reading a centre's week: a fixed number of statements, whatever the size."""

from collections import defaultdict
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from lms.certification.staffing.attendance import load_crew
from lms.certification.staffing.models import (
    CentreStaffing,
    OpeningDay,
    ServiceGroup,
    ServiceWindow,
    StaffingNeed,
    WindowService,
)
from lms.certification.staffing.seating.shifts import OFFICE, WEEKDAYS, Shift, monday_of
from lms.certification.staffing.weeks import STANDARD_HOURS, Group, Hours, Setup, Week
from lms.core.database import db
from lms.people.models import OrganisationUnit


def load_week(unit: OrganisationUnit, day: date) -> Week:
    """Return the week of ``day`` at a centre."""
    monday = monday_of(day)
    setup = load_setup(unit)
    return Week(monday, load_groups(), setup, load_crew(unit, monday, setup.pattern))


def load_groups() -> list[Group]:
    """Return the service groups in use, in the order they were made."""
    statement = (
        sa.select(ServiceGroup)
        .where(ServiceGroup.retired_at.is_(None))
        .options(selectinload(ServiceGroup.asked))
        .order_by(ServiceGroup.id)
    )
    return [
        Group(
            row.id,
            row.public_id,
            row.key,
            row.name_ru,
            row.name_en,
            frozenset(one.scheme_id for one in row.asked),
        )
        for row in db.session.scalars(statement)
    ]


def load_setup(unit: OrganisationUnit) -> Setup:
    """Return what is said of a centre; what isn't said is as the network's standard."""
    centre = db.session.get(CentreStaffing, unit.id)
    return Setup(
        windows=_windows(unit),
        hours=_hours(unit),
        needs=_needs(unit),
        pattern=centre.pattern if centre else OFFICE,
        row_version=centre.row_version if centre else 0,
    )


def _windows(unit: OrganisationUnit) -> dict[int, frozenset[int]]:
    statement = (
        sa.select(ServiceWindow.number, WindowService.group_id)
        .outerjoin(ServiceWindow.offers)
        .where(ServiceWindow.unit_id == unit.id)
        .order_by(ServiceWindow.number)
    )
    found: dict[int, set[int]] = defaultdict(set)
    for number, group_id in db.session.execute(statement):
        found[number].update([] if group_id is None else [group_id])
    return {number: frozenset(groups) for number, groups in found.items()}


def _hours(unit: OrganisationUnit) -> dict[int, Hours | None]:
    found: dict[int, Hours | None] = dict.fromkeys(WEEKDAYS, STANDARD_HOURS)
    for row in db.session.scalars(sa.select(OpeningDay).where(OpeningDay.unit_id == unit.id)):
        times = (row.opens_at, row.changes_at, row.closes_at)
        found[row.weekday] = None if None in times else times  # type: ignore[assignment]
    return found


def _needs(unit: OrganisationUnit) -> dict[tuple[int, Shift], dict[int, int]]:
    statement = (
        sa.select(StaffingNeed)
        .join(ServiceGroup, ServiceGroup.id == StaffingNeed.group_id)
        .where(StaffingNeed.unit_id == unit.id, ServiceGroup.retired_at.is_(None))
    )
    found: dict[tuple[int, Shift], dict[int, int]] = defaultdict(dict)
    for row in db.session.scalars(statement):
        found[row.weekday, row.shift][row.group_id] = row.windows
    return found
