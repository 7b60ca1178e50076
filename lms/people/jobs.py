"""Regular work on people's records."""

from lms.core import clock
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work
from lms.people import services
from lms.people.importing.services import forget_old_uploads


@job("people.forget_old_sessions", every_seconds=24 * 3600)
def forget_old_sessions() -> None:
    """Delete old sessions: they say when a person was at work and serve no one any more."""
    with unit_of_work():
        services.forget_old_sessions(now=clock.now())


@job("people.forget_old_uploads", every_seconds=3600)
def forget_uploads() -> None:
    """Delete lists of people that were uploaded more than a day ago."""
    with unit_of_work():
        forget_old_uploads(now=clock.now())
