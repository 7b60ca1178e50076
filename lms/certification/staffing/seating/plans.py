"""One part of a day: who can sit at which window, which seats stay empty, and why.

A seat is one window that must serve one group. Its window and its person don't depend on each other
(every person can sit at every window), so a plan is a flow: window → group → person, with as much
room in a group as it needs windows. The largest flow staffs as many seats as can be at once.
Windows that offer the same groups are one node, with room for as many as they are; so are people
who may serve the same.
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from heapq import nsmallest
from itertools import islice

from lms.certification.staffing.crews import blocks_of
from lms.certification.staffing.seating.flow import SINK, SOURCE, Flow

Numbered = Mapping[int, Collection[int]]


@dataclass(frozen=True)
class Needs:
    """What is there and what is needed in one part of a day."""

    windows: Numbered  # number of the window → the groups that it offers
    required: Mapping[int, int]  # group → how many windows must serve it
    able: Mapping[int, frozenset[int]]  # group → who is there and may serve it

    @cached_property
    def seats(self) -> Sequence["Seat"]:
        """The seats of a largest plan."""
        return Seating(self).seats

    def groups_of(self, person: int) -> frozenset[int]:
        """Return the groups that somebody who is there may serve."""
        return frozenset(group for group, people in self.able.items() if person in people)


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


def _at(groups: frozenset[int]) -> Hashable:
    """Return the node of the windows that offer these groups."""
    return ("windows", groups)


def _join_windows(flow: Flow, windows: Numbered) -> dict[frozenset[int], list[int]]:
    """Let what is at the windows flow to the groups they offer; return the windows by these."""
    alike: dict[frozenset[int], list[int]] = {}
    for number, groups in sorted(windows.items()):
        alike.setdefault(frozenset(groups), []).append(number)
    for offered, numbers in alike.items():
        flow.join(SOURCE, _at(offered), len(numbers))
        for group in sorted(offered):
            flow.join(_at(offered), _in(group), len(numbers))
    return alike


class Seating:
    """The plan of one part of a day; ``allow`` lets one more person serve one more group.

    ``deny`` takes that back.
    """

    def __init__(self, needs: Needs) -> None:
        """Staff as many seats as possible."""
        self.needs = needs
        self._flow = Flow()
        # People who may serve the same, by what that is: thousands, of whom few will sit.
        self._crowds: dict[frozenset[int], set[int]] = {}
        self._single: set[int] = set()  # people whom something else was allowed
        self._allowed: set[tuple[int, int]] = set()
        # Of those, by group, who aren't in the flow yet.
        self._later: dict[int, dict[int, None]] = {}
        self._windows = _join_windows(self._flow, needs.windows)
        for group, windows in sorted(needs.required.items()):
            self._flow.join(_in(group), _out(group), windows)
        for people, groups in sorted(blocks_of(needs.able), key=lambda block: min(block[0])):
            self._crowds[groups] = set(people)
            self._join(groups, ("people", groups), len(people))
        self.staffed = 0
        self._push()

    def _join(self, groups: Collection[int], node: Hashable, size: int) -> None:
        self._flow.join(node, SINK, size)
        for group in sorted(groups):
            self._flow.join(_out(group), node, size)

    def _alone(self, person: int) -> Hashable:
        """Give somebody a node of their own, outside of the crowd; the plan stays as large."""
        node = ("person", person)
        if person in self._single:
            return node
        self._single.add(person)
        groups = self.needs.groups_of(person)
        self._join(groups, node, 1)
        crowd = self._crowds.get(groups, set())
        if person in crowd:
            crowd.remove(person)
            here = ("people", groups)
            if self._flow.between(here, SINK) > len(crowd):  # all of them sat
                seat = next(group for group in groups if self._sits(_out(group), here))
                self._flow.reroute([_out(seat), here, SINK], [_out(seat), node, SINK])
            self._flow.shrink(here, SINK)
        return node

    def allow(self, person: int, group: int) -> int:
        """Let ``person`` serve ``group`` too; return the seats won, none if they could anyway."""
        if (person, group) in self._allowed or person in self.needs.able.get(group, ()):
            return 0
        self._allowed.add((person, group))
        self._later.setdefault(group, {})[person] = None
        return self._push() if self._flow.reaches(_out(group)) else 0

    def deny(self, person: int, group: int) -> int:
        """Take back what ``allow`` let; return the seats lost."""
        before = self.staffed
        if self._take(person, group):
            self._push()
        return before - self.staffed

    def _take(self, person: int, group: int) -> bool:
        """Take back what ``allow`` let; tell whether the plan may have lost a seat by it."""
        if (person, group) not in self._allowed:
            return False
        node = ("person", person)
        self._allowed.remove((person, group))
        if person in self._later.get(group, ()):
            del self._later[group][person]
            return False
        if self._sits(_out(group), node):
            at = next(_at(one) for one in self._windows if self._sits(_at(one), _in(group)))
            path = [SOURCE, at, _in(group), _out(group), node, SINK]
            self._flow.reroute(path, ())
            self.staffed -= 1
        self._flow.shrink(_out(group), node)
        return True

    def keep(self, pairs: Collection[tuple[int, int]]) -> None:
        """Deny what is allowed, save these pairs of person and group."""
        for person, group in self._allowed.difference(pairs):
            self._take(person, group)
        self._push()

    def _push(self) -> int:
        """Staff as many seats as can be; return how many more.

        Who was allowed a group comes into the plan only when the group could take somebody: most
        who could be trained are never asked.
        """
        before = self.staffed
        self.staffed += self._flow.push()
        while groups := [one for one in self._later if self._flow.reaches(_out(one))]:
            for group in groups:
                for person in self._later.pop(group):
                    self._flow.join(_out(group), self._alone(person))
            self.staffed += self._flow.push()
        return self.staffed - before

    def sits(self, person: int, group: int) -> bool:
        """Tell whether ``person`` serves ``group`` in this plan because ``allow`` let them."""
        return (person, group) in self._allowed and self._sits(_out(group), ("person", person))

    @property
    def required(self) -> int:
        """How many seats there are."""
        return sum(self.needs.required.values())

    @property
    def seats(self) -> list[Seat]:
        """All seats by group: the staffed ones by window, then the empty ones."""
        found: list[Seat] = []
        free = {offered: iter(numbers) for offered, numbers in self._windows.items()}
        waiting = {
            groups: iter(nsmallest(self._flow.between(("people", groups), SINK), people))
            for groups, people in self._crowds.items()
        }
        for group in sorted(self.needs.required):
            windows = _taken(self._flow, free, group)
            people = [p for p in self._single if self._sits(_out(group), ("person", p))]
            for groups, crowd in waiting.items():
                people += islice(crowd, self._flow.between(_out(group), ("people", groups)))
            people.sort()
            found += [Seat(group, *pair) for pair in zip(windows, people, strict=True)]
        left = [number for numbers in free.values() for number in numbers]
        return sorted([*found, *self._empty(found, left)], key=_order)

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
    free = {groups: iter(numbers) for groups, numbers in _join_windows(flow, windows).items()}
    for group, count in missing.items():
        flow.join(_in(group), SINK, count)
    flow.push()
    return [(group, number) for group in missing for number in _taken(flow, free, group)]


def _taken(flow: Flow, free: Mapping[frozenset[int], Iterator[int]], group: int) -> Sequence[int]:
    """Take the windows at which ``group`` is served from those that are ``free``, in order."""
    return sorted(
        number
        for offered, numbers in free.items()
        for number in islice(numbers, flow.between(_at(offered), _in(group)))
    )


def _order(seat: Seat) -> tuple[int, bool, int]:
    return seat.group, seat.person is None, seat.window if seat.window is not None else 1 << 30


def why_empty(group: int, certified: Collection[int], needs: Needs, seats: Iterable[Seat]) -> Why:
    """Return why seats of ``group`` stay empty; ``certified`` may serve it, present or not."""
    there = needs.able.get(group, frozenset())
    seated = {seat.person for seat in seats}
    if not certified:
        return Why.NOBODY_CERTIFIED
    if not there:
        return Why.ALL_AWAY
    return Why.ALL_TAKEN if there <= seated else Why.NO_WINDOW
