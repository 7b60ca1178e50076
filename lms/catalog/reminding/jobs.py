"""The job that reminds authors: each hour, once a day for each of them."""

from flask import current_app

from lms.catalog.reminding.digests import remind
from lms.core import clock
from lms.core.clock import local_date
from lms.core.jobs import job
from lms.core.settings import Settings


@job("catalog.remind_of_reviews", every_seconds=3600)
def remind_of_reviews() -> None:
    """Tell authors of the facts and courses that are to be looked at again."""
    settings: Settings = current_app.config["SETTINGS"]
    now = clock.now()
    remind(now=now, today=local_date(now, settings.time_zone), settings=settings)
