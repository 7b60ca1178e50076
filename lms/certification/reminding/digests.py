"""Digests: what one recipient is told on one day, in one message."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.certification.lifecycle.reminders import Occasion
from lms.certification.reminding.models import Reminder, ReminderWalk
from lms.certification.reminding.occasions import Call, calls, calls_of
from lms.certification.reminding.plans import Audience, Plan, plans
from lms.certification.schemes.records.histories import schemes_by_id
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work
from lms.notifications.services import notify
from lms.people.models import Person
from lms.people.planned.queries import ends_undone, last_days
from lms.people.queries import heads_by_unit, hr_scopes, present_units

KIND = "certification.reminders"
LONGEST_ABSENCE = 31  # days; what an older day called for is no longer told
AT_WORK = timedelta(hours=1)  # a call-off may have been on its way while the last walk read
MOST_LISTED = 50  # people in one digest; how many more there are is said
_URGENCY = (Occasion.OVERDUE, Occasion.GRACE, Occasion.EXPIRING, Occasion.DUE)


@dataclass
class Digest:
    """What one recipient is told: of themselves, of their centre, of the rest of their scope."""

    calls: dict[Audience, list[Call]] = field(
        default_factory=lambda: {audience: [] for audience in Audience}
    )


def remind(*, now: datetime, today: date, settings: Settings) -> int:
    """Send what the days since the last walk call for; return how many digests were written.

    Each digest is a transaction of its own; whoever is interrupted is resumed by the next run.
    """
    with unit_of_work():
        days = _days_to_walk(today)
        if not days:
            return 0
        found = digests(days, today, stayed=_stayed(settings))
    written = sum(
        _send(recipient_id, digest, now=now, today=today, settings=settings)
        for recipient_id, digest in sorted(found.items())
    )
    with unit_of_work():
        known = set(db.session.scalars(sa.select(ReminderWalk.day)))
        db.session.add_all(ReminderWalk(day=day, walked_at=now) for day in days if day not in known)
    return written


def _days_to_walk(today: date) -> list[date]:
    """Return the days since the last walk; on the first run today alone."""
    last = db.session.scalar(sa.select(sa.func.max(ReminderWalk.day)))
    if last is None:
        return [today]
    missed = min((today - last).days, LONGEST_ABSENCE)
    return [today - timedelta(days=number) for number in reversed(range(missed))]


@dataclass(frozen=True)
class Stay:
    """Somebody who was to leave and stays: since which day they weren't asked for what is later."""

    since: date
    last_on: date


def _stayed(settings: Settings) -> dict[int, Stay]:
    """Return whose end of work was called off since the last walk, or a later one planned."""
    walked = sa.select(ReminderWalk.walked_at).order_by(ReminderWalk.day.desc()).limit(1)
    last = db.session.scalar(walked)
    if last is None:
        return {}
    return {
        person: Stay(local_date(planned_at, settings.time_zone), last_on)
        for person, (planned_at, last_on) in ends_undone(last - AT_WORK).items()
    }


def _left_out(stayed: Mapping[int, Stay], today: date, known: Mapping[int, Plan]) -> list[Call]:
    """Return what those who stay weren't told of as long as they were to leave before it."""
    days = {
        person: [one.since + timedelta(days=n) for n in range((today - one.since).days + 1)]
        for person, one in stayed.items()
    }
    found = calls_of(days, today, known) if days else []
    return [call for call in found if call.reminder.about_on > stayed[call.person_id].last_on]


def digests(
    days: Sequence[date], today: date, *, stayed: Mapping[int, Stay] | None = None
) -> dict[int, Digest]:
    """Return what ``days`` call for by the id of whom it is told.

    And what earlier days called for of those who ``stayed``.
    """
    known = plans(sorted(schemes_by_id()))
    found = calls(days, today, known) + _left_out(stayed or {}, today, known)
    units = present_units({call.person_id for call in found})
    heads = heads_by_unit({unit_id for unit_id, _path in units.values()})
    scopes = hr_scopes()
    made: dict[int, Digest] = defaultdict(Digest)
    leaving = last_days()
    for call in found:
        if call.person_id not in units:
            continue  # without a post nobody is asked for anything
        if call.about_on > leaving.get(call.person_id, date.max):
            continue  # by then they will have left
        unit_id, path = units[call.person_id]
        for recipient_id in _recipients(call, heads.get(unit_id, []), path, scopes):
            made[recipient_id].calls[call.audience].append(call)
    return made


