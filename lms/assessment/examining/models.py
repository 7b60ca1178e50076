"""Tables of receipts, corrections of keys with their regrades, and appeals."""

from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.assessment.models import Attempt, ItemVersion
from lms.core.database import PublicId, RowVersion, db, enum_type, related
from lms.people.models import Person


class AttemptReceipt(PublicId, db.Model):
    """What a candidate was given of a sitting, signed; one for each score they asked it for."""

    __tablename__ = "attempt_receipt"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "score_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id", ondelete="RESTRICT"))
    score_number: Mapped[int]
    issued_at: Mapped[datetime]
    log_number: Mapped[int]  # how many entries the log had
    log_head: Mapped[str] = mapped_column(sa.String(64))  # the last one's hash
    content: Mapped[dict[str, Any]]  # see receipts.content
    seal: Mapped[str] = mapped_column(sa.Text)  # see receipts.sealing


class CorrectionKind(Enum):
    """How the scoring of an item version is put right."""

    NEW_KEY = "new_key"  # another answer is the right one
    ACCEPT = "accept"  # one more answer earns all points
    FULL_POINTS = "full_points"  # the item was faulty: everyone earns all points
    NOT_COUNTED = "not_counted"  # the item was faulty: its points can't be earned nor lost
    REMARKED = "remarked"  # no fault of the item: one answer that people judge is judged anew


class RegradeState(Enum):
    """The life of a correction and the regrade that follows from it."""

    COUNTING = "counting"  # the preview is being made
    PREVIEWED = "previewed"
    APPLYING = "applying"  # in force for all that is scored from now on; earlier scores follow
    DONE = "done"
    DISCARDED = "discarded"  # never was in force


class Regrade(PublicId, RowVersion, db.Model):
    """A correction of an item version's scoring; in force once it is applied, then never changed.

    The item version keeps its content and its first key. Of several corrections the last counts. A
    remark touches no key: its ``Grading`` says of which answer.
    """

    __tablename__ = "regrade"
    __table_args__ = (
        sa.UniqueConstraint("item_version_id", "number"),
        sa.Index(
            "uq_regrade_open",
            "item_version_id",
            unique=True,
            sqlite_where=sa.text("state IN ('counting', 'previewed', 'applying')"),
            postgresql_where=sa.text("state IN ('counting', 'previewed', 'applying')"),
        ),
        sa.CheckConstraint("(applied_at IS NULL) = (number IS NULL)", name="numbered_when_applied"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("item_version.id", ondelete="RESTRICT"), index=True
    )
    number: Mapped[int | None]  # from 1 within the item version, in the order they came in force
    kind: Mapped[CorrectionKind] = mapped_column(enum_type(CorrectionKind))
    # Keys, as in ItemKey.answer; the first is the one that is shown. Of a remark: points by line.
    old_answers: Mapped[list[Any]]
    new_answers: Mapped[list[Any]]  # the same after the correction
    # What is told of the whole question from then on, by language; None: what was told before.
    explanation: Mapped[dict[str, Any] | None]
    reason: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[RegradeState] = mapped_column(enum_type(RegradeState))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="RESTRICT"))
    digest: Mapped[str | None] = mapped_column(sa.String(64))  # of the preview, once it is complete
    applied_at: Mapped[datetime | None]
    applied_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    done_at: Mapped[datetime | None]

    item_version: Mapped[ItemVersion] = related()
    created_by: Mapped[Person] = related(foreign_keys=[created_by_id])


class RegradeResult(db.Model):
    """What a regrade means for one attempt: foreseen by the preview, then applied."""

    __tablename__ = "regrade_result"

    regrade_id: Mapped[int] = mapped_column(
        sa.ForeignKey("regrade.id", ondelete="CASCADE"), primary_key=True
    )
    attempt_id: Mapped[int] = mapped_column(
        sa.ForeignKey("attempt.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    before_number: Mapped[int]  # of the score that counted when the preview was made
    before_percent: Mapped[float]
    before_passed: Mapped[bool]
    after_points: Mapped[float]
    after_possible: Mapped[float]
    after_percent: Mapped[float]
    after_passed: Mapped[bool]
    changes: Mapped[bool]  # whether a new score is appended
    applied_at: Mapped[datetime | None]
    score_number: Mapped[int | None]  # of the score that was appended, if one was

    attempt: Mapped[Attempt] = related()


class AppealState(Enum):
    """Where an appeal stands."""

    OPEN = "open"
    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"


class Appeal(PublicId, RowVersion, db.Model):
    """A candidate's objection to one question of a settled attempt, and the answer to it."""

    __tablename__ = "appeal"
    __table_args__ = (
        sa.Index(
            "uq_appeal_open",
            "attempt_id",
            "position",
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_appeal_state", "state", "id"),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_when_closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(
        sa.ForeignKey("attempt.id", ondelete="RESTRICT"), index=True
    )
    position: Mapped[int]
    # The signed transcript that the objection refers to: what was asked and answered then.
    receipt_id: Mapped[int] = mapped_column(
        sa.ForeignKey("attempt_receipt.id", ondelete="RESTRICT"), index=True
    )
    reason: Mapped[str] = mapped_column(sa.Text)
    made_at: Mapped[datetime]
    state: Mapped[AppealState] = mapped_column(enum_type(AppealState))
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )

    attempt: Mapped[Attempt] = related()
    receipt: Mapped[AttemptReceipt] = related()
