"""Who could be trained for the groups that are short, and whom the week's gap needs. Pure."""

from dataclasses import dataclass
from datetime import date

from lms.certification.staffing.seating.closing import Closing, Option, close
from lms.certification.staffing.training.loading import Known
from lms.certification.staffing.training.steps import Way, way_to
from lms.certification.staffing.weeks import Group, Week, Worker

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
    candidates = {group.id: _candidates(week, group, known) for group in week.short_groups}
    options = [
        Option(one.worker.id, one.group.id, one.way.ready_on, one.way.minutes)
        for rows in candidates.values()
        for one in rows
        if one.way.ready_on is not None
    ]
    parts = [(part.needs, part.there) for part in week.parts]
    return Proposal(candidates, close(parts, options), known.today)


def _candidates(week: Week, group: Group, known: Known) -> list[Candidate]:
    found = []
    for worker in week.workers:
        missing, seats = _missing(week, group, worker)
        if missing:
            asked = [known.asked(worker.id, scheme) for scheme in sorted(missing)]
            way = way_to(asked, known.studies(worker.id), known.today)
            required = any(one.history.requirements(known.today) for one in asked)
            found.append(Candidate(worker, group, way, seats, required))
    return sorted(found, key=_order)


def _missing(week: Week, group: Group, worker: Worker) -> tuple[set[int], int]:
    """What the person lacks when the group is short and they are there, and at how many seats."""
    missing: set[int] = set()
    seats = 0
    for part in week.parts:
        if group.id not in part.empty or worker.id not in part.there:
            continue
        day = part.part.day
        if worker.may_serve(group, day):
            continue
        seats += 1
        missing |= group.schemes - worker.held(day)
    return missing, seats
