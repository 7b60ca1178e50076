"""Jobs: rules and equivalents are applied, and renewals are opened."""

from datetime import date, datetime

from flask import current_app

from lms.certification.schemes.equivalents.applying import apply_equivalent
from lms.certification.schemes.equivalents.queries import counting, equivalent_for
from lms.certification.schemes.records.renewing import open_renewals
from lms.certification.schemes.rules.applying import apply_rule, rule_ids, rule_with_unit
from lms.core import clock
from lms.core.clock import local_date
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work


@job("certification.apply_rules", every_seconds=3600)
def apply_rules_daily() -> None:
    """Apply each rule in a transaction of its own: what has changed since is written."""
    now = clock.now()
    with unit_of_work():
        identifiers = rule_ids()
    for identifier in identifiers:
        with unit_of_work():
            apply_rule(rule_with_unit(identifier), now=now, today=_today(now))


@job("certification.apply_equivalents", every_seconds=3600)
def apply_equivalents_hourly() -> None:
    """Recognise who holds by now what counts in place of something, and end it for who lost it."""
    now = clock.now()
    with unit_of_work():
        keys = [one.public_id for one in counting(_today(now))]
    for key in keys:
        with unit_of_work():
            found = equivalent_for(key)
            assert found is not None  # none is deleted
            apply_equivalent(found, now=now, today=_today(now))


@job("certification.open_renewals", every_seconds=3600)
def open_renewals_daily() -> None:
    """Enrol those whose window is open in what the renewal asks for, once a period."""
    now = clock.now()
    open_renewals(now=now, today=_today(now))


def _today(now: datetime) -> date:
    return local_date(now, current_app.config["SETTINGS"].time_zone)
