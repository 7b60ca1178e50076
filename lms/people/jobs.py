"""Work on people's records: what is done regularly, and what follows an import."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask import current_app

from lms.core import clock
from lms.core.clock import local_date
from lms.core.database import db
from lms.core.jobs import job
from lms.core.unit_of_work import unit_of_work
from lms.people import services
from lms.people.erasure import files, working  # noqa: F401 - their jobs
from lms.people.events import posts_changed
from lms.people.importing.applying import TELLING
from lms.people.importing.services import forget_old_uploads
from lms.people.merging.services import LATE_JOB, carry_late
from lms.people.models import Person
from lms.people.password_links.notes import Purpose
from lms.people.password_links.services import SENDING, send_links
from lms.people.planned.queries import due_plans
from lms.people.planned.services import begin


@job("people.forget_old_sessions", every_seconds=24 * 3600)
def forget_old_sessions() -> None:
    """Delete old sessions: they say when a person was at work and serve no one any more."""
    with unit_of_work():
        services.forget_old_sessions(now=clock.now())


@job("people.begin_planned_posts", every_seconds=600)
def begin_planned_posts() -> None:
    """Let the hires and transfers begin whose day has come, each in a transaction of its own."""
    now = clock.now()
    today = local_date(now, current_app.config["SETTINGS"].time_zone)
    with unit_of_work():
        due = due_plans(today)
    for plan_id in due:
        with unit_of_work():
            begin(plan_id, now=now, today=today)


@job("people.forget_old_uploads", every_seconds=3600)
def forget_uploads() -> None:
    """Delete lists of people that were uploaded more than a day ago."""
    with unit_of_work():
        forget_old_uploads(now=clock.now())


@job(LATE_JOB)
def carry_what_came_late(merge_id: str) -> None:
    """Move what was written of a record while it was being merged into another."""
    now = clock.now()
    with unit_of_work():
        today = local_date(now, current_app.config["SETTINGS"].time_zone)
        carry_late(merge_id=merge_id, now=now, today=today)


@job(TELLING)
def tell_posts_changed(person_ids: Sequence[int]) -> None:
    """Tell the other domains that these people's posts changed by an import."""
    with unit_of_work():
        people = db.session.scalars(sa.select(Person).where(Person.id.in_(person_ids)))
        posts_changed.send(tuple(people), now=clock.now())


@job(SENDING)
def send_password_links(account_ids: Sequence[int], purpose: str, actor_key: str | None) -> None:
    """Send these accounts links with which their owners choose a password."""
    with unit_of_work():
        send_links(
            account_ids,
            Purpose(purpose),
            actor_key=actor_key,
            now=clock.now(),
            settings=current_app.config["SETTINGS"],
        )
