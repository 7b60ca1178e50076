"""Appending facts. What follows from a fact by itself, an award, is appended with it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from lms.audit.services import record as audit
from lms.certification.lifecycle.anchors import Previous, award_span
from lms.certification.lifecycle.facts import Awarded, Fact
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.state import Holding, state_on
from lms.certification.lifecycle.terms import Scheme
from lms.certification.lifecycle.work import work_on
from lms.certification.schemes.codec import details_of
from lms.certification.schemes.models import CertificationFact
from lms.certification.schemes.records.histories import history
from lms.certification.schemes.records.standings import refresh
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.core.unit_of_work import insert_for
from lms.people.models import Person


@dataclass(frozen=True)
class Entry:
    """A fact about a person, ready to be appended; without a scheme it concerns all."""

    person_id: int
    scheme_id: int | None
    fact: Fact
    rule_id: int | None = None


def append(
    entries: Collection[Entry],
    *,
    actor: Person | None = None,
    reason: str = "",
    refreshing: bool = True,
) -> int:
    """Append facts that aren't known yet, refresh what follows; return how many were new.

    Not ``refreshing``: whoever calls does it once all facts are there.

    A key that the person's facts of the scheme have already changes nothing, so that whoever
    repeats is safe; two transactions that race are told apart by the unique index.
    """
    new = _unknown(entries)
    if not new:
        return 0
    rows = [_row(entry, actor, reason) for entry in new]
    db.session.execute(insert_for(CertificationFact).on_conflict_do_nothing(), rows)
    if not refreshing:
        return len(new)
    people = {entry.person_id for entry in new}
    schemes = {entry.scheme_id for entry in new}
    refresh(people, None if None in schemes else {one for one in schemes if one is not None})
    return len(new)


def append_one(
    *,
    person: Person,
    scheme_id: int | None,
    fact: Fact,
    now: datetime,
    actor: Person | None,
    reason: str = "",
    refreshing: bool = True,
) -> bool:
    """Append one fact and note it in the audit log; False when it was known."""
    entry = Entry(person.id, scheme_id, fact)
    if not append([entry], actor=actor, reason=reason, refreshing=refreshing):
        return False
    audit(
        now=now,
        actor_key=actor.public_id if actor else None,
        action="certification.fact_recorded",
        subject_kind="person",
        subject_key=person.public_id,
        person_key=person.public_id,
        reason=reason,
        fact=fact.kind.value,
        effective_on=fact.effective_on.isoformat(),
    )
    return True


def is_known(person: Person, key: str) -> bool:
    """Tell whether the person has a fact without a scheme of this key."""
    statement = sa.select(CertificationFact.id).where(
        CertificationFact.person_id == person.id,
        CertificationFact.scheme_id.is_(None),
        CertificationFact.key == key,
    )
    return db.session.scalar(statement) is not None


def award_if_complete(
    *, person: Person, scheme_id: int, scheme: Scheme, now: datetime, today: date
) -> bool:
    """Award the scheme's certification when its evidence is complete; tell whether it was.

    Where a person decides, or the holder is suspended, nothing happens by itself. What follows is
    refreshed by whoever calls.
    """
    fact = earned(history(person.id, scheme_id, scheme), today=today, now=now)
    if fact is None:
        return False
    return append_one(
        person=person, scheme_id=scheme_id, fact=fact, now=now, actor=None, refreshing=False
    )


def earned(known: History, *, today: date, now: datetime) -> Awarded | None:
    """Return the award that the evidence leads to by itself today; None: to none.

    It counts from the day on which the last part was shown, so that nobody gains by what is
    recorded late; and it is an award of today: nobody held it on the days before.
    """
    terms = known.scheme.terms_on(today)
    work = work_on(known, today, known.standing_period(today))
    if terms.needs_decision or known.is_suspended(today) or not work.is_open or work.lacking:
        return None
    shown_on = work.shown_on(terms.route_parts(work.route))
    return award_fact(known, today=today, now=now, shown_on=shown_on)


def award_fact(
    known: History, *, today: date, now: datetime, shown_on: date | None = None
) -> Awarded:
    """Return the award of ``today`` that the history's scheme gives, by its anchor.

    ``shown_on``: from when it counts, where that is earlier.
    """
    terms = known.scheme.terms_on(today)
    state = state_on(known, today)
    span = award_span(terms, shown_on or today, previous(known, today))
    number = next(version.number for version in known.scheme.versions if version.terms is terms)
    return Awarded(
        key=f"award:{today.isoformat()}",
        effective_on=today,
        recorded_at=now,
        from_on=span.from_on,
        until_on=span.until_on,
        version=number,
        route=state.route,
        anchor_on=span.anchor_on,
        cycle=span.cycle,
    )


def previous(known: History, today: date) -> Previous | None:
    """Return the period that an award of ``today`` renews, with the anchor it was counted from."""
    period = known.standing_period(today)
    if period is None or period.is_equivalent:
        return None
    if state_on(known, today).holding is Holding.REVOKED:
        return None
    award = next(one for one in known.seen(Awarded, today) if one.key == period.award)
    return Previous(period.until_on, award.anchor_on or award.from_on, award.cycle)


def _row(entry: Entry, actor: Person | None, reason: str) -> dict[str, object]:
    fact = entry.fact
    return {
        "public_id": public_id(),
        "person_id": entry.person_id,
        "scheme_id": entry.scheme_id,
        "kind": fact.kind,
        "key": fact.key,
        "effective_on": fact.effective_on,
        "recorded_at": fact.recorded_at,
        "actor_id": actor.id if actor else None,
        "reason": reason,
        "rule_id": entry.rule_id,
        "details": details_of(fact),
    }


def _unknown(entries: Iterable[Entry]) -> list[Entry]:
    unique = {(entry.person_id, entry.scheme_id, entry.fact.key): entry for entry in entries}
    people = sorted({entry.person_id for entry in unique.values()})
    known: set[tuple[int, int | None, str]] = set()
    for start in range(0, len(people), 500):
        statement = sa.select(
            CertificationFact.person_id, CertificationFact.scheme_id, CertificationFact.key
        ).where(CertificationFact.person_id.in_(people[start : start + 500]))
        known |= {(row[0], row[1], row[2]) for row in db.session.execute(statement)}
    return [entry for key, entry in unique.items() if key not in known]
