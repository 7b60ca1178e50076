"""The tables of merges that were asked for, and of pairs that are no duplicates."""

from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db, related
from lms.people.models import Person
from lms.people.second_person.models import Answer, SecondPersonRequest


class MergeState(Enum):
    """How a merge stands."""

    WAITING = "waiting"  # for the second person
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DONE = "done"


class PersonMerge(PublicId, db.Model):
    """One merge that was asked for: which record stays, what it takes over, what was moved."""

    __tablename__ = "person_merge"
    __table_args__ = (
        sa.CheckConstraint("kept_id <> ended_id", name="two_records"),
        sa.Index(
            "uq_person_merge_open",
            "ended_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )
    ended_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    request_id: Mapped[int] = mapped_column(
        sa.ForeignKey("second_person_request.id", ondelete="RESTRICT"), unique=True
    )
    # Which values the record that stays takes over from the one that ends: names of ``Value``.
    taken: Mapped[list[Any]]
    digest: Mapped[str] = mapped_column(sa.String(64))  # of the dry run that was shown
    # What was done: for each key of ``carrying`` how many rows moved; no names.
    moved: Mapped[dict[str, Any]]
    # Posts that counted twice and went: codes and days.
    dropped_posts: Mapped[list[Any]]
    closed_at: Mapped[datetime | None]  # done, refused or withdrawn

    kept: Mapped[Person] = related(foreign_keys=[kept_id])
    ended: Mapped[Person] = related(foreign_keys=[ended_id])
    request: Mapped[SecondPersonRequest] = related()

    @property
    def state(self) -> MergeState:
        """How it stands; ``request`` is loaded."""
        answers = {
            None: MergeState.WAITING,
            Answer.REFUSED: MergeState.REFUSED,
            Answer.WITHDRAWN: MergeState.WITHDRAWN,
            Answer.AGREED: MergeState.DONE,
        }
        return answers[self.request.answer]


class DifferentPeople(PublicId, db.Model):
    """A pair of records of which HR said that they are of two people; it may be taken back."""

    __tablename__ = "different_people"
    __table_args__ = (
        sa.CheckConstraint("low_id < high_id", name="in_order"),
        sa.CheckConstraint(
            "(taken_back_at IS NULL) = (taken_back_by_id IS NULL)", name="taken_back_by"
        ),
        sa.Index(
            "uq_different_people_open",
            "low_id",
            "high_id",
            unique=True,
            sqlite_where=sa.text("taken_back_at IS NULL"),
            postgresql_where=sa.text("taken_back_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    low_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    high_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )
    reason: Mapped[str] = mapped_column(sa.Text)  # empty once one of the two was erased
    marked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    marked_at: Mapped[datetime]
    taken_back_reason: Mapped[str] = mapped_column(sa.Text, default="")
    taken_back_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    taken_back_at: Mapped[datetime | None]

    low: Mapped[Person] = related(foreign_keys=[low_id])
    high: Mapped[Person] = related(foreign_keys=[high_id])
    marked_by: Mapped[Person] = related(foreign_keys=[marked_by_id])

    @property
    def both(self) -> tuple[Person, Person]:
        """Both records; ``low`` and ``high`` are loaded."""
        return self.low, self.high
