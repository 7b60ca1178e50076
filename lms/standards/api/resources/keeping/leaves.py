"""Leaves of people: what is on record, entering one, correcting or ending it."""

from datetime import date

from flask_babel import lazy_gettext as _l
from pydantic import Field

from lms.certification.schemes.records.leaves import EARLIEST, LATEST, LeaveDesk, leaves_of
from lms.core.errors import Missing
from lms.people.importing.leaves import Leave
from lms.people.models import Person
from lms.standards.api.frame.faults import fault
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Day, Received, Sent, Why
from lms.standards.api.resources.people import kept_person
from lms.standards.api.resources.second_person import WhyIn
from lms.standards.api.tokens.scopes import Scope

TAG = "Leaves"
LAST = "The last day of the leave; null: not known yet."


class LeaveOut(Sent):
    """One leave. No two of a person have a day in common: its first day names it."""

    first_on: date
    last_on: date | None = Field(description=LAST)


class LeavesOut(Sent):
    """All leaves of one person."""

    leaves: list[LeaveOut]


class LeaveIn(Received):
    """Which days somebody is away, and why it is entered or corrected."""

    first_on: Day
    last_on: Day | None = Field(None, description=LAST)
    reason: Why


@operation(
    "GET",
    "/people/{person_id}/leaves",
    tag=TAG,
    scope=Scope.LEAVES_READ,
    summary="List leaves",
    answer=LeavesOut,
)
def list_leaves(call: Call, person_id: str) -> Answer:
    """The leaves of one person, the earliest first. What was struck is left out."""
    return _all(_person(call, person_id))


@operation(
    "GET",
    "/people/{person_id}/leaves/{first_on}",
    tag=TAG,
    scope=Scope.LEAVES_READ,
    summary="Get a leave",
    answer=LeaveOut,
)
def get_leave(call: Call, person_id: str, first_on: str) -> Answer:
    """The leave that begins on a day. The `ETag` is what a correction is sent with."""
    return Answer(_shown(_leave(_person(call, person_id), first_on)))


@operation(
    "POST",
    "/people/{person_id}/leaves",
    tag=TAG,
    scope=Scope.LEAVES_WRITE,
    summary="Enter a leave",
    body=LeaveIn,
    answer=LeaveOut,
    status=201,
    refusals=(409,),
)
def enter_leave(call: Call, person_id: str) -> Answer:
    """Note that somebody is away. Terms of certification stand still meanwhile and nobody is
    reminded. Days of another leave of the person are refused (409).
    """
    person = _person(call, person_id)
    first_on, last_on = _days(call.body)
    _desk(call, person).enter(first_on, last_on)
    return _entered(person, first_on)


@operation(
    "PATCH",
    "/people/{person_id}/leaves/{first_on}",
    tag=TAG,
    scope=Scope.LEAVES_WRITE,
    summary="Correct or end a leave",
    body=LeaveIn,
    answer=LeaveOut,
    versioned=True,
)
def correct_leave(call: Call, person_id: str, first_on: str) -> Answer:
    """Let a leave have been on other days, or end an open one by its last day. With another first
    day it is found under that one.
    """
    person = _person(call, person_id)
    new_first_on, last_on = _days(call.body)
    desk = _desk(call, person)
    desk.correct(_matched(call, person, first_on).key, new_first_on, last_on)
    return _entered(person, new_first_on)


@operation(
    "POST",
    "/people/{person_id}/leaves/{first_on}/strike",
    tag=TAG,
    scope=Scope.LEAVES_WRITE,
    summary="Strike a leave",
    body=WhyIn,
    answer=LeavesOut,
    versioned=True,
)
def strike_leave(call: Call, person_id: str, first_on: str) -> Answer:
    """Note that a leave never was; those that were are answered. The entry and the reason stay on
    record.
    """
    person = _person(call, person_id)
    desk = _desk(call, person)
    desk.strike(_matched(call, person, first_on).key)
    return _all(person)


def _person(call: Call, person_id: str) -> Person:
    person = kept_person(call, person_id)
    if person.erased_at is not None:
        raise Missing
    return person


def _desk(call: Call, person: Person) -> LeaveDesk:
    return LeaveDesk(person=person, actor=call.viewer.person, now=call.now, reason=call.body.reason)


def _days(given: LeaveIn) -> tuple[date, date | None]:
    for name in ("first_on", "last_on"):
        day = getattr(given, name)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise fault(
                f"body.{name}", _l("isn't from %(first)s to %(last)s", first=EARLIEST, last=LATEST)
            )
    if given.last_on is not None and given.last_on < given.first_on:
        raise fault("body.last_on", _l("is before the first day"))
    return given.first_on, given.last_on


def _leaves(person: Person) -> list[Leave]:
    return leaves_of([person.id]).get(person.id, [])


def _all(person: Person) -> Answer:
    return Answer(LeavesOut(leaves=[_shown(leave) for leave in _leaves(person)]))


def _leave(person: Person, first_on: str) -> Leave:
    found = next((one for one in _leaves(person) if one.began_on.isoformat() == first_on), None)
    if found is None:
        raise Missing
    return found


def _matched(call: Call, person: Person, first_on: str) -> Leave:
    found = _leave(person, first_on)
    call.match(_shown(found))
    return found


def _entered(person: Person, first_on: date) -> Answer:
    leave = _leave(person, first_on.isoformat())
    return Answer(_shown(leave), location=f"/people/{person.public_id}/leaves/{first_on}")


def _shown(leave: Leave) -> LeaveOut:
    return LeaveOut(first_on=leave.began_on, last_on=leave.last_on)
