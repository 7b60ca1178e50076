"""One week of one centre: each part of each day with its needs, its people and its plan. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property

from lms.certification.lifecycle.calendar import Stretch
from lms.certification.staffing.seating.plans import Needs, Seat, Why, why_empty
from lms.certification.staffing.seating.shifts import SHIFTS, OtherDays, Part, Shift, week_of, works

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
class Spell:
    """Days on which a person may serve by one certification."""

    scheme: int
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Worker:
    """Someone of the centre: when employed there, when at work, and what they may serve."""

    id: int
    public_id: str
    name: str
    post_ru: str
    post_en: str
    first_on: date
    last_on: date | None
    pattern: int
    other_days: tuple[OtherDays, ...] = ()  # the last one said comes last
    leaves: tuple[Stretch, ...] = ()
    serves: tuple[Spell, ...] = ()

    def is_employed(self, day: date) -> bool:
        """Tell whether the person has a post at the centre on ``day``."""
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)

    def is_on_leave(self, day: date) -> bool:
        """Tell whether the person is away: on leave, or by days that were said otherwise."""
        if any(leave.covers(day) for leave in self.leaves):
            return True
        said = [one for one in self.other_days if one.covers(day)]
        return bool(said) and not said[-1].shifts

    def is_there(self, part: Part) -> bool:
        """Tell whether the person works this part of the day."""
        if not self.is_employed(part.day) or self.is_on_leave(part.day):
            return False
        said = [one for one in self.other_days if one.covers(part.day)]
        if said:
            return said[-1].works(part.shift)
        return works(self.pattern, part.day.weekday(), part.shift)

    def held(self, day: date) -> frozenset[int]:
        """Return the certifications by which the person may serve on ``day``, its last one too."""
        return frozenset(one.scheme for one in self.serves if one.first_on <= day <= one.last_on)

    def held_on(self, days: Sequence[date]) -> frozenset[int] | Sequence[frozenset[int]]:
        """Return ``held`` of these days, which follow one another: one for all where it stays."""
        first, last = days[0], days[-1]
        if all(one.first_on <= first and one.last_on >= last for one in self.serves):
            return frozenset(one.scheme for one in self.serves)
        return [self.held(day) for day in days]


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
    """One part of a day: its numbers, its plan, and the people behind each number."""

    part: Part
    hours: tuple[time, time] | None  # None: closed
    needs: Needs
    certified: Mapping[int, Sequence[Worker]]  # may serve the group that day, there or not
    there: Collection[int]

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

    def available(self, group: int) -> list[Worker]:
        """Return who may serve the group and is there."""
        return [one for one in self.certified[group] if one.id in self.there]

    def away(self, group: int) -> list[Worker]:
        """Return who may serve the group and isn't there."""
        return [one for one in self.certified[group] if one.id not in self.there]

    def why(self, group: int) -> Why:
        """Return why seats of the group stay empty."""
        return why_empty(group, [one.id for one in self.certified[group]], self.needs, self.seats)

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
    workers: Sequence[Worker]

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

    def _serving(self, day: date) -> Mapping[int, frozenset[int]]:
        """The groups that those employed may serve on a day; days that are alike share it."""
        known = self._serving_by_day
        if day not in known:
            if known and self._is_steady:
                return next(iter(known.values()))
            serving = self._serving_on(day)
            known[day] = next((one for one in known.values() if one == serving), serving)
        return known[day]

    @cached_property
    def _serving_by_day(self) -> dict[date, Mapping[int, frozenset[int]]]:
        return {}

    @cached_property
    def _is_steady(self) -> bool:
        """Whether everybody is employed, and may serve the same, on each day of the week."""
        days = week_of(self.monday)
        first, last = days[0], days[-1]
        return all(
            isinstance(self._held[one.id], frozenset)
            and one.is_employed(first)
            and one.is_employed(last)
            for one in self.workers
        )

    def _serving_on(self, day: date) -> Mapping[int, frozenset[int]]:
        by_held: dict[frozenset[int], frozenset[int]] = {}
        serving: dict[int, frozenset[int]] = {}
        for one in self.workers:
            held = self.held(one, day)
            groups = by_held.get(held)
            if groups is None:
                own = (group.id for group in self.groups if group.schemes <= held)
                groups = by_held[held] = frozenset(own)
            if groups and one.is_employed(day):
                serving[one.id] = groups
        return serving

    def _certified(self, serving: Mapping[int, frozenset[int]]) -> Mapping[int, list[Worker]]:
        """Who of those employed may serve each group; days that are alike share it."""
        found = self._certified_by_serving.get(id(serving))
        if found is None:
            found = {group.id: [] for group in self.groups}
            for one, groups in serving.items():
                for group in groups:
                    found[group].append(self.worker(one))
            self._certified_by_serving[id(serving)] = found
        return found

    @cached_property
    def _certified_by_serving(self) -> dict[int, dict[int, list[Worker]]]:
        return {}

    def held(self, worker: Worker, day: date) -> frozenset[int]:
        """Return what ``worker`` may serve by on a day of the week: whoever holds it all serves."""
        held = self._held[worker.id]
        return held if isinstance(held, frozenset) else held[(day - self.monday).days]

    def held_throughout(self, worker: Worker) -> frozenset[int] | None:
        """Return what ``worker`` may serve by the whole week; None: that changes within it."""
        held = self._held[worker.id]
        return held if isinstance(held, frozenset) else None

    @cached_property
    def _held(self) -> Mapping[int, frozenset[int] | Sequence[frozenset[int]]]:
        """By person: what is held all week, or day by day."""
        days = week_of(self.monday)
        return {one.id: one.held_on(days) for one in self.workers}

    def _plan(self, part: Part, shared: dict[object, Needs]) -> PartPlan:
        hours = self.setup.hours.get(part.day.weekday(), STANDARD_HOURS)
        required = self.setup.needs.get((part.day.weekday(), part.shift), {}) if hours else {}
        there = self._there(part)
        serving = self._serving(part.day)
        key = (id(serving), frozenset(there), frozenset(required.items()))
        if key not in shared:
            shared[key] = self._needs(serving, there, required)
        return PartPlan(
            part=part,
            hours=_half(hours, part.shift),
            needs=shared[key],
            certified=self._certified(serving),
            there=there,
        )

    def _needs(
        self,
        serving: Mapping[int, frozenset[int]],
        there: Collection[int],
        required: Mapping[int, int],
    ) -> Needs:
        wanted = {groups: groups & required.keys() for groups in set(serving.values())}
        people = {one: wanted[serving[one]] for one in serving.keys() & there}
        return Needs(self.setup.windows, required, {one: own for one, own in people.items() if own})

    def _there(self, part: Part) -> set[int]:
        """Return who is there, as ``Worker.is_there`` tells it: most of a large centre alike."""
        alike, others = self._alike
        there = {one.id for one in others if one.is_there(part)}
        for pattern, ids in alike.items():
            if works(pattern, part.day.weekday(), part.shift):
                there |= ids
        return there

    @cached_property
    def _alike(self) -> tuple[Mapping[int, set[int]], Sequence[Worker]]:
        """Those whose pattern alone tells the week, by pattern; and the others."""
        alike: dict[int, set[int]] = {}
        others = []
        days = week_of(self.monday)
        for one in self.workers:
            employed = one.is_employed(days[0]) and one.is_employed(days[-1])
            is_away = bool(one.leaves) and any(map(one.is_on_leave, days))
            if employed and not one.other_days and not is_away:
                alike.setdefault(one.pattern, set()).add(one.id)
            else:
                others.append(one)
        return alike, others

    @cached_property
    def needed_groups(self) -> list[Group]:
        """The groups that the centre needs at some time of the week."""
        needed = {group for part in self.parts for group in part.needs.required}
        return [group for group in self.groups if group.id in needed]

    def group(self, identifier: int) -> Group:
        """Return a group by its id."""
        return next(one for one in self.groups if one.id == identifier)

    def worker(self, identifier: int) -> Worker:
        """Return a person of the centre by the id."""
        return self._by_id[identifier]

    @cached_property
    def _by_id(self) -> Mapping[int, Worker]:
        return {one.id: one for one in self.workers}

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
