"""Regular work on messages: mail goes out, old messages are forgotten."""

from flask import current_app

from lms.core import clock
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work
from lms.notifications import delivery, services
from lms.notifications.attachments import files


@job("notifications.deliver", every_seconds=60, alone=True)
def deliver() -> None:
    """Send the mail that is due."""
    delivery.deliver(settings=current_app.config["SETTINGS"])


@job("notifications.forget_old", every_seconds=24 * 3600)
def forget_old() -> None:
    """Delete messages that nobody looks for any more."""
    with unit_of_work():
        services.forget_old_messages(now=clock.now())


@job("notifications.remove_files", every_seconds=3600)
def remove_files() -> None:
    """Remove the files of messages whose time is over."""
    files.remove_old(now=clock.now())
