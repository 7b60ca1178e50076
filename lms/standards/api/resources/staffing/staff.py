"""When people of a centre work: a pattern of their own, and days that differ."""

from datetime import date

from pydantic import Field

from lms.certification.staffing import queries, services
from lms.certification.staffing.models import WorkException
from lms.certification.staffing.queries import StaffRow
from lms.certification.staffing.rules import fault_of_days
from lms.certification.staffing.seating.shifts import SHIFTS, Shift
from lms.core.errors import Missing
from lms.people.models import Person
from lms.standards.api.frame.faults import fault
from lms.standards.api.frame.lists import check_cursor
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import (
    Day,
    Key,
    PageOf,
    Paging,
    PersonRef,
    Received,
    Sent,
    Words,
    person_ref,
)
from lms.standards.api.resources.staffing.centres import (
    PartIn,
    PartOfWeek,
    pattern_in,
    pattern_out,
    planned_centre,
)
from lms.standards.api.resources.staffing.weeks import TAG
from lms.standards.api.tokens.scopes import Scope

ONE = "/staffing/{unit_id}/people/{person_id}"


class DaysOut(Sent):
    """Days on which somebody works otherwise than by the pattern."""

    id: Key
    first_on: date
    last_on: date
    shifts: list[Shift] = Field(description="The parts of these days at work; empty: away.")


class StaffOut(Sent):
    """When somebody of a centre works."""

    person: PersonRef
    pattern: list[PartOfWeek] | None = Field(description="Their own; null: as the centre says.")
    days: list[DaysOut] = Field(description="Those that aren't over.")


class StaffQuery(Paging):
    """Whom the list is narrowed to."""

    q: Words | None = Field(None, description="Parts of the name, or the beginning of a number.")


class PatternIn(Received):
    """On which parts of the week somebody works."""

    pattern: list[PartIn] | None = Field(
        max_length=14, description="Their own; null: as the centre says. Empty: never."
    )


class DaysIn(Received):
    """Days on which somebody works otherwise."""

    first_on: Day
    last_on: Day
    shifts: list[Shift] = Field(
        max_length=2, description="The parts of these days at work; empty: away."
    )


@operation(
    "GET",
    "/staffing/{unit_id}/people",
    tag=TAG,
    scope=Scope.STAFFING_READ,
    summary="List when people of a centre work",
    query=StaffQuery,
    answer=PageOf[StaffOut],
)
def list_staff(call: Call, unit_id: str) -> Answer:
    """Who works at a centre today, by name, and when: for who plans it."""
    unit, asked = planned_centre(call, unit_id), call.query
    check_cursor(asked.cursor, queries.STAFF_READERS)
    page = queries.staff(unit, call.today, asked.q or "", asked.cursor, asked.limit)
    items = [_shown(row) for row in page.rows]
    return Answer(PageOf[StaffOut](items=items, next=page.next_cursor))


@operation(
    "GET",
    ONE,
    tag=TAG,
    scope=Scope.STAFFING_READ,
    summary="Get when somebody of a centre works",
    answer=StaffOut,
)
def get_staff(call: Call, unit_id: str, person_id: str) -> Answer:
    """When one of those works who work at a centre today."""
    return Answer(_of(call, _found(call, unit_id, person_id)))


@operation(
    "PUT",
    f"{ONE}/pattern",
    tag=TAG,
    scope=Scope.STAFFING_WRITE,
    summary="Say when somebody works",
    body=PatternIn,
    answer=StaffOut,
    versioned=True,
)
def set_pattern(call: Call, unit_id: str, person_id: str) -> Answer:
    """Give somebody a pattern of their own, whichever centre they work at, or take it away."""
    person = _found(call, unit_id, person_id)
    call.match(_of(call, person))
    saved, given = queries.pattern_of(person), call.body.pattern
    services.save_pattern(
        person=person,
        pattern=None if given is None else pattern_in(given),
        row_version=saved.row_version if saved else 0,
        now=call.now,
        actor=call.viewer.person,
    )
    return Answer(_of(call, person))


@operation(
    "POST",
    f"{ONE}/days",
    tag=TAG,
    scope=Scope.STAFFING_WRITE,
    summary="Note days on which somebody works otherwise",
    body=DaysIn,
    answer=DaysOut,
    status=201,
)
def note_days(call: Call, unit_id: str, person_id: str) -> Answer:
    """Let somebody be away on some days, or work other parts of them. Of two notes on a day the
    later one counts.
    """
    person, wish = _found(call, unit_id, person_id), call.body
    wrong = fault_of_days(wish.first_on, wish.last_on)
    if wrong:
        raise fault("body.last_on", wrong)
    made = services.say_days(
        person=person,
        first_on=wish.first_on,
        last_on=wish.last_on,
        shifts=sum(1 << SHIFTS.index(one) for one in set(wish.shifts)),
        now=call.now,
        actor=call.viewer.person,
    )
    return Answer(_days(made), location=f"/staffing/{unit_id}/people/{person_id}")


@operation(
    "DELETE",
    f"{ONE}/days/{{days_id}}",
    tag=TAG,
    scope=Scope.STAFFING_WRITE,
    summary="Take back a note on somebody's days",
    status=204,
)
def take_days_back(call: Call, unit_id: str, person_id: str, days_id: str) -> Answer:
    """Let the pattern count again on days that aren't over."""
    person = _found(call, unit_id, person_id)
    known = queries.days_of(person, call.today)
    row = next((one for one in known if one.public_id == days_id), None)
    if row is None:
        raise Missing
    services.remove_days(row=row, person=person, now=call.now, actor=call.viewer.person)
    return Answer()


def _found(call: Call, unit_id: str, person_id: str) -> Person:
    person = queries.person_at(planned_centre(call, unit_id), person_id, call.today)
    if person is None:
        raise Missing
    return person


def _of(call: Call, person: Person) -> StaffOut:
    saved, days = queries.pattern_of(person), queries.days_of(person, call.today)
    return _shown(StaffRow(person, saved.pattern if saved else None, days))


def _shown(row: StaffRow) -> StaffOut:
    return StaffOut(
        person=person_ref(row.person),
        pattern=None if row.pattern is None else pattern_out(row.pattern),
        days=[_days(one) for one in row.days],
    )


def _days(row: WorkException) -> DaysOut:
    shifts = [one for place, one in enumerate(SHIFTS) if row.shifts & (1 << place)]
    return DaysOut(id=row.public_id, first_on=row.first_on, last_on=row.last_on, shifts=shifts)
