"""Who could be trained for the groups that are short, and whom the week's gap needs. Pure."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date

from lms.certification.staffing.seating.closing import Closing, Option, close
from lms.certification.staffing.training.loading import Known
from lms.certification.staffing.training.steps import Way, way_to
from lms.certification.staffing.weeks import Group, PartPlan, Week, Worker

SHOWN = 10  # candidates of one group


@dataclass(frozen=True)
class Candidate:
    """A person of the centre who isn't certified for a group and is there when it is short."""

    worker: Worker
    group: Group
    way: Way
    seats: int  # seats of the week, empty now, at whose time the person is there
    is_required: bool  # a rule asks it of them anyway

    @property
    def key(self) -> str:
        """How a form names this candidate."""
        return f"{self.worker.public_id}:{self.group.public_id}"


@dataclass(frozen=True)
class Proposal:
    """The candidates of each group that is short, and the soonest closing of the week's gap."""

    candidates: dict[int, list[Candidate]]  # by group: the earliest date first
    closing: Closing
    today: date

    def is_chosen(self, one: Candidate) -> bool:
        """Tell whether the closing needs this candidate."""
        return any(
            option.person == one.worker.id and option.group == one.group.id
            for option in self.closing.chosen
        )

    def shown(self, group: int) -> list[Candidate]:
        """Return the first candidates of a group, and those further on whom the closing needs."""
        rows = self.candidates[group]
        return [*rows[:SHOWN], *(one for one in rows[SHOWN:] if self.is_chosen(one))]

    @property
    def everyone(self) -> list[Candidate]:
        """All candidates, by group."""
        return [one for rows in self.candidates.values() for one in rows]

    @property
    def chosen(self) -> list[Candidate]:
        """Those whom the closing needs, the earliest first."""
        found = [one for one in self.everyone if self.is_chosen(one)]
        return sorted(found, key=_order)


def _order(one: Candidate) -> tuple[bool, date, int, bool, str, int]:
    return (
        one.way.ready_on is None,
        one.way.ready_on or date.max,
        one.way.minutes,
        not one.is_required,
        one.worker.name,
        one.worker.id,
    )


def short_schemes(week: Week) -> set[int]:
    """Return the certifications that the groups which are short ask for."""
    return {scheme for group in week.short_groups for scheme in group.schemes}


def propose(week: Week, known: Known) -> Proposal:
    """Return candidates and closing for a week."""
    ways = _Ways(known)
    candidates = {group.id: _candidates(week, group, ways) for group in week.short_groups}
    options = [
        Option(one.worker.id, one.group.id, one.way.ready_on, one.way.minutes)
        for rows in candidates.values()
        for one in rows
        if one.way.ready_on is not None
    ]
    parts = [(part.needs, part.there) for part in week.parts if part.empty]
    return Proposal(candidates, close(parts, options), known.today)


@dataclass
class _Ways:
    """The ways of people; those of whom the same is known share one, as most of a centre do."""

    known: Known
    _found: dict[Hashable, tuple[Way, bool]] = field(default_factory=dict)

    def to(self, schemes: Collection[int], worker: Worker) -> tuple[Way, bool]:
        """Return the way to these certifications, and whether a rule asks one of them anyway."""
        known, ordered = self.known, sorted(schemes)
        asked = [known.asked(worker.id, scheme) for scheme in ordered]
        facts = tuple(tuple(one.history.facts) for one in asked)
        own = worker.id if known.is_studying(worker.id) else None
        key = (tuple(ordered), facts, own)
        if key not in self._found:
            way = way_to(asked, known.studies(worker.id), known.today)
            is_required = any(one.history.requirements(known.today) for one in asked)
            self._found[key] = way, is_required
        return self._found[key]


def _candidates(week: Week, group: Group, ways: _Ways) -> list[Candidate]:
    short = [part for part in week.parts if group.id in part.empty]
    found = []
    for worker in week.workers:
        missing, seats = _missing(week, group, worker, short)
        if missing:
            way, is_required = ways.to(missing, worker)
            found.append(Candidate(worker, group, way, seats, is_required))
    return sorted(found, key=_order)


def _missing(
    week: Week, group: Group, worker: Worker, short: Sequence[PartPlan]
) -> tuple[set[int], int]:
    """What the person lacks when the group is short and they are there, and at how many seats."""
    held = week.held_throughout(worker)
    if held is not None:
        lacking = group.schemes - held
        seats = sum(worker.id in part.there for part in short) if lacking else 0
        return (set(lacking) if seats else set()), seats
    missing: set[int] = set()
    seats = 0
    for part in short:
        if worker.id in part.there:
            lacking = group.schemes - week.held(worker, part.part.day)
            seats += bool(lacking)
            missing |= lacking
    return missing, seats
