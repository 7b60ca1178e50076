"""What a rule would do, before it is saved: whom it touches, who is late, which seats it needs.

For a whole network, too, while one waits: who may serve is known by the stored timelines, and a
further requirement changes nothing about it; of the others those stand alike of whom the same is on
record.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from lms.certification.following.foreseeing import enrolments_for
from lms.certification.following.policies import Asked, asked_in
from lms.certification.lifecycle.facts import Required
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import Obligation, State, state_on
from lms.certification.schemes.records.alike import Alike, shared_histories
from lms.certification.schemes.records.histories import schemes_by_id
from lms.certification.schemes.records.standings import serving
from lms.certification.schemes.rules.spells import Coverage, covered_posts, spells
from lms.core.database import db
from lms.people.models import Employment, OrganisationUnit


@dataclass(frozen=True)
class Shortfall:
    """People of one centre who would lack the certification, and how many of them late at once."""

    unit: OrganisationUnit
    people: int
    lacking: int
    late: int


@dataclass(frozen=True)
class Consequence:
    """What a rule would mean on its first day, or today when that is past."""

    on: date
    people: int  # whom it touches
    holding: int  # who hold it already
    lacking: int  # who need a seat of training
    late: int  # of them, whose term is over on day one
    first_due_on: date | None  # of those who aren't late
    enrolments: int  # which it makes by itself
    centres: tuple[Shortfall, ...]  # where somebody lacks it, the worst first


def consequence(coverage: Coverage, *, now: datetime, today: date) -> Consequence:
    """Return what saving a rule would mean. Reads; writes nothing."""
    day = max(coverage.in_force_on, today)
    begun = {
        spell.person_id: spell.begins_on
        for spell in spells(coverage)
        if spell.begins_on <= day and (spell.ends_on is None or day < spell.ends_on)
    }
    holding = begun.keys() & set(db.session.scalars(serving(coverage.scheme_id, day)))
    others = list(_others(coverage, {one: begun[one] for one in begun.keys() - holding}, day, now))
    units = _units(begun, day)
    counts = {name: Counter[int]() for name in ("people", "lacking", "late")}
    counts["people"].update(units.values())
    for people, state, _ask in others:
        own = Counter(units[one] for one in people)
        counts["lacking"].update(own if _lacks(state) else ())
        counts["late"].update(own if _is_late(state) else ())
    waiting = [state.due_on for _, state, _ in others if _lacks(state) and not _is_late(state)]
    asks = ((people, ask) for people, _state, ask in others if coverage.enrols)
    return Consequence(
        on=day,
        people=len(begun),
        holding=len(holding),
        lacking=counts["lacking"].total(),
        late=counts["late"].total(),
        first_due_on=min((due for due in waiting if due is not None), default=None),
        enrolments=enrolments_for(coverage.scheme_id, asks, day),
        centres=_shortfalls(counts),
    )


def _others(
    coverage: Coverage, begun: Mapping[int, date], day: date, now: datetime
) -> Iterator[tuple[Collection[int], State, Asked]]:
    """Yield how people would stand who may not serve, with the rule, and what would be asked."""
    scheme = schemes_by_id([coverage.scheme_id])[coverage.scheme_id]
    able = serving(coverage.scheme_id, day)
    covered = covered_posts(coverage).where(Employment.person_id.not_in(able))
    shared = shared_histories(covered, {coverage.scheme_id: scheme}, leaves=True)
    known = shared[coverage.scheme_id]
    unknown = begun.keys() - {person_id for one in known for person_id in one.people}
    for one in (*known, Alike(frozenset(unknown), History([], scheme))):
        by_day: dict[date, list[int]] = defaultdict(list)
        for person_id in one.people & begun.keys():
            by_day[begun[person_id]].append(person_id)
        for begins_on, people in by_day.items():
            fact = Required(
                key="proposed", effective_on=begins_on, recorded_at=now, days=coverage.days
            )
            then = History([*one.history.facts, fact], scheme)
            state = state_on(then, day)
            yield people, state, asked_in(state, then, day, {fact.key})


def _lacks(state: State) -> bool:
    return not state.may_serve and state.obligation is not Obligation.WAIVED


def _is_late(state: State) -> bool:
    return state.obligation is Obligation.OVERDUE


def _units(person_ids: Collection[int], day: date) -> dict[int, int]:
    statement = sa.select(Employment.person_id, Employment.unit_id).where(
        Employment.started_on <= day,
        sa.or_(Employment.ended_on.is_(None), Employment.ended_on >= day),
    )
    return {
        person_id: unit_id
        for person_id, unit_id in db.session.execute(statement)
        if person_id in person_ids
    }


def _shortfalls(counts: dict[str, Counter[int]]) -> tuple[Shortfall, ...]:
    short = [unit for unit, lacking in counts["lacking"].items() if lacking]
    statement = sa.select(OrganisationUnit).where(OrganisationUnit.id.in_(short))
    found = [
        Shortfall(
            unit,
            counts["people"][unit.id],
            counts["lacking"][unit.id],
            counts["late"][unit.id],
        )
        for unit in db.session.scalars(statement)
    ]
    return tuple(sorted(found, key=lambda one: (-one.late, -one.lacking, one.unit.path)))
