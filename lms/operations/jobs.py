"""Regular work of this domain."""

from flask import current_app

from lms.core import clock
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work
from lms.operations import services


@job("operations.tell_failures", every_seconds=3600)
def tell_failures() -> None:
    """Tell administrators of work that failed for good."""
    with unit_of_work():
        services.tell_failures(now=clock.now(), settings=current_app.config["SETTINGS"])


@job("operations.forget_jobs", every_seconds=3600)
def forget_jobs() -> None:
    """Delete what regular jobs left behind."""
    services.forget_regular(now=clock.now())
