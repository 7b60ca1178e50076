"""Jobs: attempts are closed at their deadline, also when no browser is there."""

from flask import current_app

from lms.assessment import queries
from lms.assessment.examining.regrades import jobs as regrade_jobs  # noqa: F401 - its job
from lms.assessment.models import Attempt
from lms.assessment.services import close_if_overdue
from lms.core import clock
from lms.core.database import db
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work


@job("assessment.close_overdue", every_seconds=5)
def close_overdue() -> None:
    """Close, score and settle what is overdue, each attempt in a transaction of its own."""
    settings = current_app.config["SETTINGS"]
    now = clock.now()
    with unit_of_work():
        identifiers = queries.overdue(now, settings)
    failed = 0
    for identifier in identifiers:
        try:
            with unit_of_work():
                attempt = db.session.get_one(Attempt, identifier)
                close_if_overdue(attempt=attempt, now=clock.now(), settings=settings)
        except Exception:
            current_app.logger.exception("attempt %s could not be closed", identifier)
            failed += 1
    if failed:
        raise RuntimeError(f"{failed} attempts could not be closed")
