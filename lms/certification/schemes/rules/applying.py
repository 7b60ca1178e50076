"""Who must hold what: rules applied to posts. What has changed since is all that is written."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.certification.lifecycle.facts import FactKind, Required, RequirementLifted
from lms.certification.schemes.models import CertificationFact, RequirementRule
from lms.certification.schemes.records.histories import BATCH
from lms.certification.schemes.records.recording import Entry, append
from lms.certification.schemes.rules.changed import changed_people
from lms.certification.schemes.rules.spells import Spell, coverage_of, key_of, spells
from lms.core.database import db


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
    """The requirements that a rule has led to, from when, and from when they were lifted."""

    required: dict[tuple[int, str], date]
    lifted: dict[tuple[int, str], date]

    def key_of(self, rule: RequirementRule, spell: Spell) -> tuple[int, str]:
        """Return person and key of a spell's requirement.

        What was lifted stays so. A spell that goes on after that, since somebody came back the day
        after they had left or a post was put right, is required anew under the next key.
        """
        for number in count(1):
            key = spell.person_id, key_of(rule, spell.begins_on, number)
            lifted_on = self.lifted.get(key)
            if lifted_on is None or not _goes_on_after(spell, lifted_on):
                break
        return key


def _goes_on_after(spell: Spell, lifted_on: date) -> bool:
    return spell.ends_on is None or spell.ends_on > lifted_on


def _recorded(rule: RequirementRule, person_ids: Collection[int]) -> _Recorded:
    statement = sa.select(
        CertificationFact.person_id,
        CertificationFact.kind,
        CertificationFact.key,
        CertificationFact.effective_on,
        CertificationFact.details,
    ).where(CertificationFact.rule_id == rule.id, CertificationFact.person_id.in_(person_ids))
    required, lifted = {}, {}
    for person_id, kind, key, effective_on, details in db.session.execute(statement):
        if kind is FactKind.REQUIRED:
            required[person_id, key] = effective_on
        else:
            lifted[person_id, details["requirement"]] = effective_on
    return _Recorded(required, lifted)


def _new(
    rule: RequirementRule, found: Iterable[Spell], known: _Recorded, now: datetime
) -> Iterable[Entry]:
    for spell in found:
        person_id, key = known.key_of(rule, spell)
        if (person_id, key) not in known.required:
            fact = Required(key=key, effective_on=spell.begins_on, recorded_at=now, days=rule.days)
            yield Entry(person_id, rule.scheme_id, fact, rule.id)


def _lifted(
    rule: RequirementRule,
    found: Iterable[Spell],
    known: _Recorded,
    now: datetime,
    today: date,
) -> Iterable[Entry]:
    """What is over by ``today``; and what a correction of a post's dates shows never was."""
    spell_of = {known.key_of(rule, spell): spell for spell in found}
    begun = {key: spell.begins_on for key, spell in spell_of.items()}
    for (person_id, key), begins_on in {**known.required, **begun}.items():
        if (person_id, key) in known.lifted:
            continue
        spell = spell_of.get((person_id, key))
        end = spell.ends_on if spell else begins_on
        if end is None or end > today:
            continue
        fact = RequirementLifted(
            key=f"lifted:{key}", effective_on=end, recorded_at=now, requirement=key
        )
        yield Entry(person_id, rule.scheme_id, fact, rule.id)