def _recipients(
    call: Call, heads: Iterable[int], path: str, scopes: dict[int, frozenset[str]]
) -> list[int]:
    if call.audience is Audience.PERSON:
        return [call.person_id]
    if call.audience is Audience.HEAD:
        return [head for head in heads if head != call.person_id]
    return [
        person_id
        for person_id, paths in scopes.items()
        if person_id != call.person_id and any(path.startswith(scope) for scope in paths)
    ]


def _send(
    recipient_id: int, digest: Digest, *, now: datetime, today: date, settings: Settings
) -> bool:
    """Write one digest with what its recipient wasn't told yet; False when that is nothing."""
    with unit_of_work():
        told = _told(recipient_id, digest)
        fresh = {
            audience: [call for call in own if _key(call) not in told]
            for audience, own in digest.calls.items()
        }
        rows = {_key(call): call for own in fresh.values() for call in own}
        if not rows:
            return False
        recipient = db.session.get_one(Person, recipient_id)
        message = notify(
            recipient=recipient,
            kind=KIND,
            key=message_key(today),
            details=_details(fresh),
            now=now,
            settings=settings,
        )
        if message is None:
            return False  # of this day was told already
        db.session.add_all(_row(recipient_id, call, today) for call in rows.values())
    return True


def message_key(day: date) -> str:
    """Return the key of the message that tells a recipient what they are reminded of on ``day``."""
    return f"{KIND}:{day.isoformat()}"


Key = tuple[int, int, Occasion, date, int]


def _key(call: Call) -> Key:
    one = call.reminder
    return call.person_id, call.scheme_id, one.occasion, one.about_on, one.days


def _told(recipient_id: int, digest: Digest) -> set[Key]:
    people = {call.person_id for own in digest.calls.values() for call in own}
    found: set[Key] = set()
    for start in range(0, len(people), 500):
        statement = sa.select(
            Reminder.person_id,
            Reminder.scheme_id,
            Reminder.occasion,
            Reminder.about_on,
            Reminder.days,
        ).where(
            Reminder.recipient_id == recipient_id,
            Reminder.person_id.in_(sorted(people)[start : start + 500]),
        )
        found |= {tuple(row) for row in db.session.execute(statement)}  # type: ignore[misc]
    return found


def _row(recipient_id: int, call: Call, today: date) -> Reminder:
    return Reminder(
        recipient_id=recipient_id,
        person_id=call.person_id,
        scheme_id=call.scheme_id,
        occasion=call.reminder.occasion,
        about_on=call.reminder.about_on,
        days=call.reminder.days,
        told_on=today,
    )


def _details(fresh: dict[Audience, list[Call]]) -> dict[str, Any]:
    """Return the message's lines by audience, the most urgent first: keys and dates, no names."""
    details: dict[str, Any] = {}
    seen: set[tuple[int, int]] = set()
    for audience in Audience:
        lines = {
            (call.person_id, call.scheme_id): call
            for call in fresh[audience]
            if (call.person_id, call.scheme_id) not in seen  # told nearer by already
        }
        seen |= set(lines)
        ordered = sorted(lines.values(), key=_order)
        details[audience.value] = [
            [call.person_id, call.scheme_id, call.occasion.value, call.about_on.isoformat()]
            for call in ordered[:MOST_LISTED]
        ]
        details[f"{audience.value}_total"] = len(ordered)
    return details


def _order(call: Call) -> tuple[int, date, int]:
    return _URGENCY.index(call.occasion), call.about_on, call.person_id
