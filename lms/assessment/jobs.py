"""Jobs: attempts are closed at their deadline, also when no browser is there; difficulties."""

from collections.abc import Iterator
from datetime import datetime

from flask import current_app

from lms.assessment import queries
from lms.assessment.examining.regrades import jobs as regrade_jobs  # noqa: F401 - its job
from lms.assessment.models import Attempt
from lms.assessment.rules.difficulty import exams_to_refresh, refresh_facilities
from lms.assessment.services import close_if_overdue
from lms.core import clock
from lms.core.database import db
from lms.core.jobs import job
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work


@job("assessment.close_overdue", every_seconds=5)
def close_overdue() -> None:
    """Close, score and settle what is overdue, each attempt in a transaction of its own."""
    settings = current_app.config["SETTINGS"]
    now = clock.now()
    failed = 0
    # One that can't be closed must not stand in the way of those behind it.
    for identifier in _overdue(now, settings):
        try:
            with unit_of_work():
                attempt = db.session.get_one(Attempt, identifier)
                close_if_overdue(attempt=attempt, now=clock.now(), settings=settings)
        except Exception:
            current_app.logger.exception("attempt %s could not be closed", identifier)
            failed += 1
    if failed:
        raise RuntimeError(f"{failed} attempts could not be closed")


def _overdue(now: datetime, settings: Settings) -> Iterator[int]:
    """Yield the ids of all overdue attempts, read in pages."""
    last: tuple[datetime, int] | None = None
    while True:
        with unit_of_work():
            page = queries.overdue(now, settings, after=last)
        yield from (identifier for _, identifier in page)
        if len(page) < queries.OVERDUE_PAGE:
            return
        last = page[-1]


@job("assessment.refresh_difficulties", every_seconds=6 * 3600)
def refresh_difficulties() -> None:
    """Take up past answers into how hard items are expected to be, each exam on its own."""
    with unit_of_work():
        identifiers = exams_to_refresh()
    for identifier in identifiers:
        with unit_of_work():
            refresh_facilities(identifier, now=clock.now())
