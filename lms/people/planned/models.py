"""The table of what is planned for people: posts that begin on a day ahead, and ends of work."""

from datetime import date, datetime, timedelta
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db, enum_type, related
from lms.people.models import JobRole, OrganisationUnit, Person

AHEAD = timedelta(days=366)  # so far ahead is planned; a later day is a slip of the pen


class PlanOutcome(Enum):
    """How a plan ended."""

    DONE = "done"
    REPLACED = "replaced"  # by another plan
    OVERTAKEN = "overtaken"  # by a post taken up, or left, in another way
    CALLED_OFF = "called_off"
    FAILED = "failed"  # it couldn't be done on its day


class PlannedPost(PublicId, db.Model):
    """A post that a person takes up on a day ahead; only its end is ever written to it.

    Without a unit and a job role it is the end of work: from that day the person has no post.
    """

    __tablename__ = "planned_post"
    __table_args__ = (
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended_when"),
        sa.CheckConstraint("(unit_id IS NULL) = (job_role_id IS NULL)", name="whole_post"),
        sa.Index(
            "uq_planned_post_open",
            "person_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND unit_id IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND unit_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_planned_post_open_end",
            "person_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL AND unit_id IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND unit_id IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )
    unit_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("organisation_unit.id", ondelete="RESTRICT")
    )
    job_role_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("job_role.id", ondelete="RESTRICT")
    )
    starts_on: Mapped[date]  # the first day in the post, or without one
    # None: by the command line.
    planned_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    planned_at: Mapped[datetime]
    outcome: Mapped[PlanOutcome | None] = mapped_column(enum_type(PlanOutcome))
    ended_at: Mapped[datetime | None]
    called_off_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why it was called off

    person: Mapped[Person] = related(foreign_keys=[person_id])
    unit: Mapped[OrganisationUnit | None] = related()
    job_role: Mapped[JobRole | None] = related()

    @property
    def is_end(self) -> bool:
        """Whether this ends the person's work."""
        return self.unit_id is None

    @property
    def last_on(self) -> date:
        """The last day before it begins; of an end of work the last day at work."""
        return self.starts_on - timedelta(days=1)
