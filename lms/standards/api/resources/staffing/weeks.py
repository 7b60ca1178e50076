"""Which windows of a centre can be staffed in a week; and what ends in each of the coming weeks."""

from datetime import date
from typing import Annotated, Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from pydantic import Field, StringConstraints

from lms.certification.board.counts import expiries_by_week
from lms.certification.staffing import queries
from lms.certification.staffing.export import FIRST, LAST
from lms.certification.staffing.loading import load_week
from lms.certification.staffing.seating.plans import Why
from lms.certification.staffing.seating.shifts import Shift
from lms.certification.staffing.weeks import Group, PartPlan, Week
from lms.core.database import db
from lms.core.errors import Missing
from lms.people.models import OrganisationUnit, Person
from lms.people.permissions import Permission
from lms.standards.api.frame.faults import fault
from lms.standards.api.frame.lists import page_of
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Day,
    Key,
    PageOf,
    Paging,
    PersonRef,
    Query,
    Sent,
    Texts,
    UnitRef,
    named,
    person_ref,
    unit_ref,
)
from lms.standards.api.resources import standings
from lms.standards.api.tokens.scopes import Scope

TAG = "Staffing"
SEE = Permission.SEE_STAFFING
Hour = Annotated[str, StringConstraints(pattern="^[0-9]{2}:[0-9]{2}$"), Field(examples=["08:00"])]


class CentreOut(Sent):
    """A centre, how many windows it has and how many it needs in a week."""

    unit: UnitRef
    windows: int
    needed: int = Field(description="Seats a week.")


class GroupOut(Sent):
    """What a window serves."""

    id: Key
    key: str
    name: Texts


class SeatsOut(Sent):
    """One group in one part of a day."""

    group: Key
    required: int
    available: int = Field(description="People who may serve it and are there.")
    empty: int = Field(description="Windows that stay empty in the plan.")


class SeatOut(Sent):
    """One window that must serve a group, and who would sit there."""

    group: Key
    window: int | None = Field(description="Its number; null: there is no window for the seat.")
    person: PersonRef | None = Field(description="null: it stays empty.")
    why: Why | None = Field(description="Why it stays empty; null for a seat that doesn't.")


class PartOut(Sent):
    """One part of a day."""

    day: date
    shift: Shift
    opens: Hour | None = Field(description="By the clock there; null: closed.")
    closes: Hour | None
    required: int
    staffed: int
    groups: list[SeatsOut] = Field(description="The groups needed then.")
    seats: list[SeatOut] | None = Field(
        description="One possible plan: no other staffs more seats. null: it wasn't asked for."
    )


class WeekOut(Sent):
    """A centre's week, as its plan seats the people."""

    unit: UnitRef
    monday: date
    required: int
    staffed: int
    groups: list[GroupOut] = Field(description="The groups needed at some time of the week.")
    parts: list[PartOut] = Field(description="Fourteen, in their order.")


class WeekQuery(Query):
    """Which week."""

    week: Day | None = Field(None, description="Any day of it. Default: today.")
    seats: bool = Field(False, description="Whether to name who would sit where.")


class EndingOut(Sent):
    """How many certifications end within seven days."""

    first_on: date
    number: int


class EndingsOut(Sent):
    """The coming thirteen weeks of a part of the network."""

    unit: UnitRef | None = Field(description="Null: all parts of the token's scope.")
    on: date
    weeks: list[EndingOut]


@operation(
    "GET",
    "/staffing",
    tag=TAG,
    scope=Scope.STAFFING_READ,
    summary="List centres to staff",
    query=Paging,
    answer=PageOf[CentreOut],
)
def list_staffing(call: Call) -> Answer:
    """The open centres of the token's part of the network by their Russian name."""
    statement: Any = queries.centres_statement(call.viewer)
    return Answer(
        page_of(
            statement,
            call.query,
            lambda row: CentreOut(unit=unit_ref(row[0]), windows=row[1], needed=row[2]),
            columns=(OrganisationUnit.name_ru, OrganisationUnit.id),
            readers=(str, int),
            key=lambda row: (row[0].name_ru, row[0].id),
        )
    )


