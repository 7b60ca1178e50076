"""One part of a day: who can sit at which window, which seats stay empty, and why.

A seat is one window that must serve one group. Its window and its person don't depend on each other
(every person can sit at every window), so a plan is a flow: window → group → person, with as much
room in a group as it needs windows. The largest flow staffs as many seats as can be at once.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from lms.certification.staffing.seating.flow import SINK, SOURCE, Flow

Numbered = Mapping[int, Collection[int]]


@dataclass(frozen=True)
class Needs:
    """What is there and what is needed in one part of a day."""

    windows: Numbered  # number of the window → the groups that it offers
    required: Mapping[int, int]  # group → how many windows must serve it
    people: Numbered  # who is there → the groups that they may serve


class Why(Enum):
    """Why a seat stays empty: the first that is true, in this order."""

    NOBODY_CERTIFIED = "nobody_certified"
    ALL_AWAY = "all_away"
    ALL_TAKEN = "all_taken"
    NO_WINDOW = "no_window"


@dataclass(frozen=True)
class Seat:
    """A seat of a plan; without a person it stays empty, without a window there is none for it."""

    group: int
    window: int | None
    person: int | None


def _in(group: int) -> Hashable:
    return ("needed", group)


def _out(group: int) -> Hashable:
    return ("served", group)


class Seating:
    """The plan of one part of a day; ``allow`` lets one more person serve one more group."""

    def __init__(self, needs: Needs) -> None:
        """Staff as many seats as possible."""
        self.needs = needs
        self._flow = Flow()
        self._people: set[int] = set()
        for number, groups in sorted(needs.windows.items()):
            self._flow.join(SOURCE, ("window", number))
            for group in sorted(groups):
                self._flow.join(("window", number), _in(group))
        for group, windows in sorted(needs.required.items()):
            self._flow.join(_in(group), _out(group), windows)
        for person, groups in sorted(needs.people.items()):
            for group in sorted(groups):
                self._join(person, group)
        self.staffed = self._flow.push()

    def _join(self, person: int, group: int) -> None:
        if person not in self._people:
            self._people.add(person)
            self._flow.join(("person", person), SINK)
        self._flow.join(_out(group), ("person", person))

    def allow(self, person: int, group: int) -> int:
        """Let ``person`` serve ``group`` too, as they couldn't so far; return the seats won."""
        self._join(person, group)
        won = self._flow.push()
        self.staffed += won
        return won

    def sits(self, person: int, group: int) -> bool:
        """Tell whether ``person`` serves ``group`` in this plan."""
        return self._sits(_out(group), ("person", person))

    @property
    def required(self) -> int:
        """How many seats there are."""
        return sum(self.needs.required.values())

    @property
    def seats(self) -> list[Seat]:
        """All seats by group: the staffed ones by window, then the empty ones."""
        found: list[Seat] = []
        free = set(self.needs.windows)
        for group in sorted(self.needs.required):
            windows = [
                n for n in sorted(self.needs.windows) if self._sits(("window", n), _in(group))
            ]
            people = [p for p in sorted(self._people) if self._sits(_out(group), ("person", p))]
            found += [Seat(group, *pair) for pair in zip(windows, people, strict=True)]
            free -= set(windows)
        return sorted([*found, *self._empty(found, free)], key=_order)

    def _sits(self, tail: Hashable, head: Hashable) -> bool:
        return self._flow.between(tail, head) > 0

    def _empty(self, staffed: Iterable[Seat], free: Collection[int]) -> Iterable[Seat]:
        """The seats without a person, on as many of the free windows as can be."""
        missing = dict(self.needs.required)
        for seat in staffed:
            missing[seat.group] -= 1
        windows = {number: self.needs.windows[number] for number in sorted(free)}
        for group, number in _placed(windows, missing):
            missing[group] -= 1
            yield Seat(group, number, None)
        for group, count in missing.items():
            yield from (Seat(group, None, None) for _ in range(count))


def _placed(windows: Numbered, missing: Mapping[int, int]) -> list[tuple[int, int]]:
    flow = Flow()
    for number, groups in windows.items():
        flow.join(SOURCE, ("window", number))
        for group in sorted(groups):
            flow.join(("window", number), _in(group))
    for group, count in missing.items():
        flow.join(_in(group), SINK, count)
    flow.push()
    return [
        (group, number)
        for number in windows
        for group in missing
        if flow.between(("window", number), _in(group))
    ]


def _order(seat: Seat) -> tuple[int, bool, int]:
    return seat.group, seat.person is None, seat.window if seat.window is not None else 1 << 30


def why_empty(group: int, certified: Collection[int], needs: Needs, seats: Iterable[Seat]) -> Why:
    """Return why seats of ``group`` stay empty; ``certified`` may serve it, present or not."""
    there = {person for person, groups in needs.people.items() if group in groups}
    seated = {seat.person for seat in seats}
    if not certified:
        return Why.NOBODY_CERTIFIED
    if not there:
        return Why.ALL_AWAY
    return Why.ALL_TAKEN if there <= seated else Why.NO_WINDOW
