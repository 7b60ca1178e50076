"""Delivering messages."""

from flask import current_app

from lms.core import clock
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work
from lms.standards.webhooks import services
from lms.standards.webhooks.dispatch import Dispatch


@job(services.DELIVER_JOB, every_seconds=60, alone=True)
def deliver(key_of: str = "") -> None:  # noqa: ARG001
    """Send the messages that are due; an earlier version asked for each one by ``key_of``."""
    Dispatch(current_app.config["SETTINGS"]).run()


@job("standards.forget_deliveries", every_seconds=24 * 3600)
def forget_old_deliveries() -> None:
    """Delete the record of what was sent long ago."""
    with unit_of_work():
        services.forget_deliveries(now=clock.now())
