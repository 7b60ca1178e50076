"""Jobs: what waits is taken into the register every minute."""

from flask import current_app

from lms.certification.register import services
from lms.core import clock
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work

SECONDS = 60


@job("certification.seal_register", every_seconds=SECONDS)
def seal_register() -> None:
    """Take in all that waits, a signed checkpoint for each batch."""
    while True:
        with unit_of_work():
            taken = services.seal(now=clock.now(), settings=current_app.config["SETTINGS"])
        if taken < services.BATCH:
            return
