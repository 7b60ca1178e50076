"""Named reads of work in the background."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from lms.core.database import db
from lms.core.jobs import Job, JobState
from lms.operations.words import in_words


@dataclass(frozen=True)
class Failure:
    """What failed for good of one kind of work, and whether it went well after that."""

    name: str
    count: int
    failed_at: datetime
    error: str  # of the last one: its type and place
    ran_well_at: datetime | None

    @property
    def words(self) -> str:
        """What the job does, in the reader's language."""
        return in_words(self.name)


def failures() -> list[Failure]:
    """Return what failed for good, a row for each kind of work, the latest failure first."""
    failed = (
        sa.select(
            Job.name,
            sa.func.count().label("count"),
            sa.func.max(Job.finished_at).label("failed_at"),
            sa.func.max(Job.id).label("last"),
        )
        .where(Job.state == JobState.FAILED)
        .group_by(Job.name)
        .subquery()
    )
    later = aliased(Job)
    well = (
        sa.select(sa.func.max(later.finished_at))
        .where(
            later.name == failed.c.name,
            later.state == JobState.DONE,
            later.finished_at > failed.c.failed_at,
        )
        .scalar_subquery()
    )
    statement = (
        sa.select(failed.c.name, failed.c.count, failed.c.failed_at, Job.error, well)
        .join(Job, Job.id == failed.c.last)
        .order_by(failed.c.failed_at.desc(), failed.c.name)
    )
    return [Failure(*row) for row in db.session.execute(statement)]


def count_waiting(now: datetime) -> int:
    """Return how many pieces of work are due and not begun."""
    due = sa.select(sa.func.count()).where(Job.state == JobState.WAITING, Job.due_at <= now)
    return db.session.scalar(due) or 0


def failed_between(after: datetime, until: datetime) -> list[str]:
    """Return the kinds of work that failed for good after ``after`` and up to ``until``, by name.

    Regular work that went well since isn't among them: nothing is left to be done about it.
    """
    return sorted(
        one.name for one in failures() if after < one.failed_at <= until and one.ran_well_at is None
    )
