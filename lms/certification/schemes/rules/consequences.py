"""What a rule would do, before it is saved: whom it touches, who is late, which seats it needs."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from lms.certification.following.foreseeing import enrolments_for
from lms.certification.following.policies import Asked, asked
from lms.certification.lifecycle.facts import Required
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import Obligation, State, state_on
from lms.certification.schemes.records.histories import absences_of, histories, schemes_by_id
from lms.certification.schemes.rules.spells import Coverage, spells
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
    present = [
        spell
        for spell in spells(coverage)
        if spell.begins_on <= day and (spell.ends_on is None or day < spell.ends_on)
    ]
    states, asks = _states(coverage, {one.person_id: one.begins_on for one in present}, day, now)
    units = _units(set(states), day)
    counts = {name: Counter[int]() for name in ("people", "lacking", "late")}
    for person_id, state in states.items():
        unit = units[person_id]
        counts["people"][unit] += 1
        counts["lacking"][unit] += _lacks(state)
        counts["late"][unit] += _is_late(state)
    waiting = [state.due_on for state in states.values() if _lacks(state) and not _is_late(state)]
    return Consequence(
        on=day,
        people=len(states),
        holding=sum(state.may_serve for state in states.values()),
        lacking=counts["lacking"].total(),
        late=counts["late"].total(),
        first_due_on=min((due for due in waiting if due is not None), default=None),
        enrolments=enrolments_for(asks, day) if coverage.enrols else 0,
        centres=_shortfalls(counts),
    )


def _states(
    coverage: Coverage, begun: dict[int, date], day: date, now: datetime
) -> tuple[dict[int, State], dict[tuple[int, int], Asked]]:
    """How each person would stand, with the rule, and what would be asked of them."""
    scheme = schemes_by_id([coverage.scheme_id])[coverage.scheme_id]
    known = histories(begun, {coverage.scheme_id: scheme})
    absences = absences_of(begun)
    states, asks = {}, {}
    for person_id, begins_on in begun.items():
        old = known.get((person_id, coverage.scheme_id))
        facts = old.facts if old else absences[person_id]
        fact = Required(key="proposed", effective_on=begins_on, recorded_at=now, days=coverage.days)
        known_then = History([*facts, fact], scheme)
        states[person_id] = state_on(known_then, day)
        asks[person_id, coverage.scheme_id] = asked(known_then, day, {fact.key})
    return states, asks


def _lacks(state: State) -> bool:
    return not state.may_serve and state.obligation is not Obligation.WAIVED


def _is_late(state: State) -> bool:
    return state.obligation is Obligation.OVERDUE


def _units(person_ids: set[int], day: date) -> dict[int, int]:
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
