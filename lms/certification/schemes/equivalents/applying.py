"""Recognising equivalents: what has changed since the last time is all that is written.

Who loses the old one and has it again on the same day is counted again on that day. What a person
took away isn't given back (see ``revocations``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from lms.certification.lifecycle.facts import Awarded, EquivalentEnded, FactKind
from lms.certification.schemes.definitions import current_version
from lms.certification.schemes.equivalents.holders import holders
from lms.certification.schemes.equivalents.revocations import barred, revoked_on
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
) -> Mapping[int, list[Recognised]]:
    """Return all that counts today by an equivalent, by person: of all, or those given.

    What is longer leaves what was there before it. What was taken away doesn't count.
    """
    return _Known.of(equivalent, today, person_ids).counting


@dataclass(frozen=True)
class _Known:
    """What was recognised by an equivalent so far, by person."""

    counting: Mapping[int, list[Recognised]]  # of it what counts today
    keys: Mapping[int, set[str]]  # of all awards, also those that are over
    revoked: Mapping[int, date]  # the last day on which it was taken away from somebody

    @classmethod
    def of(
        cls, equivalent: SchemeEquivalent, today: date, person_ids: Collection[int] | None
    ) -> "_Known":
        fact = CertificationFact
        statement = sa.select(
            fact.person_id, fact.kind, fact.key, fact.effective_on, fact.details
        ).where(
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
        revoked = revoked_on(equivalent, today, person_ids)
        counting: dict[int, list[Recognised]] = defaultdict(list)
        keys: dict[int, set[str]] = defaultdict(set)
        for row in rows:
            if row.kind is not FactKind.AWARDED:
                continue
            keys[row.person_id].add(row.key)
            is_lost = row.effective_on <= revoked.get(row.person_id, date.min)
            one = Recognised(row.key, date.fromisoformat(row.details["until_on"]))
            if (row.person_id, row.key) not in over and not is_lost and one.until_on >= today:
                counting[row.person_id].append(one)
        return cls(counting, keys, revoked)


@dataclass(frozen=True)
class _Change:
    """What differs on a day between who holds the old one and whom it counts for."""

    equivalent: SchemeEquivalent
    today: date
    lacking: Mapping[int, date]  # who hold it and aren't counted for as long, with the last day
    lost: Mapping[int, Sequence[Recognised]]  # what counts for who don't hold it any more
    keys: Mapping[int, set[str]]  # of all that was ever recognised

    @classmethod
    def of(
        cls, equivalent: SchemeEquivalent, today: date, person_ids: Collection[int] | None = None
    ) -> "_Change":
        wanted = holders(equivalent, today, person_ids)
        known = _Known.of(equivalent, today, person_ids)
        kept = barred(equivalent, today, known.revoked)
        lacking = {
            person_id: until_on
            for person_id, until_on in wanted.items()
            if person_id not in kept
            and all(one.until_on < until_on for one in known.counting.get(person_id, ()))
        }
        lost = {
            person_id: counted
            for person_id, counted in known.counting.items()
            if person_id not in wanted
        }
        return cls(equivalent, today, lacking, lost, known.keys)

    def new(self, now: datetime) -> Iterable[Entry]:
        number = current_version(self.equivalent.scheme, self.today).number
        for person_id, until_on in self.lacking.items():
            fact = Awarded(
                key=self._key(person_id),
                effective_on=self.today,
                recorded_at=now,
                from_on=self.today,
                until_on=until_on,
                version=number,
                is_equivalent=True,
            )
            yield Entry(person_id, self.equivalent.scheme_id, fact)

    def _key(self, person_id: int) -> str:
        """Return a key of today that the person has none of: an award that ended stays ended."""
        key = f"{_mark(self.equivalent)}{self.today.isoformat()}"
        earlier = sum(one.startswith(key) for one in self.keys.get(person_id, ()))
        return f"{key}:{earlier + 1}" if earlier else key

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
