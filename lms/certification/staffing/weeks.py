"""One week of one centre: each part of each day with its needs, its people and its plan. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property

from lms.certification.staffing.crews import Crew, Ids
from lms.certification.staffing.seating.plans import Needs, Seat, Why, why_empty
from lms.certification.staffing.seating.shifts import SHIFTS, Part, Shift, week_of

Hours = tuple[time, time, time]  # opens, the second part begins, closes
STANDARD_HOURS: Hours = (time(8), time(14), time(20))


@dataclass(frozen=True)
class Group:
    """A service group as the week needs it."""

    id: int
    public_id: str
    key: str
    name_ru: str
    name_en: str
    schemes: frozenset[int]


@dataclass(frozen=True)
class Setup:
    """What is said of a centre: its windows, hours and needs by weekday and part of the day."""

    windows: Mapping[int, frozenset[int]]
    hours: Mapping[int, Hours | None]  # by weekday; None: closed
    needs: Mapping[tuple[int, Shift], Mapping[int, int]]
    pattern: int
    row_version: int = 0


@dataclass(frozen=True)
class Cell:
    """One group in one part of a day, in numbers."""

    required: int
    available: int  # may serve and are there
    empty: int  # windows that stay empty in the plan

    @property
    def is_short(self) -> bool:
        """Whether a window stays empty."""
        return self.empty > 0


@dataclass(frozen=True)
class PartPlan:
    """One part of a day: its numbers, its plan, and the ids of the people behind each number."""

    part: Part
    hours: tuple[time, time] | None  # None: closed
    needs: Needs
    certified: Mapping[int, Ids]  # may serve the group that day, there or not
    there: Ids

    @property
    def seats(self) -> Sequence[Seat]:
        """All seats; parts that are alike have the same needs, and so one plan."""
        return self.needs.seats

    @cached_property
    def empty(self) -> Mapping[int, list[Seat]]:
        """The seats that stay empty, by group."""
        found: dict[int, list[Seat]] = {}
        for seat in self.seats:
            if seat.person is None:
                found.setdefault(seat.group, []).append(seat)
        return found

    def cell(self, group: int) -> Cell | None:
        """Return the numbers of a group; None: it isn't needed then."""
        required = self.needs.required.get(group, 0)
        if not required:
            return None
        return Cell(required, len(self.available(group)), len(self.empty.get(group, [])))

    def available(self, group: int) -> Ids:
        """Return who may serve the group and is there."""
        return self.certified[group] & self.there

    def away(self, group: int) -> Ids:
        """Return who may serve the group and isn't there."""
        return self.certified[group] - self.there

    def elsewhere(self, group: int) -> Ids:
        """Return who may serve the group, is there and sits at the window of another one."""
        places = self.place_of
        seated = self.available(group) & places.keys()
        return frozenset(one for one in seated if places[one].group != group)

    def why(self, group: int) -> Why:
        """Return why seats of the group stay empty."""
        return why_empty(group, self.certified[group], self.needs, self.seats)

    @cached_property
    def place_of(self) -> Mapping[int, Seat]:
        """Where each seated person sits."""
        return {seat.person: seat for seat in self.seats if seat.person is not None}

    @property
    def required(self) -> int:
        """How many seats there are."""
        return len(self.seats)

    @property
    def staffed(self) -> int:
        """How many of them have a person."""
        return len(self.place_of)


@dataclass(frozen=True)
class Week:
    """A centre's week."""

    monday: date
    groups: Sequence[Group]
    setup: Setup
    crew: Crew

    @property
    def sunday(self) -> date:
        """The week's last day."""
        return week_of(self.monday)[-1]

    @cached_property
    def parts(self) -> list[PartPlan]:
        """The fourteen parts of the week in their order."""
        shared: dict[object, Needs] = {}
        return [
            self._plan(Part(day, shift), shared) for day in week_of(self.monday) for shift in SHIFTS
        ]

    def plan(self, part: Part) -> PartPlan:
        """Return one part of the week, without the cost of the others."""
        return self._plan(part, {})

    def held(self, scheme: int, day: date) -> Ids:
        """Return who may serve by a certification on a day of the week."""
        known = self._held
        if (scheme, day) not in known:
            known[scheme, day] = self.crew.holding(scheme, day)
        return known[scheme, day]

    @cached_property
    def _held(self) -> dict[tuple[int, date], Ids]:
        return {}

    def _certified(self, day: date) -> Mapping[int, Ids]:
        """Who of those employed may serve each group; both parts of a day share it."""
        known = self._certified_on
        if day not in known:
            employed = self.crew.employed(day)
            known[day] = {
                group.id: employed.intersection(*(self.held(one, day) for one in group.schemes))
                for group in self.groups
            }
        return known[day]

    @cached_property
    def _certified_on(self) -> dict[date, Mapping[int, Ids]]:
        return {}

    def _plan(self, part: Part, shared: dict[object, Needs]) -> PartPlan:
        hours = self.setup.hours.get(part.day.weekday(), STANDARD_HOURS)
        required = self.setup.needs.get((part.day.weekday(), part.shift), {}) if hours else {}
        certified, there = self._certified(part.day), self.crew.there(part)
        able = {group: certified[group] & there for group in sorted(required)}
        key = (tuple(able.items()), frozenset(required.items()))
        if key not in shared:
            shared[key] = Needs(self.setup.windows, required, able)
        return PartPlan(
            part=part,
            hours=_half(hours, part.shift),
            needs=shared[key],
            certified=certified,
            there=there,
        )

    @cached_property
    def needed_groups(self) -> list[Group]:
        """The groups that the centre needs at some time of the week."""
        needed = {group for part in self.parts for group in part.needs.required}
        return [group for group in self.groups if group.id in needed]

    def group(self, identifier: int) -> Group:
        """Return a group by its id."""
        return next(one for one in self.groups if one.id == identifier)

    @property
    def required(self) -> int:
        """How many seats the week has."""
        return sum(part.required for part in self.parts)

    @property
    def staffed(self) -> int:
        """How many of them can be staffed."""
        return sum(part.staffed for part in self.parts)

    @cached_property
    def short_groups(self) -> list[Group]:
        """The groups of which a window stays empty at some time."""
        return [one for one in self.needed_groups if any(one.id in p.empty for p in self.parts)]


def _half(hours: Hours | None, shift: Shift) -> tuple[time, time] | None:
    if hours is None:
        return None
    return (hours[0], hours[1]) if shift is Shift.FIRST else (hours[1], hours[2])
