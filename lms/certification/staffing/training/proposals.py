"""Who could be trained for the groups that are short, and whom the week's gap needs. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from lms.certification.lifecycle.history import History
from lms.certification.staffing.crews import Ids, split
from lms.certification.staffing.seating.closing import Closing, Option, close
from lms.certification.staffing.training.loading import Known
from lms.certification.staffing.training.steps import Way, way_to
from lms.certification.staffing.weeks import Group, Week

Order = tuple[bool, date, int, bool]


@dataclass(frozen=True)
class Candidates:
    """People of the centre who aren't certified for a group, are there when it is short, and have
    the same way to it.
    """

    people: Ids
    group: Group
    way: Way
    seats: int  # seats of the week, empty now, at whose time each of them is there
    is_required: bool  # a rule asks it of them anyway

    @property
    def order(self) -> Order:
        """By what they are sorted: the earliest date first."""
        way = self.way
        return way.ready_on is None, way.ready_on or date.max, way.minutes, not self.is_required


@dataclass(frozen=True)
class Proposal:
    """The candidates of each group that is short, and the soonest closing of the week's gap."""

    candidates: Mapping[int, list[Candidates]]  # by group: the earliest date first
    closing: Closing
    today: date

    @cached_property
    def chosen(self) -> frozenset[tuple[int, int]]:
        """Whom the closing needs, and for which group."""
        return frozenset((one.person, one.group) for one in self.closing.chosen)

    def count(self, group: int) -> int:
        """Return how many people could be trained for a group."""
        return sum(len(one.people) for one in self.candidates[group])

    def of(self, person: int, group: int) -> Candidates | None:
        """Return those among whom a person is a candidate for a group."""
        rows = self.candidates.get(group, ())
        return next((one for one in rows if person in one.people), None)

    @property
    def may_enrol(self) -> bool:
        """Whether there is anybody to be enrolled in a course."""
        return any(one.way.courses for rows in self.candidates.values() for one in rows)


def short_schemes(week: Week) -> set[int]:
    """Return the certifications that the groups which are short ask for."""
    return {scheme for group in week.short_groups for scheme in group.schemes}


def propose(week: Week, known: Known) -> Proposal:
    """Return candidates and closing for a week."""
    candidates = {group.id: _candidates(week, group, known) for group in week.short_groups}
    parts = [(part.needs, part.there) for part in week.parts if part.empty]
    everyone = [one for rows in candidates.values() for one in rows]
    return Proposal(candidates, close(parts, _options(everyone)), known.today)


def _options(everyone: Iterable[Candidates]) -> Iterator[Option]:
    """Yield who could be ready when, in the order of the closing: few are ever asked for."""
    ready = [(one.way.ready_on, one.way.minutes, one) for one in everyone if one.way.ready_on]
    ready.sort(key=lambda row: row[:2])
    for (ready_on, minutes), rows in groupby(ready, key=lambda row: row[:2]):
        pairs = ((person, row[2].group.id) for row in rows for person in row[2].people)
        for person, group in sorted(pairs):
            yield Option(person, group, ready_on, minutes)


def _candidates(week: Week, group: Group, known: Known) -> list[Candidates]:
    found = []
    for lacking, missing, seats in _lacking(week, group):
        for people, histories, person in _alike(lacking, sorted(missing), known):
            asked = [known.asked(*pair) for pair in histories]
            way = way_to(asked, known.studies(person), known.today)
            is_required = any(one.history.requirements(known.today) for one in asked)
            found.append(Candidates(people, group, way, seats, bool(is_required)))
    return sorted(found, key=lambda one: one.order)


def _lacking(week: Week, group: Group) -> Iterator[tuple[Ids, Ids, int]]:
    """Yield (people, what they lack when the group is short and they work, at how many seats)."""
    asked = sorted(group.schemes)
    times = Counter(
        tuple(part.there - week.held(scheme, part.part.day) for scheme in asked)
        for part in week.parts
        if group.id in part.empty
    )
    nobody: Ids = frozenset()
    blocks = {(nobody, 0): nobody.union(*(people for without in times for people in without))}
    for without, number in times.items():
        divided: dict[tuple[Ids, int], Ids] = {}
        for (missing, seats), people in blocks.items():
            parts = [(people, nobody)]
            for scheme, those in zip(asked, without, strict=True):
                parts = split(parts, those, scheme)
            for those, marks in parts:
                key = (missing | marks, seats + (number if marks else 0))
                divided[key] = divided.get(key, nobody) | those
        blocks = divided
    yield from ((people, missing, seats) for (missing, seats), people in blocks.items() if people)


def _alike(
    people: Ids, schemes: Collection[int], known: Known
) -> Iterator[tuple[Ids, list[tuple[int, History | None]], int | None]]:
    """Yield (people, what is known of them about each certification, who they are if studying)."""
    blocks: list[tuple[Ids, list[tuple[int, History | None]]]] = [(people, [])]
    for scheme in schemes:
        divided = []
        for rest, before in blocks:
            for one in known.histories.get(scheme, ()):
                if inside := rest & one.people:
                    divided.append((inside, [*before, (scheme, one.history)]))
                    rest -= inside  # noqa: PLW2901 - what is left of them
            if rest:
                divided.append((rest, [*before, (scheme, None)]))
        blocks = divided
    studying = frozenset(known.studying)
    for those, told in blocks:
        for person in those & studying:
            yield frozenset({person}), told, person
        if rest := those - studying:
            yield rest, told, None
