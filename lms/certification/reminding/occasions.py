"""What days call for: found in the stored timelines, decided by the life cycle."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from lms.certification.board.conditions import people_on
from lms.certification.lifecycle.history import History
from lms.certification.lifecycle.reminders import Occasion, Reminder, reminders_on, subject_on
from lms.certification.reminding.plans import Audience, Plan
from lms.certification.schemes.models import CertificationStanding
from lms.certification.schemes.records.histories import histories, schemes_by_id
from lms.core.database import db


@dataclass(frozen=True)
class Call:
    """An occasion of one person that one audience is to be told of, and how it stands today."""

    audience: Audience
    person_id: int
    scheme_id: int
    reminder: Reminder  # what the day called for: told once
    occasion: Occasion  # what holds today
    about_on: date


def calls(days: Sequence[date], today: date, plans: Mapping[int, Plan]) -> list[Call]:
    """Return what ``days`` call for, as far as it still holds ``today``."""
    found = _candidates(days, plans)
    schemes = schemes_by_id({scheme_id for _person_id, scheme_id in found})
    known = histories({person_id for person_id, _scheme_id in found}, schemes)
    return [
        call
        for key in sorted(found)
        if key in known
        for call in _calls(key, known[key], days, today, plans[key[1]])
    ]


def calls_of(
    days: Mapping[int, Sequence[date]], today: date, plans: Mapping[int, Plan]
) -> list[Call]:
    """Return what days called for of single people, each with days of their own."""
    row = CertificationStanding
    statement = sa.select(row.person_id, row.scheme_id).where(
        row.person_id.in_(days), row.scheme_id.in_(plans)
    )
    found = {(person, scheme) for person, scheme in db.session.execute(statement.distinct())}
    known = histories(set(days), schemes_by_id({scheme for _person, scheme in found}))
    return [
        call
        for key in sorted(found)
        if key in known
        for call in _calls(key, known[key], days[key[0]], today, plans[key[1]])
    ]


def _candidates(days: Iterable[date], plans: Mapping[int, Plan]) -> set[tuple[int, int]]:
    """Return (person, scheme) where a date lies at one of the plan's distances: a superset."""
    row = CertificationStanding
    found: set[tuple[int, int]] = set()
    for day in days:
        for scheme_id, plan in plans.items():
            dates = _dates(day, plan)
            statement = sa.select(row.person_id, row.scheme_id).where(
                row.scheme_id == scheme_id,
                people_on(day),
                sa.or_(row.valid_until_on.in_(dates), row.due_on.in_(dates)),
            )
            found |= {(person, scheme) for person, scheme in db.session.execute(statement)}
    return found


def _dates(day: date, plan: Plan) -> Collection[date]:
    before = {day + timedelta(days=number) for number in plan.before}
    return before | {day - timedelta(days=number) for number in plan.after}


def _calls(
    key: tuple[int, int], known: History, days: Iterable[date], today: date, plan: Plan
) -> Iterable[Call]:
    present = subject_on(known, today)
    if present is None:
        return
    for audience, distances in plan.distances.items():
        for day in days:
            for reminder in reminders_on(known, day, distances):
                if _still_holds(reminder, present):
                    yield Call(audience, *key, reminder, *present)


def _still_holds(reminder: Reminder, present: tuple[Occasion, date]) -> bool:
    """Tell whether what is true today follows from it: not where it was renewed meanwhile."""
    occasion, about_on = present
    same = (occasion, about_on) == (reminder.occasion, reminder.about_on)
    return same or occasion in (Occasion.GRACE, Occasion.OVERDUE)
