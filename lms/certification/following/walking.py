"""Whom the passing of days concerns: those alone are looked at."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from lms.certification.following.changes import notice_changes
from lms.certification.following.models import StandingWalk
from lms.certification.following.places import follow_places
from lms.certification.following.telling import tell_enrolled
from lms.certification.lifecycle.facts import FactKind
from lms.certification.lifecycle.state import Obligation
from lms.certification.schemes.models import CertificationFact, CertificationStanding
from lms.core.database import db
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work

CHUNK = 200  # people in one transaction
# Facts whose day changes what is asked, although the stored timeline may go on.
ALONE = (FactKind.LEAVE_BEGAN, FactKind.LEAVE_ENDED, FactKind.REVOKED)


def follow(person_ids: Sequence[int], *, now: datetime, today: date, settings: Settings) -> None:
    """Notice what has changed for these people and do what follows; safe to repeat."""
    notice_changes(person_ids, now=now, today=today)
    made = follow_places(person_ids, now=now, today=today)
    tell_enrolled(made, now=now, settings=settings)


def walk(*, now: datetime, today: date, settings: Settings) -> int:
    """Follow the days since the last walk; return how many people they concerned.

    ``CHUNK`` people are one transaction; whoever is interrupted is resumed by the next run.
    """
    with unit_of_work():
        last = db.session.scalar(sa.select(sa.func.max(StandingWalk.day)))
        if last is not None and last >= today:
            return 0
        concerned = people_between(today if last is None else last + timedelta(days=1), today)
    for start in range(0, len(concerned), CHUNK):
        with unit_of_work():
            follow(concerned[start : start + CHUNK], now=now, today=today, settings=settings)
    with unit_of_work():
        db.session.merge(StandingWalk(day=today, walked_at=now))
    return len(concerned)


def people_between(first: date, last: date) -> list[int]:
    """Return the ids of those for whom something began on these days."""
    row, fact = CertificationStanding, CertificationFact
    begun = sa.select(row.person_id).where(row.first_on.between(first, last))
    facts = sa.select(fact.person_id).where(
        fact.kind.in_(ALONE),
        fact.effective_on.between(first - timedelta(days=1), last),
    )
    return sorted({*db.session.scalars(begun), *db.session.scalars(facts)})


def people_asked(scheme_ids: Sequence[int], today: date) -> list[int]:
    """Return the ids of those who are required these certifications today."""
    row = CertificationStanding
    statement = sa.select(row.person_id).where(
        row.scheme_id.in_(scheme_ids),
        row.first_on <= today,
        row.last_on >= today,
        row.obligation.in_((Obligation.REQUIRED, Obligation.OVERDUE)),
    )
    return sorted(set(db.session.scalars(statement)))
