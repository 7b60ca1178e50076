"""Jobs: a programme is applied after it was changed, and all of them regularly."""

from flask import current_app

from lms.core import clock
from lms.core.clock import local_date
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work
from lms.learning.programmes.defining import JOB
from lms.learning.programmes.queries import programme_for, programme_ids, whole_programme
from lms.learning.programmes.rule.applying import apply_programme
from lms.learning.programmes.rule.members import Reach, members

CHUNK = 200  # people in one transaction


@job(JOB)
def apply_one(programme: str) -> None:
    """Give everyone in the post what one programme says."""
    with unit_of_work():
        found = programme_for(programme)
    if found is not None:
        _apply(found.id)


@job("learning.apply_programmes", every_seconds=3600)
def apply_all() -> None:
    """Give everyone what their programme says by now: a post began today, a course came out."""
    with unit_of_work():
        identifiers = programme_ids()
    failed = sum(not _applied(identifier) for identifier in identifiers)
    if failed:
        raise RuntimeError(f"{failed} programmes could not be applied")


def _applied(identifier: int) -> bool:
    try:
        _apply(identifier)
    except Exception:
        current_app.logger.exception("programme %s could not be applied", identifier)
        return False
    return True


def _apply(identifier: int) -> None:
    """Apply a programme, so many people at a time that nobody's answer waits for all of them."""
    now = clock.now()
    today = local_date(now, current_app.config["SETTINGS"].time_zone)
    with unit_of_work():
        concerned = members(Reach.of(whole_programme(identifier)), today)
    for first in range(0, len(concerned), CHUNK):
        ids = [member.person_id for member in concerned[first : first + CHUNK]]
        with unit_of_work():
            apply_programme(whole_programme(identifier), now=now, today=today, person_ids=ids)
