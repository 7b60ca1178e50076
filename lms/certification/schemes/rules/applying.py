"""Who must hold what: rules applied to posts. What has changed since is all that is written."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.certification.lifecycle.calendar import add_days
from lms.certification.lifecycle.facts import FactKind, Required, RequirementLifted
from lms.certification.schemes.models import CertificationFact, RequirementRule
from lms.certification.schemes.records.histories import BATCH
from lms.certification.schemes.records.recording import Entry, append
from lms.certification.schemes.rules.changed import changed_people
from lms.core.database import db
from lms.people.models import Employment, OrganisationUnit
from lms.people.queries import within


@dataclass(frozen=True)
class Coverage:
    """What a rule says: a post (None: each), a part of the network, a stretch of days."""

    scheme_id: int
    unit_path: str
    job_role_id: int | None
    days: int
    in_force_on: date
    ended_on: date | None = None  # the first day on which it no longer holds
    enrols: bool = False


@dataclass(frozen=True)
class Spell:
    """Days without a gap on which a rule covers a person; ``ends_on`` is the first day after."""

    person_id: int
    begins_on: date
    ends_on: date | None


def coverage_of(rule: RequirementRule) -> Coverage:
    """Return what a stored rule says; load its ``unit``."""
    return Coverage(
        scheme_id=rule.scheme_id,
        unit_path=rule.unit.path,
        job_role_id=rule.job_role_id,
        days=rule.days,
        in_force_on=rule.in_force_on,
        ended_on=rule.ended_on,
        enrols=rule.enrols,
    )


def spells(coverage: Coverage, person_ids: Collection[int] | None = None) -> list[Spell]:
    """Return the spells that a rule covers, of all people or of those given.

    Someone who moves within what the rule covers is in one spell: its term doesn't begin again.
    """
    statement = (
        sa.select(Employment.person_id, Employment.started_on, Employment.ended_on)
        .join(OrganisationUnit, OrganisationUnit.id == Employment.unit_id)
        .where(
            within(frozenset({coverage.unit_path})),
            sa.or_(Employment.ended_on.is_(None), Employment.ended_on >= coverage.in_force_on),
        )
        .order_by(Employment.person_id, Employment.started_on)
    )
    if coverage.job_role_id is not None:
        statement = statement.where(Employment.job_role_id == coverage.job_role_id)
    if coverage.ended_on is not None:
        statement = statement.where(Employment.started_on < coverage.ended_on)
    if person_ids is not None:
        statement = statement.where(Employment.person_id.in_(person_ids))
    posts: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for person_id, started_on, ended_on in db.session.execute(statement):
        posts[person_id].append((started_on, ended_on))
    return [
        spell
        for person_id, stretches in posts.items()
        for spell in _joined(person_id, stretches, coverage)
    ]


def _joined(
    person_id: int, posts: Sequence[tuple[date, date | None]], coverage: Coverage
) -> Iterable[Spell]:
    begun: date | None = None
    over: date | None = None
    for started_on, ended_on in posts:
        first = max(started_on, coverage.in_force_on)
        after = add_days(ended_on, 1) if ended_on else None
        if begun is not None and over is not None and first <= over:
            over = after
            continue
        if begun is not None:
            yield _spell(person_id, begun, over, coverage)
        begun, over = first, after
    if begun is not None:
        yield _spell(person_id, begun, over, coverage)


def _spell(person_id: int, begun: date, over: date | None, coverage: Coverage) -> Spell:
    ends = [end for end in (over, coverage.ended_on) if end is not None]
    return Spell(person_id, begun, min(ends, default=None))


def rule_ids() -> list[int]:
    """Return the ids of all rules; one that has ended still lifts what it required."""
    return list(db.session.scalars(sa.select(RequirementRule.id).order_by(RequirementRule.id)))


def rule_with_unit(identifier: int) -> RequirementRule:
    """Return a rule with its unit."""
    statement = sa.select(RequirementRule).where(RequirementRule.id == identifier)
    return db.session.scalars(statement.options(joinedload(RequirementRule.unit))).one()


def apply_rules(*, now: datetime, today: date, person_ids: Collection[int] | None = None) -> int:
    """Append what the rules require and no longer require; return the number of new facts.

    Of all people, or those given. Safe to repeat: it compares with what was recorded and writes
    the difference.
    """
    return sum(
        apply_rule(rule_with_unit(identifier), now=now, today=today, person_ids=person_ids)
        for identifier in rule_ids()
    )


def apply_rule(
    rule: RequirementRule,
    *,
    now: datetime,
    today: date,
    person_ids: Collection[int] | None = None,
) -> int:
    """Append what one rule requires and no longer requires; load its ``unit``."""
    if person_ids is None:
        person_ids = changed_people(rule, today)
    ordered = sorted(person_ids)
    batches = (ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH))
    return sum(_apply_to(rule, ids, now=now, today=today) for ids in batches)


def _apply_to(
    rule: RequirementRule, person_ids: Sequence[int], *, now: datetime, today: date
) -> int:
    found = spells(coverage_of(rule), person_ids)
    known = _recorded(rule, person_ids)
    entries = [*_new(rule, found, known, now), *_lifted(rule, found, known, now, today)]
    return append(entries)


@dataclass(frozen=True)
class _Recorded:
    """The requirements that a rule has led to, and which of them were lifted."""

    required: dict[tuple[int, str], date]
    lifted: frozenset[tuple[int, str]]


def _recorded(rule: RequirementRule, person_ids: Collection[int]) -> _Recorded:
    statement = sa.select(
        CertificationFact.person_id,
        CertificationFact.kind,
        CertificationFact.key,
        CertificationFact.effective_on,
        CertificationFact.details,
    ).where(CertificationFact.rule_id == rule.id, CertificationFact.person_id.in_(person_ids))
    required, lifted = {}, set()
    for person_id, kind, key, effective_on, details in db.session.execute(statement):
        if kind is FactKind.REQUIRED:
            required[person_id, key] = effective_on
        else:
            lifted.add((person_id, details["requirement"]))
    return _Recorded(required, frozenset(lifted))


def _key(rule: RequirementRule, begins_on: date) -> str:
    return f"rule:{rule.public_id}:{begins_on.isoformat()}"


def _new(
    rule: RequirementRule, found: Iterable[Spell], known: _Recorded, now: datetime
) -> Iterable[Entry]:
    for spell in found:
        key = _key(rule, spell.begins_on)
        if (spell.person_id, key) not in known.required:
            fact = Required(key=key, effective_on=spell.begins_on, recorded_at=now, days=rule.days)
            yield Entry(spell.person_id, rule.scheme_id, fact, rule.id)


def _lifted(
    rule: RequirementRule,
    found: Iterable[Spell],
    known: _Recorded,
    now: datetime,
    today: date,
) -> Iterable[Entry]:
    """What is over by ``today``; and what a correction of a post's dates shows never was."""
    ends = {(one.person_id, _key(rule, one.begins_on)): one.ends_on for one in found}
    for (person_id, key), begun in {**known.required, **_begun(rule, found)}.items():
        if (person_id, key) in known.lifted:
            continue
        end = ends.get((person_id, key), begun)
        if end is None or end > today:
            continue
        fact = RequirementLifted(
            key=f"lifted:{key}", effective_on=end, recorded_at=now, requirement=key
        )
        yield Entry(person_id, rule.scheme_id, fact, rule.id)


def _begun(rule: RequirementRule, found: Iterable[Spell]) -> dict[tuple[int, str], date]:
    return {(one.person_id, _key(rule, one.begins_on)): one.begins_on for one in found}
