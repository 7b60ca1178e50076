"""The table of posts that begin on a day ahead."""

from datetime import date, datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db, enum_type, related
from lms.people.models import JobRole, OrganisationUnit, Person


class PlanOutcome(Enum):
    """How a plan ended."""

    DONE = "done"
    REPLACED = "replaced"  # by another plan
    OVERTAKEN = "overtaken"  # by a post taken up, or left, in another way
    CALLED_OFF = "called_off"
    FAILED = "failed"  # the post couldn't begin on its day


class PlannedPost(PublicId, db.Model):
    """A post that a person takes up on a day ahead; only its end is ever written to it."""

    __tablename__ = "planned_post"
    __table_args__ = (
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended_when"),
        sa.Index(
            "uq_planned_post_open",
            "person_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation_unit.id", ondelete="RESTRICT"))
    job_role_id: Mapped[int] = mapped_column(sa.ForeignKey("job_role.id", ondelete="RESTRICT"))
    starts_on: Mapped[date]  # the first day in the post
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
    unit: Mapped[OrganisationUnit] = related()
    job_role: Mapped[JobRole] = related()
