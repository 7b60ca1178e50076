"""Jobs: rules and equivalents are applied, and renewals are opened."""

from datetime import date, datetime

from flask import current_app

from lms.certification.schemes.defining import APPLY_RULE, REFRESH, people_of
from lms.certification.schemes.equivalents import applying as equivalents
from lms.certification.schemes.equivalents.queries import counting, equivalent_for
from lms.certification.schemes.equivalents.services import APPLY_EQUIVALENT
from lms.certification.schemes.models import SchemeEquivalent
from lms.certification.schemes.records.histories import BATCH
from lms.certification.schemes.records.renewing import open_renewals
from lms.certification.schemes.records.standings import refresh
from lms.certification.schemes.rules.applying import apply_rule, rule_ids, rule_with_unit
from lms.certification.schemes.rules.changed import changed_people
from lms.certification.schemes.rules.moved import FOLLOW_MOVE, apply_to, people_at
from lms.core import clock
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work
from lms.people.models import Person


@job("certification.apply_rules", every_seconds=3600)
def apply_rules_daily() -> None:
    """Apply each rule: what has changed since is written."""
    with unit_of_work():
        identifiers = rule_ids()
    for identifier in identifiers:
        apply_rule_to_many(identifier)


@job(APPLY_RULE)
def apply_rule_to_many(rule_id: int) -> None:
    """Apply one rule, some hundred people in each transaction."""
    now = clock.now()
    with unit_of_work():
        ids = changed_people(rule_with_unit(rule_id), _today(now))
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH]
        with unit_of_work():
            apply_rule(rule_with_unit(rule_id), now=now, today=_today(now), person_ids=part)


@job(FOLLOW_MOVE)
def follow_move_of_many(unit_id: int, on: str) -> None:
    """Apply the rules to the people of a centre moved on a day, some hundred a transaction."""
    now = clock.now()
    with unit_of_work():
        ids = people_at(unit_id, date.fromisoformat(on))
    for start in range(0, len(ids), BATCH):
        with unit_of_work():
            apply_to(ids[start : start + BATCH], now=now, today=_today(now))


@job(REFRESH)
def refresh_scheme(scheme_id: int) -> None:
    """Make everybody's timelines of one scheme anew, some hundred people in each transaction."""
    with unit_of_work():
        ids = sorted(people_of(scheme_id))
    for start in range(0, len(ids), BATCH):
        with unit_of_work():
            refresh(ids[start : start + BATCH], [scheme_id])


@job("certification.apply_equivalents", every_seconds=3600)
def apply_equivalents_hourly() -> None:
    """Recognise who holds by now what counts in place of something, and end it for who lost it."""
    with unit_of_work():
        keys = [one.public_id for one in counting(_today(clock.now()))]
    for key in keys:
        apply_equivalent_to_many(key)


@job(APPLY_EQUIVALENT)
def apply_equivalent_to_many(
    equivalent_id: str, actor_id: int | None = None, reason: str = ""
) -> None:
    """Recognise what one equivalent means, some hundred people in each transaction.

    ``actor_id`` and ``reason`` are those of whoever ended it.
    """
    now = clock.now()
    with unit_of_work():
        ids = equivalents.changed_people(_equivalent(equivalent_id), _today(now))
    for start in range(0, len(ids), BATCH):
        with unit_of_work():
            equivalents.apply_equivalent(
                _equivalent(equivalent_id),
                now=now,
                today=_today(now),
                actor=db.session.get(Person, actor_id) if actor_id else None,
                reason=reason,
                person_ids=ids[start : start + BATCH],
            )


def _equivalent(public_id: str) -> SchemeEquivalent:
    found = equivalent_for(public_id)
    assert found is not None  # none is deleted
    return found


@job("certification.open_renewals", every_seconds=3600)
def open_renewals_daily() -> None:
    """Enrol those whose window is open in what the renewal asks for, once a period."""
    now = clock.now()
    open_renewals(now=now, today=_today(now))


def _today(now: datetime) -> date:
    return local_date(now, current_app.config["SETTINGS"].time_zone)
