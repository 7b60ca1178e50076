"""The demonstration's staffing: service groups, and windows, needs and working patterns of centres.

All of it is made up, from the seed; how many windows a centre has follows from how many people the
demonstration gave it.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random

import sqlalchemy as sa

from lms.certification.schemes.models import CertificationScheme
from lms.certification.staffing import services
from lms.certification.staffing.models import ServiceGroup, WorkException, WorkPattern
from lms.certification.staffing.seating.shifts import SHIFTS, WEEKDAYS, Shift, pattern_of
from lms.core.database import db
from lms.people.models import Employment, OrganisationUnit, UnitKind

# short name: names, and the certifications that it asks for
GROUPS = {
    "documents": ("Документы и справки", "Documents and certificates", ("sincere-service",)),
    "life-events": (
        "Жизненные ситуации",
        "Life events",
        ("sincere-service", "lean-practices"),
    ),
    "business": ("Услуги для бизнеса", "Services for business", ("lean-practices",)),
    "issue": ("Выдача готовых документов", "Collecting finished documents", ()),
}
OFFERS = (
    ("documents", "issue"),
    ("documents", "life-events"),
    ("documents", "business", "issue"),
    ("life-events",),
)
# What one in so many people of a centre serves on a weekday; at the weekend half of it.
SHARES = {"documents": 5, "life-events": 9, "business": 12, "issue": 4}
EARLY = pattern_of((weekday, shift) for weekday in range(5) for shift in SHIFTS)
WEEKEND = pattern_of((weekday, shift) for weekday in (0, 1, 4, 5, 6) for shift in SHIFTS)
MIDWEEK = pattern_of((weekday, shift) for weekday in (2, 3, 4, 5, 6) for shift in SHIFTS)
LATE = pattern_of((weekday, Shift.SECOND) for weekday in WEEKDAYS)
PATTERNS = (EARLY, EARLY, WEEKEND, MIDWEEK, LATE)


def make_staffing(*, now: datetime, today: date, random: Random) -> None:
    """Make the groups whose certifications are there, and plan each centre that has people."""
    groups = _groups(now)
    people = _people()
    for unit in _centres():
        if people[unit.id]:
            _plan(unit, len(people[unit.id]), groups, now)
    _work([one for rows in people.values() for one in rows], now, today, random)


def _groups(now: datetime) -> dict[str, ServiceGroup]:
    schemes = {row.key: row.id for row in db.session.scalars(sa.select(CertificationScheme))}
    return {
        key: services.save_group(
            group=None,
            key=key,
            name_ru=ru,
            name_en=en,
            scheme_ids=[schemes[one] for one in asked],
            now=now,
            actor=None,
        )
        for key, (ru, en, asked) in GROUPS.items()
        if set(asked) <= schemes.keys()
    }


def _centres() -> list[OrganisationUnit]:
    statement = sa.select(OrganisationUnit).where(OrganisationUnit.kind == UnitKind.SERVICE_CENTRE)
    return list(db.session.scalars(statement.order_by(OrganisationUnit.code)))


def _people() -> dict[int, list[int]]:
    statement = (
        sa.select(Employment.unit_id, Employment.person_id)
        .where(Employment.ended_on.is_(None))
        .order_by(Employment.person_id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for unit_id, person_id in db.session.execute(statement):
        found[unit_id].append(person_id)
    return found


def _plan(
    unit: OrganisationUnit, people: int, groups: dict[str, ServiceGroup], now: datetime
) -> None:
    windows = {
        number: {groups[key].id for key in OFFERS[(number - 1) % len(OFFERS)] if key in groups}
        for number in range(1, max(3, people) + 1)
    }
    needs = {
        (weekday, shift): {
            group.id: number
            for key, group in groups.items()
            if (number := _needed(people, SHARES[key], weekday, shift))
        }
        for weekday in WEEKDAYS
        for shift in SHIFTS
    }
    services.save_windows(unit=unit, windows=windows, now=now, actor=None)
    services.save_needs(unit=unit, hours=None, needs=needs, now=now, actor=None)


def _needed(people: int, share: int, weekday: int, shift: Shift) -> int:
    full = round(people / share) or int(share == min(SHARES.values()))
    if weekday >= 5:
        return full // 2 if shift is Shift.SECOND else -(-full // 2)
    return full if shift is Shift.FIRST else -(-full * 2 // 3)


def _work(people: list[int], now: datetime, today: date, random: Random) -> None:
    patterns = [{"person_id": one, "pattern": random.choice(PATTERNS)} for one in people]
    db.session.add_all(WorkPattern(**row) for row in patterns)
    for person_id in random.sample(people, len(people) // 10):
        first = today + timedelta(days=random.randint(-7, 14))
        last = first + timedelta(days=random.randint(2, 13))
        db.session.add(
            WorkException(person_id=person_id, first_on=first, last_on=last, shifts=0, said_at=now)
        )
    db.session.flush()
