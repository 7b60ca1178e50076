"""Recognising equivalents: what has changed since the last time is all that is written."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from lms.certification.lifecycle.facts import Awarded, EquivalentEnded, FactKind
from lms.certification.schemes.definitions import current_version
from lms.certification.schemes.equivalents.holders import holders
from lms.certification.schemes.models import CertificationFact, SchemeEquivalent
from lms.certification.schemes.records.recording import Entry, append
from lms.core.database import db
from lms.people.models import Person


@dataclass(frozen=True)
class Recognised:
    """What counts for a person by an equivalent: the key of the award, and its last day."""

    award: str
    until_on: date


def changed_people(equivalent: SchemeEquivalent, today: date) -> list[int]:
    """Return the ids of those who hold the old one today and aren't counted, or are and lost it."""
    change = _Change.of(equivalent, today)
    return sorted({*change.lacking, *change.lost})


def apply_equivalent(
    equivalent: SchemeEquivalent,
    *,
    now: datetime,
    today: date,
    actor: Person | None = None,
    reason: str = "",
    person_ids: Collection[int] | None = None,
) -> int:
    """Count the old one for whoever holds it today, and no longer for whoever lost it.

    Of all people, or those given. Return how many facts are new. Safe to repeat. Who holds it for
    longer than before is recognised anew; what was recognised runs out by itself on its last day.
    ``actor`` and ``reason`` are those of whoever ends the equivalent. Load its scheme with
    ``versions``.
    """
    change = _Change.of(equivalent, today, person_ids)
    new, ended = list(change.new(now)), list(change.ended(now))
    return append(new, reason=equivalent.reason) + append(ended, actor=actor, reason=reason)


def recognised(
    equivalent: SchemeEquivalent, today: date, person_ids: Collection[int] | None = None
) -> dict[int, list[Recognised]]:
    """Return all that counts today by an equivalent, by person: of all, or those given.

    What is longer leaves what was there before it.
    """
    fact = CertificationFact
    statement = sa.select(fact.person_id, fact.kind, fact.key, fact.details).where(
        fact.scheme_id == equivalent.scheme_id,
        sa.or_(
            fact.key.startswith(_mark(equivalent)),
            fact.key.startswith(f"end:{_mark(equivalent)}"),
        ),
    )
    if person_ids is not None:
        statement = statement.where(fact.person_id.in_(person_ids))
    rows = db.session.execute(statement).all()
    over = {
        (row.person_id, row.details["award"])
        for row in rows
        if row.kind is FactKind.EQUIVALENT_ENDED
    }
    found: dict[int, list[Recognised]] = defaultdict(list)
    for row in rows:
        if row.kind is FactKind.AWARDED and (row.person_id, row.key) not in over:
            one = Recognised(row.key, date.fromisoformat(row.details["until_on"]))
            if one.until_on >= today:
                found[row.person_id].append(one)
    return found


@dataclass(frozen=True)
class _Change:
    """What differs on a day between who holds the old one and whom it counts for."""

    equivalent: SchemeEquivalent
    today: date
    lacking: Mapping[int, date]  # who hold it and aren't counted for as long, with the last day
    lost: Mapping[int, Sequence[Recognised]]  # what counts for who don't hold it any more

    @classmethod
    def of(
        cls, equivalent: SchemeEquivalent, today: date, person_ids: Collection[int] | None = None
    ) -> "_Change":
        wanted = holders(equivalent, today, person_ids)
        known = recognised(equivalent, today, person_ids)
        lacking = {
            person_id: until_on
            for person_id, until_on in wanted.items()
            if all(one.until_on < until_on for one in known.get(person_id, ()))
        }
        lost = {
            person_id: counted for person_id, counted in known.items() if person_id not in wanted
        }
        return cls(equivalent, today, lacking, lost)

    def new(self, now: datetime) -> Iterable[Entry]:
        number = current_version(self.equivalent.scheme, self.today).number
        for person_id, until_on in self.lacking.items():
            fact = Awarded(
                key=f"{_mark(self.equivalent)}{self.today.isoformat()}",
                effective_on=self.today,
                recorded_at=now,
                from_on=self.today,
                until_on=until_on,
                version=number,
                is_equivalent=True,
            )
            yield Entry(person_id, self.equivalent.scheme_id, fact)

    def ended(self, now: datetime) -> Iterable[Entry]:
        for person_id, counted in self.lost.items():
            for one in counted:
                fact = EquivalentEnded(
                    key=f"end:{one.award}",
                    effective_on=self.today,
                    recorded_at=now,
                    award=one.award,
                )
                yield Entry(person_id, self.equivalent.scheme_id, fact)


def _mark(equivalent: SchemeEquivalent) -> str:
    return f"equivalent:{equivalent.public_id}:"
