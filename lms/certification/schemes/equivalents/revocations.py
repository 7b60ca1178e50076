"""Whom an equivalent doesn't count for: a person took away what it stands for, and that stands."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

import sqlalchemy as sa

from lms.certification.lifecycle.facts import FactKind
from lms.certification.lifecycle.history import History
from lms.certification.models import Certificate
from lms.certification.schemes.models import CertificationFact, SchemeEquivalent
from lms.certification.schemes.records.histories import histories, schemes_by_id
from lms.core.database import db


def revoked_on(
    equivalent: SchemeEquivalent, today: date, person_ids: Collection[int] | None = None
) -> dict[int, date]:
    """Return the last day on which it was taken away from each person it was taken away from.

    Of all people, or those given; one statement.
    """
    fact = CertificationFact
    statement = (
        sa.select(fact.person_id, sa.func.max(fact.effective_on))
        .where(
            fact.scheme_id == equivalent.scheme_id,
            fact.kind == FactKind.REVOKED,
            fact.effective_on <= today,
        )
        .group_by(fact.person_id)
    )
    if person_ids is not None:
        statement = statement.where(fact.person_id.in_(person_ids))
    return {row[0]: row[1] for row in db.session.execute(statement)}


def barred(
    equivalent: SchemeEquivalent, today: date, revoked: Mapping[int, date]
) -> frozenset[int]:
    """Return those of the people with a revocation for whom the equivalent may not count today.

    No statement where nobody has one.
    """
    if not revoked:
        return frozenset()
    ids = {equivalent.scheme_id, equivalent.old_scheme_id} - {None}
    schemes = schemes_by_id([one for one in ids if one is not None])
    known = histories(revoked, schemes)
    issued = _issued(equivalent.course_id, revoked)
    found = set()
    for person_id in revoked:
        own = known[person_id, equivalent.scheme_id]
        old = known.get((person_id, equivalent.old_scheme_id or 0))
        if not may_count(own, old, issued.get(person_id, ()), today):
            found.add(person_id)
    return frozenset(found)


def may_count(known: History, old: History | None, issued: Collection[date], today: date) -> bool:
    """Tell whether what counts in place of something may do so after all revocations of that.

    It may once a person or new evidence has led out: by an award of its own, or because the old one
    was newly awarded, or the certificate issued, after the last of them. ``old`` is the history of
    the certification that counts, ``issued`` the days on which certificates of the course were.
    """
    day = known.taken_away_on(today)
    if day is None:
        return True
    awarded = [one.effective_on for one in old.own_awards(today)] if old else []
    return any(one > day for one in (*awarded, *issued))


def _issued(course_id: int | None, people: Collection[int]) -> Mapping[int, list[date]]:
    """Return when people got certificates of a course; one issued for another is nothing new."""
    found: dict[int, list[date]] = defaultdict(list)
    if course_id is None:
        return found
    statement = sa.select(Certificate.holder_id, Certificate.issued_on).where(
        Certificate.course_id == course_id,
        Certificate.holder_id.in_(people),
        Certificate.replaces_id.is_(None),
    )
    for holder_id, day in db.session.execute(statement):
        found[holder_id].append(day)
    return found
