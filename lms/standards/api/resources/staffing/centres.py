"""What is said of a centre: its windows, its hours and needs, and when its people work."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Annotated, Any

from flask_babel import lazy_gettext as _l
from pydantic import ConfigDict, Field, StringConstraints

from lms.certification.staffing import queries, services
from lms.certification.staffing.loading import load_setup
from lms.certification.staffing.rules import MOST_WINDOWS, fault_of_times, fault_of_windows
from lms.certification.staffing.seating.shifts import Shift, parts_in, pattern_of
from lms.certification.staffing.weeks import Hours, Setup
from lms.core.errors import Missing
from lms.people.models import OrganisationUnit
from lms.people.permissions import Permission
from lms.standards.api.frame.faults import UNKNOWN, fault, faulty
from lms.standards.api.frame.operations import Answer, Call, operation
from lms.standards.api.frame.schemas import Key, Received, Sent, UnitRef, unit_ref
from lms.standards.api.resources.staffing.weeks import TAG, Hour
from lms.standards.api.tokens.scopes import Scope

PLAN = Permission.PLAN_STAFFING
Weekday = Annotated[int, Field(ge=1, le=7, description="1 is Monday, 7 Sunday.", examples=[1])]
Clock = Annotated[
    str,
    StringConstraints(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$"),
    Field(examples=["08:00"]),
]
OPEN: dict[str, Any] = {"weekday": 1, "opens": "08:00", "changes": "14:00", "closes": "20:00"}
Groups = dict[int, str]  # the keys of the service groups in use, by id


class PartIn(Received):
    """One part of one day of the week."""

    weekday: Weekday
    shift: Shift


class WindowIn(Received):
    """A window, and what can be served there."""

    number: int = Field(ge=1, le=999)
    offers: list[Key] = Field(max_length=200, description="Service groups.")


class HoursIn(Received):
    """When the centre is open on one day of the week; without times it is closed."""

    model_config = ConfigDict(json_schema_extra={"examples": [OPEN]})

    weekday: Weekday
    opens: Clock | None = None
    changes: Clock | None = Field(None, description="The second part of the day begins.")
    closes: Clock | None = None


class NeedIn(PartIn):
    """How many windows must serve a group in one part of a day."""

    group: Key
    windows: int = Field(ge=0, le=99)


class SetupIn(Received):
    """What is said of a centre anew; what is left out stays."""

    windows: list[WindowIn] | None = Field(
        None, max_length=MOST_WINDOWS, description="All windows: the others are taken away."
    )
    hours: list[HoursIn] | None = Field(
        None, max_length=7, description="Days of the week; those not named stay."
    )
    needs: list[NeedIn] | None = Field(
        None, max_length=10_000, description="All needs: what isn't named isn't needed."
    )
    pattern: list[PartIn] | None = Field(
        None,
        max_length=14,
        description="When those work who have no pattern of their own; empty: never.",
    )


class PartOfWeek(Sent):
    """One part of one day of the week."""

    weekday: int = Field(description="1 is Monday, 7 Sunday.", examples=[1])
    shift: Shift


class WindowOut(Sent):
    """A window, and what can be served there."""

    number: int
    offers: list[Key] = Field(description="Service groups in use.")


class HoursOut(Sent):
    """When the centre is open on one day of the week; null: closed."""

    model_config = ConfigDict(json_schema_extra={"examples": [OPEN]})

    weekday: int = Field(examples=[1])
    opens: Hour | None
    changes: Hour | None = Field(description="The second part of the day begins.")
    closes: Hour | None


class NeedOut(PartOfWeek):
    """How many windows must serve a group in one part of a day."""

    group: Key
    windows: int


class SetupOut(Sent):
    """What is said of a centre, else the network's standard."""

    unit: UnitRef
    windows: list[WindowOut]
    hours: list[HoursOut] = Field(description="Seven, from Monday.")
    needs: list[NeedOut]
    pattern: list[PartOfWeek] = Field(
        description="When those work who have no pattern of their own."
    )


@operation(
    "GET",
    "/staffing/{unit_id}/setup",
    tag=TAG,
    scope=Scope.STAFFING_READ,
    summary="A centre's windows, hours and needs",
    answer=SetupOut,
)
def get_setup(call: Call, unit_id: str) -> Answer:
    """Which windows a centre has and what each offers, when it is open, how many windows must serve
    what, and when its people work: for who plans it.
    """
    unit = planned_centre(call, unit_id)
    return Answer(_shown(unit, load_setup(unit), _groups()))


