"""Renewals: when a window opens, the person is enrolled in the courses of the route that leads on.

A renewal is a new period with its own enrolments; what was done before stays as it is.
"""

from datetime import date, datetime

import sqlalchemy as sa

from lms.certification.following.finding import part_courses
from lms.certification.following.places import fulfil, wishes_for
from lms.certification.following.policies import RENEWABLE, asked, is_on_leave
from lms.certification.lifecycle.facts import Started
from lms.certification.lifecycle.state import Obligation, state_on
from lms.certification.schemes.models import CertificationFact, CertificationStanding
from lms.certification.schemes.records.histories import history, schemes_by_id
from lms.certification.schemes.records.recording import append_one
from lms.core.database import db
from lms.core.unit_of_work import unit_of_work
from lms.people.models import Person


def open_renewals(*, now: datetime, today: date) -> int:
    """Open each renewal that is due, in a transaction of its own; return how many.

    Only of those who must go on holding it: nobody is enrolled in what they need no longer.
    """
    with unit_of_work():
        found = _due(today)
    for person_id, scheme_id in found:
        with unit_of_work():
            open_renewal(person_id, scheme_id, now=now, today=today)
    return len(found)


def open_renewal(person_id: int, scheme_id: int, *, now: datetime, today: date) -> bool:
    """Enrol the person in the courses that the renewal lacks; False when it was opened before.

    The enrolments are due by the last day of the period, in grace by the last of that. For someone
    on leave it opens when they are back. Safe to repeat.
    """
    scheme = schemes_by_id([scheme_id])[scheme_id]
    known = history(person_id, scheme_id, scheme)
    state = state_on(known, today)
    if state.period is None or state.holding not in RENEWABLE or is_on_leave(known, today):
        return False
    person = db.session.get_one(Person, person_id)
    fact = Started(key=f"renewal:{state.period.award}", effective_on=today, recorded_at=now)
    if not append_one(person=person, scheme_id=scheme_id, fact=fact, now=now, actor=None):
        return False
    courses = part_courses([scheme_id], today)[scheme_id]
    fulfil(list(wishes_for(person_id, scheme_id, asked(known, today, ()), courses)), now=now)
    return True


def _due(today: date) -> list[tuple[int, int]]:
    """Whose window is open by their stored timeline and whose renewal hasn't begun."""
    statement = (
        sa.select(CertificationStanding.person_id, CertificationStanding.scheme_id)
        .where(
            CertificationStanding.first_on <= today,
            CertificationStanding.last_on >= today,
            CertificationStanding.holding.in_(RENEWABLE),
            CertificationStanding.obligation.in_((Obligation.REQUIRED, Obligation.OVERDUE)),
            ~_renewal_begun(),
        )
        .order_by(CertificationStanding.scheme_id, CertificationStanding.person_id)
    )
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def _renewal_begun() -> sa.ColumnElement[bool]:
    """A start that came with the present period; earlier ones belong to earlier periods."""
    later = sa.orm.aliased(CertificationFact)
    awarded_since = sa.exists().where(
        later.person_id == CertificationFact.person_id,
        later.scheme_id == CertificationFact.scheme_id,
        later.kind == "awarded",
        later.id > CertificationFact.id,
    )
    return sa.exists().where(
        CertificationFact.person_id == CertificationStanding.person_id,
        CertificationFact.scheme_id == CertificationStanding.scheme_id,
        CertificationFact.kind == "started",
        CertificationFact.key.startswith("renewal:"),
        ~awarded_since,
    )
