"""Regular work on reports: mailed lists are begun, sent, and their history forgotten."""

from zoneinfo import ZoneInfo

from flask import current_app

from lms.core import clock
from lms.core.jobs import job
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work
from lms.reporting.mailing import sending, services


@job("reporting.begin_lists", every_seconds=60)
def begin_lists() -> None:
    """Begin the runs of lists whose moment has come."""
    settings: Settings = current_app.config["SETTINGS"]
    services.begin_due(now=clock.now(), zone=ZoneInfo(settings.time_zone))


@job(services.SEND_JOB)
def send_list(run_id: str) -> None:
    """Send a list to those of a run who don't have it yet."""
    sending.send(run_id, settings=current_app.config["SETTINGS"])


@job("reporting.forget_runs", every_seconds=24 * 3600)
def forget_runs() -> None:
    """Forget runs of lists that nobody looks for any more."""
    with unit_of_work():
        services.forget_old_runs(now=clock.now())
