"""Tables of erasure: changed classes, the orders with their steps, what is due."""

from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, db, enum_type, related
from lms.people.models import Person
from lms.people.second_person.models import Answer, SecondPersonRequest


class Start(Enum):
    """What a period is counted from."""

    LEAVING = "leaving"  # the person's last day at work
    RECORD = "record"  # the newest of the records; without a day of its own as ``LEAVING``


class Fate(Enum):
    """What happens to records."""

    DELETE = "delete"
    ANONYMISE = "anonymise"  # they stay, and nothing in them says whose they are
    KEEP = "keep"


class RetentionChange(db.Model):
    """How a class reads since an administrator changed or added it; the newest counts.

    Rows are appended. ``records`` (keys of holdings) are those of a class that was added; they are
    then in no other. A class of the file has none here: its records stand there.
    """

    __tablename__ = "retention_change"
    __table_args__ = (
        sa.UniqueConstraint("key", "number"),
        sa.CheckConstraint("months BETWEEN 0 AND 1200", name="months"),
        sa.CheckConstraint("number >= 1", name="counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(40))
    number: Mapped[int]  # from 1; 0 is the file's own
    name: Mapped[dict[str, Any]]  # by language
    basis: Mapped[dict[str, Any]]  # the law or rule, by language
    start: Mapped[Start] = mapped_column(enum_type(Start))
    months: Mapped[int]
    fate: Mapped[Fate] = mapped_column(enum_type(Fate))
    # May go before its time when HR decides so.
    is_early: Mapped[bool]
    records: Mapped[list[Any] | None] = mapped_column(default=None)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))

    changed_by: Mapped[Person] = related()


class ErasureState(Enum):
    """How an erasure stands."""

    WAITING = "waiting"  # for the second person
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RUNNING = "running"
    STOPPED = "stopped"  # the person came back before it began, or it failed too often
    DONE = "done"


class Erasure(PublicId, db.Model):
    """One erasure that was asked for."""

    __tablename__ = "erasure"
    __table_args__ = (
        sa.Index(
            "uq_erasure_open",
            "person_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )
    request_id: Mapped[int] = mapped_column(
        sa.ForeignKey("second_person_request.id", ondelete="RESTRICT"), unique=True
    )
    digest: Mapped[str] = mapped_column(sa.String(64))  # of the dry run that was shown
    closed_at: Mapped[datetime | None]  # done, refused, withdrawn or stopped
    is_stopped: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = related()
    request: Mapped[SecondPersonRequest] = related()
    steps: Mapped[list["ErasureStep"]] = related(order_by="ErasureStep.position")

    @property
    def state(self) -> ErasureState:
        """How it stands; ``request`` is loaded."""
        if self.is_stopped:
            return ErasureState.STOPPED
        answers = {
            None: ErasureState.WAITING,
            Answer.REFUSED: ErasureState.REFUSED,
            Answer.WITHDRAWN: ErasureState.WITHDRAWN,
            Answer.AGREED: ErasureState.DONE if self.closed_at else ErasureState.RUNNING,
        }
        return answers[self.request.answer]


class ErasureStep(db.Model):
    """What the dry run said of one kind of records, and when it was done."""

    __tablename__ = "erasure_step"
    __table_args__ = (
        sa.PrimaryKeyConstraint("erasure_id", "position"),
        sa.CheckConstraint("rows >= 0", name="rows_counted"),
    )

    erasure_id: Mapped[int] = mapped_column(sa.ForeignKey("erasure.id", ondelete="CASCADE"))
    position: Mapped[int]  # in the order of the dry run
    key: Mapped[str] = mapped_column(sa.String(40))  # of a holding
    rule: Mapped[str] = mapped_column(sa.String(40))  # key of the class
    fate: Mapped[Fate] = mapped_column(enum_type(Fate))  # what is done now
    rows: Mapped[int]
    until_on: Mapped[date | None]  # the last day a record stays that has to go later
    done_at: Mapped[datetime | None]


class DueErasure(db.Model):
    """Somebody whose records' time is over, as the nightly walk found; nothing goes by itself."""

    __tablename__ = "due_erasure"
    __table_args__ = (sa.Index("ix_due_erasure_since_on", "since_on", "person_id"),)

    person_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    since_on: Mapped[date]  # the first day on which something was due
    rows: Mapped[int]
    found_at: Mapped[datetime]

    person: Mapped[Person] = related()
