"""The job that tells people of moved dates."""

from typing import Any

from flask import current_app

from lms.core import clock
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work
from lms.learning.telling.dates import TELL_JOB, tell


@job(TELL_JOB)
def tell_moved_dates(key_of_job: str, lines: list[list[Any]], by: int | None) -> None:
    """Tell people of the dates that one change moved."""
    settings = current_app.config["SETTINGS"]
    with unit_of_work():
        tell(lines, by=by, key=key_of_job, now=clock.now(), settings=settings)
