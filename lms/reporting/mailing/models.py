"""Tables of mailed lists: when each is sent, its runs, and what became of each recipient."""

from datetime import datetime
from enum import Enum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.database import PublicId, RowVersion, db, enum_type, related
from lms.notifications.models import Message
from lms.people.models import Person
from lms.reporting.mailing.times import Rhythm, Rule
from lms.reporting.saved.models import SavedList


class FileKind(Enum):
    """As what a list is sent."""

    XLSX = "xlsx"
    CSV = "csv"
    PDF = "pdf"


class Condition(Enum):
    """Whether a run sends anything."""

    ALWAYS = "always"  # an empty list too
    ROWS = "rows"  # only if there are rows
    CHANGES = "changes"  # only if the rows aren't those that the recipient got last


class ListSchedule(RowVersion, db.Model):
    """When a saved list is sent, and as what; to whom, the list's people say."""

    __tablename__ = "list_schedule"
    __table_args__ = (
        sa.CheckConstraint("(rhythm = 'weekly') = (weekday IS NOT NULL)", name="weekday_if_weekly"),
        sa.CheckConstraint(
            "(rhythm = 'monthly') = (month_day IS NOT NULL)", name="month_day_if_monthly"
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_of_week"),
        sa.CheckConstraint("month_day BETWEEN 1 AND 31", name="month_day_of_month"),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_day"),
        sa.CheckConstraint("due_at IS NULL OR paused_at IS NULL", name="not_due_while_paused"),
        sa.Index("ix_list_schedule_due_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(
        sa.ForeignKey("saved_list.id", ondelete="CASCADE"), unique=True
    )
    rhythm: Mapped[Rhythm] = mapped_column(enum_type(Rhythm))
    weekday: Mapped[int | None]
    month_day: Mapped[int | None]
    hour: Mapped[int]  # in the network's time zone
    file_kind: Mapped[FileKind] = mapped_column(enum_type(FileKind))
    condition: Mapped[Condition] = mapped_column(enum_type(Condition))
    to_owner: Mapped[bool]
    # The next moment by the rule; see times.next_moment. Written without a new row version.
    due_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]

    saved_list: Mapped[SavedList] = related()

    @property
    def rule(self) -> Rule:
        """When it is sent."""
        return Rule(self.rhythm, self.hour, self.weekday, self.month_day)


class Cause(Enum):
    """Why a run began."""

    PLAN = "plan"
    ASKED = "asked"  # the owner pressed 'send now'


class ListRun(PublicId, db.Model):
    """One sending of a list, as it was set up then."""

    __tablename__ = "list_run"
    __table_args__ = (sa.UniqueConstraint("list_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(sa.ForeignKey("saved_list.id", ondelete="CASCADE"))
    # The planned moment, or what the form that asked was given: the same key is the same run.
    key: Mapped[str] = mapped_column(sa.String(40))
    cause: Mapped[Cause] = mapped_column(enum_type(Cause))
    planned_for: Mapped[datetime]
    file_kind: Mapped[FileKind] = mapped_column(enum_type(FileKind))
    condition: Mapped[Condition] = mapped_column(enum_type(Condition))
    finished_at: Mapped[datetime | None]

    saved_list: Mapped[SavedList] = related()


class Outcome(Enum):
    """What a run came to for one recipient."""

    SENT = "sent"  # the message is written; its mail has a state of its own
    EMPTY = "empty"  # not sent: no rows
    UNCHANGED = "unchanged"  # not sent: the same rows as last time
    NO_RIGHT = "no_right"  # not sent: may not see the list
    OWNER_NO_RIGHT = "owner_no_right"  # not sent to anybody: its owner may not see it any more
    TOO_LONG = "too_long"  # not sent: more rows than such a file holds
    FAILED = "failed"  # not sent: a fault, at each try


class ListDelivery(db.Model):
    """One recipient of a run."""

    __tablename__ = "list_delivery"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "recipient_id"),
        sa.CheckConstraint("(outcome IS NULL) = (done_at IS NULL)", name="outcome_when_done"),
        sa.CheckConstraint("tries >= 0", name="tries_counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("list_run.id", ondelete="CASCADE"))
    recipient_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    tries: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[Outcome | None] = mapped_column(enum_type(Outcome))
    done_at: Mapped[datetime | None]
    rows: Mapped[int | None]
    size: Mapped[int | None] = mapped_column(sa.BigInteger)  # bytes
    fingerprint: Mapped[str | None] = mapped_column(sa.String(64))
    # Whether the recipient saw no more of the network than the owner, who else isn't told numbers.
    is_within: Mapped[bool | None]
    message_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("message.id", ondelete="SET NULL"), index=True
    )

    run: Mapped[ListRun] = related()
    recipient: Mapped[Person] = related()
    message: Mapped[Message | None] = related()
