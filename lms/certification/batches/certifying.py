"""Recording a certification for many: evidence from outside, an award, or what was achieved before.

Plan and deed of each.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from flask import current_app

from lms.certification.batches.issuing import Plan, Row, Verdict, known_people, people_where
from lms.certification.batches.models import BatchItem, CertificateBatch, Outcome
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import Holding, state_on
from lms.certification.lifecycle.terms import Scheme
from lms.certification.schemes import queries
from lms.certification.schemes.definitions import current_version, parts_of, scheme_of
from lms.certification.schemes.models import CertificationScheme
from lms.certification.schemes.records.decisions import Desk
from lms.certification.schemes.records.earlier import (
    Earlier,
    Result,
    Standing,
    foresee,
    learners_of,
    results_of,
)
from lms.certification.schemes.records.evidence import accept
from lms.certification.schemes.records.histories import BATCH, histories, history, schemes_by_id
from lms.core.clock import local_date
from lms.core.settings import Settings
from lms.people.identity import Viewer
from lms.people.models import OrganisationUnit, Person
from lms.people.permissions import Permission
from lms.people.queries import visible_to, working_in


@dataclass(frozen=True)
class Shown:
    """What is to be recorded: evidence for a part of a day, or (no part) an award of today."""

    part: str
    on: date
    today: date
    now: datetime


def plan_certifying(viewer: Viewer, scheme_id: int, shown: Shown, numbers: Sequence[str]) -> Plan:
    """Return the verdict on each personnel number."""
    known = known_people(viewer, numbers)
    scheme = schemes_by_id([scheme_id])[scheme_id]
    held = _histories({person.id for person in known.values()}, scheme_id, scheme)
    seen: set[int] = set()
    rows = []
    for number in numbers:
        found = known.get(number.upper())
        if found is None:
            rows.append(Row(number, Verdict.UNKNOWN))
            continue
        own = held.get(found.id) or History([], scheme)
        verdict = Verdict.DUPLICATE if found.id in seen else verdict_on(found, own, shown)
        seen.add(found.id)
        rows.append(Row(number, verdict, found))
    return Plan.of(rows)


def _histories(ids: Collection[int], scheme_id: int, scheme: Scheme) -> dict[int, History]:
    found = histories(ids, {scheme_id: scheme})
    return {person_id: one for (person_id, _scheme_id), one in found.items()}


def verdict_on(person: Person, known: History, shown: Shown) -> Verdict:
    """Return whether something is to be recorded of someone, and if not, why."""
    if person.employment is None:
        return Verdict.LEFT
    state = state_on(known, shown.today)
    if state.holding is Holding.SUSPENDED:
        return Verdict.SUSPENDED
    if state.holding is Holding.VALID:
        return Verdict.HOLDS
    if shown.part not in known.scheme.terms_on(shown.today).route_parts(state.route):
        return Verdict.ISSUE
    evidence = Result(shown.part, "batch", shown.on)
    return VERDICTS[foresee(known, [evidence], today=shown.today, now=shown.now).standing]


def certify(batch: CertificateBatch, item: BatchItem, now: datetime) -> Outcome:
    """Record what was agreed on of a locked person, unless that has become needless meanwhile."""
    person = item.person
    assert person is not None
    assert batch.scheme_id is not None
    today = local_date(now, _settings().time_zone)
    scheme = schemes_by_id([batch.scheme_id])[batch.scheme_id]
    known = history(person.id, batch.scheme_id, scheme)
    shown = Shown(batch.part, batch.shown_on or today, today, now)
    if verdict_on(person, known, shown) is not Verdict.ISSUE:
        return Outcome.LEFT_OUT
    if batch.part:
        accept(
            person=person,
            scheme_id=batch.scheme_id,
            part=batch.part,
            source=f"batch:{batch.public_id}",
            on=shown.on,
            now=now,
            today=today,
            actor=batch.asked_by,
            reason=batch.reason,
        )
        return Outcome.RECORDED
    desk = Desk(
        person=person,
        scheme_id=batch.scheme_id,
        actor=batch.asked_by,
        now=now,
        today=today,
    )
    desk.award(reason=batch.reason)
    return Outcome.RECORDED


@dataclass(frozen=True)
class EarlierRow(Row):
    """One line of the plan, with what would be recorded of the person."""

    earlier: Earlier = field(kw_only=True)


@dataclass(frozen=True)
class EarlierPlan(Plan):
    """Everybody with a result that was never accepted for a certification that asks for it.

    Those for whom it counts come first.
    """

    rows: tuple[EarlierRow, ...]

    @property
    def awards(self) -> int:
        """How many get the certification."""
        return sum(
            row.earlier.award is not None for row in self.rows if row.verdict is Verdict.ISSUE
        )

    @property
    def digest(self) -> str:
        """What a plan that was shown is known by: who, by which results, and until when."""
        signs = sorted(
            (row.number, [one.key for one in row.earlier.results], _last_day(row.earlier))
            for row in self.rows
            if row.verdict is Verdict.ISSUE
        )
        return hashlib.sha256(repr(signs).encode()).hexdigest()


def _last_day(earlier: Earlier) -> str:
    award = earlier.award
    return "" if award is None else (award.until_on or date.max).isoformat()


VERDICTS = {
    Standing.COUNTS: Verdict.ISSUE,
    Standing.HOLDS: Verdict.HOLDS,
    Standing.SUSPENDED: Verdict.SUSPENDED,
    Standing.SHOWN: Verdict.SHOWN,
    Standing.USED: Verdict.USED,
    Standing.TOO_OLD: Verdict.TOO_OLD,
    Standing.OVER: Verdict.OVER,
}


def plan_earlier(
    viewer: Viewer,
    scheme: CertificationScheme,
    *,
    now: datetime,
    today: date,
    unit: OrganisationUnit | None = None,
) -> EarlierPlan:
    """Return the verdict on each person in the viewer's scope, or a part of it, who has a result
    that wasn't accepted before.

    Load the scheme's ``versions``. The number of statements doesn't depend on that of the people;
    of those whose results were all noticed by themselves, nothing else is read.
    """
    parts, terms = parts_of(current_version(scheme, today)), scheme_of(scheme.versions)
    whose = sa.and_(
        Person.id.in_(learners_of(parts)),
        Person.merged_into_id.is_(None),
        sa.true() if unit is None else Person.id.in_(working_in(frozenset({unit.path}))),
    )
    learners = sa.select(Person.id).where(whose, visible_to(viewer, Permission.MANAGE_CERTIFICATES))
    zone = _settings().time_zone
    results = results_of(parts, learners, zone, accepted_for=scheme.id)
    few = sorted(results) if len(results) <= BATCH else learners
    people, held = people_where(viewer, Person.id.in_(few)), histories(few, {scheme.id: terms})
    rows = [
        _earlier_row(
            person,
            foresee(
                held.get((person.id, scheme.id)) or History([], terms),
                results[person.id],
                today=today,
                now=now,
            ),
        )
        for person in people
        if person.id in results
    ]
    return EarlierPlan(tuple(sorted(rows, key=lambda row: row.verdict is not Verdict.ISSUE)))


def _earlier_row(person: Person, earlier: Earlier) -> EarlierRow:
    verdict = Verdict.LEFT if person.employment is None else VERDICTS[earlier.standing]
    return EarlierRow(person.personnel_number, verdict, person, earlier=earlier)


def count_earlier(batch: CertificateBatch, item: BatchItem, now: datetime) -> Outcome:
    """Let a locked person's earlier results count, unless that has become needless meanwhile."""
    person = item.person
    assert person is not None
    assert batch.scheme is not None
    scheme = queries.scheme_for(batch.scheme.public_id)
    assert scheme is not None
    settings = _settings()
    today = local_date(now, settings.time_zone)
    parts, terms = parts_of(current_version(scheme, today)), scheme_of(scheme.versions)
    results = results_of(parts, [person.id], settings.time_zone).get(person.id, ())
    earlier = foresee(history(person.id, scheme.id, terms), results, today=today, now=now)
    if _earlier_row(person, earlier).verdict is not Verdict.ISSUE:
        return Outcome.LEFT_OUT
    for one in earlier.results:
        accept(
            person=person,
            scheme_id=scheme.id,
            part=one.part,
            source=one.source,
            on=one.on,
            now=now,
            today=today,
            actor=batch.asked_by,
            reason=batch.reason,
            scheme=terms,
        )
    return Outcome.RECORDED if earlier.award is None else Outcome.AWARDED


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
