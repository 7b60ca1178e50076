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
    wanted, known = holders(equivalent, today), recognised(equivalent, today)
    new = (person for person, until_on in wanted.items() if not _counts(known, person, until_on))
    return sorted({*new, *(known.keys() - wanted.keys())})


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
    wanted = holders(equivalent, today, person_ids)
    known = recognised(equivalent, today, person_ids)
    new = list(_new(equivalent, wanted, known, now, today))
    ended = list(_ended(equivalent, wanted, known, now, today))
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


def _counts(known: Mapping[int, Sequence[Recognised]], person_id: int, until_on: date) -> bool:
    return any(one.until_on >= until_on for one in known.get(person_id, ()))


def _new(
    equivalent: SchemeEquivalent,
    wanted: Mapping[int, date],
    known: Mapping[int, list[Recognised]],
    now: datetime,
    today: date,
) -> Iterable[Entry]:
    number = current_version(equivalent.scheme, today).number
    for person_id, until_on in wanted.items():
        if _counts(known, person_id, until_on):
            continue
        fact = Awarded(
            key=f"{_mark(equivalent)}{today.isoformat()}",
            effective_on=today,
            recorded_at=now,
            from_on=today,
            until_on=until_on,
            version=number,
            is_equivalent=True,
        )
        yield Entry(person_id, equivalent.scheme_id, fact)


def _ended(
    equivalent: SchemeEquivalent,
    wanted: Mapping[int, date],
    known: Mapping[int, list[Recognised]],
    now: datetime,
    today: date,
) -> Iterable[Entry]:
    lost = [(person_id, known[person_id]) for person_id in known if person_id not in wanted]
    for person_id, counted in lost:
        for one in counted:
            fact = EquivalentEnded(
                key=f"end:{one.award}", effective_on=today, recorded_at=now, award=one.award
            )
            yield Entry(person_id, equivalent.scheme_id, fact)


def _mark(equivalent: SchemeEquivalent) -> str:
    return f"equivalent:{equivalent.public_id}:"
