"""Jobs: what follows from facts, in portions; what follows from the passing of a day."""

from collections.abc import Sequence

from flask import current_app

from lms.certification.following.asking import FOLLOW
from lms.certification.following.walking import follow, walk
from lms.core import clock
from lms.core.clock import local_date
from lms.core.jobs import job
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work


@job(FOLLOW)
def follow_people(person_ids: Sequence[int]) -> None:
    """Notice changes of these people, and enrol them as is asked."""
    settings: Settings = current_app.config["SETTINGS"]
    now = clock.now()
    with unit_of_work():
        today = local_date(now, settings.time_zone)
        follow(person_ids, now=now, today=today, settings=settings)


@job("certification.walk_day", every_seconds=3600)
def walk_day() -> None:
    """Follow the days since the last walk, once each."""
    settings: Settings = current_app.config["SETTINGS"]
    now = clock.now()
    walk(now=now, today=local_date(now, settings.time_zone), settings=settings)
