"""The demonstration's programmes: in force for half a year, and applied to whom they concern."""

from datetime import date, datetime, timedelta

from lms.core.database import db
from lms.learning.programmes.queries import programme_ids, whole_programme
from lms.learning.programmes.rule.applying import apply_programme

IN_FORCE_FOR = timedelta(days=180)


def apply_programmes(*, now: datetime, today: date) -> None:
    """Let the loaded programmes have begun half a year ago, and give people what they say."""
    first = today - IN_FORCE_FOR
    for identifier in programme_ids():
        programme = whole_programme(identifier)
        programme.in_force_on = first
        for step in programme.steps:
            step.since_on = first
        db.session.flush()
        apply_programme(programme, now=now, today=today)
