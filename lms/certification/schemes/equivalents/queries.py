"""Named reads of equivalents, and what one would mean."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from lms.catalog.models import Course
from lms.certification.lifecycle.state import IN_FORCE, Obligation
from lms.certification.schemes.equivalents.applying import changed_people, recognised
from lms.certification.schemes.equivalents.holders import holders
from lms.certification.schemes.equivalents.revocations import barred, revoked_on
from lms.certification.schemes.models import (
    CertificationScheme,
    CertificationStanding,
    SchemeEquivalent,
)
from lms.core.database import db

CHUNK = 500  # people asked for with one statement
Old = CertificationScheme | Course


def counting(today: date, scheme: CertificationScheme | None = None) -> list[SchemeEquivalent]:
    """Return the equivalents that count today, of a scheme or of all, oldest first."""
    return list(db.session.scalars(counting_statement(today, scheme).order_by(SchemeEquivalent.id)))


def counting_statement(
    today: date, scheme: CertificationScheme | None
) -> sa.Select[SchemeEquivalent]:
    """Return the statement of those that count today, of a scheme or of all, without an order."""
    statement = _with_names().where(
        SchemeEquivalent.ended_at.is_(None), SchemeEquivalent.until_on >= today
    )
    return statement if scheme is None else statement.where(SchemeEquivalent.scheme_id == scheme.id)


def equivalent_for(public_id: str) -> SchemeEquivalent | None:
    """Return the equivalent with this public id, with what it is about and its scheme."""
    of_it = joinedload(SchemeEquivalent.scheme).options(selectinload(CertificationScheme.versions))
    statement = _with_names().options(of_it).where(SchemeEquivalent.public_id == public_id)
    return db.session.scalars(statement).one_or_none()


def _with_names() -> sa.Select[SchemeEquivalent]:
    return sa.select(SchemeEquivalent).options(
        joinedload(SchemeEquivalent.old_scheme),
        joinedload(SchemeEquivalent.course),
    )


@dataclass(frozen=True)
class Meaning:
    """For how many people it would count, and how many of them lack what it stands for."""

    people: int
    lacking: int


def proposed(scheme: CertificationScheme, old: Old, until_on: date) -> SchemeEquivalent:
    """Return an equivalent that isn't made yet, to be asked for its ``meaning``."""
    return SchemeEquivalent(
        scheme_id=scheme.id,
        old_scheme_id=old.id if isinstance(old, CertificationScheme) else None,
        course_id=old.id if isinstance(old, Course) else None,
        until_on=until_on,
    )


def meaning(equivalent: SchemeEquivalent, today: date) -> Meaning:
    """Return what an equivalent would mean if it were made today; nothing is written."""
    kept = barred(equivalent, today, revoked_on(equivalent, today))
    found = sorted(holders(equivalent, today).keys() - kept)
    chunks = (found[start : start + CHUNK] for start in range(0, len(found), CHUNK))
    return Meaning(len(found), sum(_lacking(equivalent.scheme_id, ids, today) for ids in chunks))


def _lacking(scheme_id: int, person_ids: Collection[int], today: date) -> int:
    standing = CertificationStanding
    statement = sa.select(sa.func.count()).where(
        standing.scheme_id == scheme_id,
        standing.person_id.in_(person_ids),
        standing.first_on <= today,
        standing.last_on >= today,
        standing.obligation.in_((Obligation.REQUIRED, Obligation.OVERDUE)),
        standing.holding.not_in(IN_FORCE),
    )
    return db.session.scalar(statement) or 0


def people_waiting(equivalent: SchemeEquivalent, today: date) -> int:
    """Return of how many people it is still to be recorded that it counts for them, or doesn't."""
    return len(changed_people(equivalent, today))


def people_counted(equivalent: SchemeEquivalent, today: date) -> int:
    """Return for how many people it counts today."""
    return len(recognised(equivalent, today))
