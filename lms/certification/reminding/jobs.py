"""The job that reminds: once a day, and of the days it missed."""

from flask import current_app

from lms.certification.reminding.digests import remind
from lms.core import clock
from lms.core.clock import local_date
from lms.core.jobs import job
from lms.core.settings import Settings


@job("certification.send_reminders", every_seconds=3600)
def send_reminders() -> None:
    """Write the digests of today and of the days that were missed."""
    settings: Settings = current_app.config["SETTINGS"]
    now = clock.now()
    remind(now=now, today=local_date(now, settings.time_zone), settings=settings)
