"""The candidates that a page names, and those that a form ticked."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import sqlalchemy as sa

from lms.certification.staffing.attendance import (
    Colleague,
    in_order,
    load_colleagues,
    workers_of,
)
from lms.certification.staffing.training.loading import load_known
from lms.certification.staffing.training.proposals import (
    Candidates,
    Proposal,
    propose,
    short_schemes,
)
from lms.certification.staffing.training.steps import Way
from lms.certification.staffing.weeks import Group, Week
from lms.people.models import OrganisationUnit, Person

SHOWN = 10  # candidates of one group


@dataclass(frozen=True)
class Candidate:
    """One of ``Candidates``."""

    worker: Colleague
    group: Group
    way: Way
    seats: int
    is_chosen: bool

    @property
    def key(self) -> str:
        """How a form names this candidate."""
        return f"{self.worker.public_id}:{self.group.public_id}"


def load_proposal(unit: OrganisationUnit, week: Week, *, today: date, zone: str) -> Proposal:
    """Return training for the groups that are short; nothing more is read when none is."""
    workers = workers_of(unit, week.monday)
    return propose(week, load_known(workers, short_schemes(week), today=today, zone=zone))


def load_shown(
    unit: OrganisationUnit, monday: date, proposal: Proposal
) -> Mapping[int, list[Candidate]]:
    """Return the first candidates of each group, and those further on whom the closing needs.

    The earliest date first, then in the order of their names: all but the order is read of none
    but those.
    """
    asked = {person for person, _group in proposal.chosen}
    for rows in proposal.candidates.values():
        asked |= _first(rows)
    order = in_order(asked)
    shown = {
        group: list(_shown(group, rows, proposal, order))
        for group, rows in proposal.candidates.items()
    }
    people = {person for those in shown.values() for person, _one in those}
    known = load_colleagues(unit, monday, people)
    return {
        group: [
            _candidate(known[person], one, is_chosen=(person, group) in proposal.chosen)
            for person, one in those
            if person in known
        ]
        for group, those in shown.items()
    }


def _first(rows: Iterable[Candidates]) -> set[int]:
    """Return those among whom the first are, by whatever names."""
    found: set[int] = set()
    for _order, alike in groupby(rows, key=lambda one: one.order):
        found.update(*(one.people for one in alike))
        if len(found) >= SHOWN:
            break
    return found


def _shown(
    group: int, rows: Iterable[Candidates], proposal: Proposal, order: Sequence[int]
) -> Iterator[tuple[int, Candidates]]:
    asked, number = frozenset(order), 0
    for _order, alike in groupby(rows, key=lambda one: one.order):
        among = {person: one for one in alike for person in one.people & asked}
        for person in (person for person in order if person in among):
            number += 1
            if number <= SHOWN or (person, group) in proposal.chosen:
                yield person, among[person]


def load_ticked(
    unit: OrganisationUnit, week: Week, proposal: Proposal, keys: Collection[str]
) -> list[Candidate]:
    """Return those whom a form named of the people who can be enrolled in a course."""
    pairs = [key.partition(":")[::2] for key in keys]
    named = sa.select(Person.id).where(Person.public_id.in_({person for person, _group in pairs}))
    by_key = {one.public_id: one for one in load_colleagues(unit, week.monday, named).values()}
    groups = {one.public_id: one.id for one in week.short_groups}
    found = []
    for person, group in pairs:
        worker, group_id = by_key.get(person), groups.get(group)
        if worker is None or group_id is None:
            continue
        alike = proposal.of(worker.id, group_id)
        if alike is not None and alike.way.courses:
            found.append(_candidate(worker, alike, is_chosen=False))
    return found


def _candidate(worker: Colleague, alike: Candidates, *, is_chosen: bool) -> Candidate:
    return Candidate(worker, alike.group, alike.way, alike.seats, is_chosen)