@operation(
    "PATCH",
    "/staffing/{unit_id}/setup",
    tag=TAG,
    scope=Scope.STAFFING_WRITE,
    summary="Change a centre's windows, hours and needs",
    body=SetupIn,
    answer=SetupOut,
    versioned=True,
)
def change_setup(call: Call, unit_id: str) -> Answer:
    """Say anew what is sent; all of it is taken, or nothing. The centre's weeks follow at once."""
    unit, groups = planned_centre(call, unit_id), _groups()
    setup, wish = load_setup(unit), call.body
    call.match(_shown(unit, setup, groups))
    ids = {key: one for one, key in groups.items()}
    windows, hours = _windows(wish, ids), _hours(wish, setup)
    needs = _needs(wish, ids)
    by: dict[str, Any] = {"unit": unit, "now": call.now, "actor": call.viewer.person}
    if windows is not None:
        services.save_windows(windows=windows, **by)
    if hours is not None or needs is not None:
        services.save_needs(hours=hours, needs=needs, **by)
    if wish.pattern is not None:
        services.save_centre_pattern(pattern=pattern_in(wish.pattern), **by)
    return Answer(_shown(unit, load_setup(unit), groups))


def planned_centre(call: Call, unit_id: str) -> OrganisationUnit:
    """Return the centre of an address, or refuse as missing."""
    unit = queries.centre_for(call.viewer, PLAN, unit_id)
    if unit is None:
        raise Missing
    return unit


def pattern_in(parts: list[PartIn]) -> int:
    """Return the pattern of these parts of the week."""
    return pattern_of((one.weekday - 1, one.shift) for one in parts)


def pattern_out(pattern: int) -> list[PartOfWeek]:
    """Return the parts of the week of a pattern."""
    return [PartOfWeek(weekday=day + 1, shift=shift) for day, shift in parts_in(pattern)]


def _groups() -> Groups:
    return {one.id: one.public_id for one in queries.groups()}


def _windows(wish: SetupIn, ids: dict[str, int]) -> dict[int, set[int]] | None:
    if wish.windows is None:
        return None
    wrong = fault_of_windows([one.number for one in wish.windows])
    if wrong:
        raise fault("body.windows", wrong)
    offered = [
        (f"body.windows.{place}.offers.{at}", key)
        for place, window in enumerate(wish.windows)
        for at, key in enumerate(window.offers)
    ]
    _must_be_known(offered, ids)
    return {one.number: {ids[key] for key in one.offers} for one in wish.windows}


def _hours(wish: SetupIn, setup: Setup) -> dict[int, Hours | None] | None:
    if wish.hours is None:
        return None
    _must_differ("body.hours", [one.weekday for one in wish.hours])
    found: dict[int, Hours | None] = dict(setup.hours)
    for place, one in enumerate(wish.hours):
        given = (one.opens, one.changes, one.closes)
        times = tuple(time.fromisoformat(text) if text else None for text in given)
        wrong = fault_of_times(times)
        if wrong:
            raise fault(f"body.hours.{place}.opens", wrong)
        found[one.weekday - 1] = None if None in times else times  # type: ignore[assignment]
    return found


def _needs(wish: SetupIn, ids: dict[str, int]) -> dict[tuple[int, Shift], dict[int, int]] | None:
    if wish.needs is None:
        return None
    _must_differ("body.needs", [(one.weekday, one.shift, one.group) for one in wish.needs])
    _must_be_known(
        [(f"body.needs.{place}.group", one.group) for place, one in enumerate(wish.needs)], ids
    )
    found: dict[tuple[int, Shift], dict[int, int]] = {}
    for one in wish.needs:
        found.setdefault((one.weekday - 1, one.shift), {})[ids[one.group]] = one.windows
    return found


def _must_be_known(named: Iterable[tuple[str, str]], ids: Mapping[str, int]) -> None:
    """Refuse each field whose key is that of no service group in use."""
    faults = [(field, UNKNOWN) for field, key in named if key not in ids]
    if faults:
        raise faulty(faults)


def _must_differ(field: str, said: Iterable[Any]) -> None:
    """Refuse what says something of the same thing twice."""
    seen, faults = set(), []
    for place, one in enumerate(said):
        if one in seen:
            faults.append((f"{field}.{place}", _l("stands there twice")))
        seen.add(one)
    if faults:
        raise faulty(faults)


def _shown(unit: OrganisationUnit, setup: Setup, groups: Groups) -> SetupOut:
    return SetupOut(
        unit=unit_ref(unit),
        windows=[
            WindowOut(number=number, offers=[groups[one] for one in groups if one in offers])
            for number, offers in sorted(setup.windows.items())
        ],
        hours=[_open(day, times) for day, times in sorted(setup.hours.items())],
        needs=[
            NeedOut(weekday=day + 1, shift=shift, group=groups[one], windows=wanted[one])
            for day, shift in parts_in(pattern_of(setup.needs))
            for wanted in [setup.needs[day, shift]]
            for one in groups
            if one in wanted
        ],
        pattern=pattern_out(setup.pattern),
    )


def _open(day: int, times: Hours | None) -> HoursOut:
    opens, changes, closes = (f"{one:%H:%M}" for one in times) if times else (None,) * 3
    return HoursOut(weekday=day + 1, opens=opens, changes=changes, closes=closes)
