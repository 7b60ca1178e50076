"""Commands on work in the background: begin anew what failed, tell of it, forget what is over."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from lms.audit.services import record
from lms.core import jobs
from lms.core.database import db
from lms.core.settings import Settings
from lms.core.unit_of_work import unit_of_work
from lms.notifications.models import Message
from lms.notifications.services import notify
from lms.operations.queries import failed_between
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import holders

KIND = "operations.jobs_failed"
SUBJECT = "background_job"
TOLD_OF = timedelta(days=7)  # what failed longer ago than this isn't told to somebody new
KEPT = timedelta(days=7)  # rows of regular jobs
PORTION, PORTIONS = 2000, 100  # rows deleted in one transaction; transactions of one night
MOST_TOLD = 100  # administrators


def begin_anew(name: str, *, actor: Person, now: datetime) -> int:
    """Let all of ``name`` that failed for good begin anew; return how many pieces of work it is."""
    count = jobs.try_again(name, now)
    if count:
        record(
            now=now,
            actor_key=actor.public_id,
            action="operations.job_begun_anew",
            subject_kind=SUBJECT,
            subject_key=name,
            count=count,
        )
    return count


def tell_failures(*, now: datetime, settings: Settings) -> int:
    """Tell administrators of what failed for good since they were last told; return how many.

    Safe to repeat: each is told of one moment once.
    """
    told = 0
    for person in holders(Permission.MANAGE_JOBS, "", limit=MOST_TOLD):
        names = failed_between(_told_until(person, now), now)
        if names:
            details: Mapping[str, Any] = {"jobs": names, "until": now.isoformat()}
            key = f"{KIND}:{now.isoformat()}"
            sent = notify(
                recipient=person, kind=KIND, key=key, details=details, now=now, settings=settings
            )
            told += sent is not None
    return told


def _told_until(person: Person, now: datetime) -> datetime:
    last = sa.select(sa.func.max(Message.written_at)).where(
        Message.recipient_id == person.id, Message.kind == KIND
    )
    told: datetime | None = db.session.scalar(last)
    return max(told or now - TOLD_OF, now - TOLD_OF)


def forget_regular(*, now: datetime) -> int:
    """Delete what regular jobs left behind long ago, portion by portion; return how many rows."""
    gone = 0
    for _portion in range(PORTIONS):
        with unit_of_work():
            count = jobs.forget_regular(now - KEPT, PORTION)
        gone += count
        if count < PORTION:
            break
    return gone