@operation(
    "GET",
    "/staffing/{unit_id}",
    tag=TAG,
    scope=Scope.STAFFING_READ,
    summary="A centre's week",
    query=WeekQuery,
    answer=WeekOut,
)
def get_staffing(call: Call, unit_id: str) -> Answer:
    """Which windows of a centre can be staffed in a week, by part of the day and service group."""
    unit = seen_centre(call, unit_id)
    week = asked_week(unit, call.query.week or call.today, "query.week")
    return Answer(_week(unit, week, _seated(week) if call.query.seats else None))


def seen_centre(call: Call, unit_id: str) -> OrganisationUnit:
    """Return the centre of an address, or refuse as missing."""
    unit = queries.centre_for(call.viewer, SEE, unit_id)
    if unit is None:
        raise Missing
    return unit


def asked_week(unit: OrganisationUnit, day: date, field: str) -> Week:
    """Return the week of a day; refuse one beyond the calendar of staffing."""
    if not FIRST <= day <= LAST:
        raise fault(field, _l("isn't from %(first)s to %(last)s", first=FIRST, last=LAST))
    return load_week(unit, day)


def _seated(week: Week) -> dict[int, Person]:
    """Return who sits somewhere in the week's plan."""
    ids = {one for part in week.parts for one in part.place_of}
    found = db.session.scalars(sa.select(Person).where(Person.id.in_(sorted(ids))))
    return {person.id: person for person in found}


@operation(
    "GET",
    "/board/expiries",
    tag=standings.TAG,
    scope=Scope.STANDINGS_READ,
    summary="What ends by week",
    query=standings.BoardQuery,
    answer=EndingsOut,
)
def get_expiries(call: Call) -> Answer:
    """How many certifications in force on a day end in each of the thirteen weeks from it: what the
    board shows ahead.
    """
    on, tops = call.query.on or call.today, standings.board_units(call)
    weeks = expiries_by_week(call.viewer, tops, on)
    found = [EndingOut(first_on=one.first_on, number=one.number) for one in weeks]
    unit = unit_ref(tops[0]) if len(tops) == 1 else None
    return Answer(EndingsOut(unit=unit, on=on, weeks=found))


def group_out(group: Group) -> GroupOut:
    """Return a service group as weeks name it."""
    return GroupOut(id=group.public_id, key=group.key, name=named(group))


def _week(unit: OrganisationUnit, week: Week, seated: dict[int, Person] | None) -> WeekOut:
    return WeekOut(
        unit=unit_ref(unit),
        monday=week.monday,
        required=week.required,
        staffed=week.staffed,
        groups=[group_out(one) for one in week.needed_groups],
        parts=[_part(plan, week.needed_groups, seated) for plan in week.parts],
    )


def _part(plan: PartPlan, groups: list[Group], seated: dict[int, Person] | None) -> PartOut:
    cells = [(group, plan.cell(group.id)) for group in groups]
    opens, closes = (f"{hour:%H:%M}" for hour in plan.hours) if plan.hours else (None, None)
    return PartOut(
        day=plan.part.day,
        shift=plan.part.shift,
        opens=opens,
        closes=closes,
        required=plan.required,
        staffed=plan.staffed,
        groups=[
            SeatsOut(
                group=group.public_id,
                required=cell.required,
                available=cell.available,
                empty=cell.empty,
            )
            for group, cell in cells
            if cell is not None
        ],
        seats=None if seated is None else _seats(plan, groups, seated),
    )


def _seats(plan: PartPlan, groups: list[Group], seated: dict[int, Person]) -> list[SeatOut]:
    keys = {group.id: group.public_id for group in groups}
    return [
        SeatOut(
            group=keys[seat.group],
            window=seat.window,
            person=person_ref(seated[seat.person]) if seat.person else None,
            why=None if seat.person else plan.why(seat.group),
        )
        for seat in plan.seats
    ]
