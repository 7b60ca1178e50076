"""Tables of item banks, exams and attempts."""

from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column

from lms.catalog.models import FINAL_EXAM, Activity, Course
from lms.core.database import PublicId, RowVersion, db, enum_type, related
from lms.learning.models import Enrolment
from lms.people.models import Person


class ItemBank(PublicId, db.Model):
    """The pool of one course's items."""

    __tablename__ = "item_bank"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(
        sa.ForeignKey("course.id", ondelete="RESTRICT"), unique=True
    )

    course: Mapped[Course] = related()


class Item(PublicId, RowVersion, db.Model):
    """One question as a lasting thing; what it says stands in its versions."""

    __tablename__ = "item"
    __table_args__ = (sa.UniqueConstraint("bank_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("item_bank.id", ondelete="RESTRICT"))
    key: Mapped[str] = mapped_column(sa.String(60))
    current_number: Mapped[int]  # the version authors see and the next publication takes
    retired_at: Mapped[datetime | None]

    bank: Mapped[ItemBank] = related()
    versions: Mapped[list["ItemVersion"]] = related(
        back_populates="item", order_by="ItemVersion.number"
    )


class ItemKind(Enum):
    """Kinds of items; a closed set, each with its scoring function, form and template."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    TRUE_FALSE = "true_false"
    MATCHING = "matching"
    ORDERING = "ordering"
    NUMERIC = "numeric"
    SHORT_TEXT = "short_text"
    GAP_TEXT = "gap_text"
    HOTSPOT = "hotspot"
    DIALOGUE = "dialogue"
    ESSAY = "essay"
    FILE = "file"


class ItemVersion(PublicId, db.Model):
    """What a candidate is shown; immutable. Nothing here tells the right answer."""

    __tablename__ = "item_version"
    __table_args__ = (sa.UniqueConstraint("item_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(sa.ForeignKey("item.id", ondelete="RESTRICT"))
    number: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(enum_type(ItemKind))
    topic: Mapped[str] = mapped_column(sa.String(60))
    level: Mapped[int]
    points: Mapped[int]
    # By kind; see assessment.content: prompt, options (key, text), lefts, rights, steps, unit.
    content: Mapped[dict[str, Any]]
    sources: Mapped[list[Any]] = mapped_column(default=list)
    # Keys of the living facts that it asks about; see catalog.facts.
    facts: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    # Items that name the same group must not meet in one paper; "": it may meet all.
    enemies: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT")
    )
    # SHA-256 over content, key and tags: an unchanged import makes no new version.
    digest: Mapped[str] = mapped_column(sa.String(64))

    item: Mapped[Item] = related(back_populates="versions")


class ItemKey(db.Model):
    """The scoring key and the explanations of one item version; never loaded by delivery."""

    __tablename__ = "item_key"

    item_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("item_version.id", ondelete="RESTRICT"), primary_key=True
    )
    answer: Mapped[dict[str, Any]]
    explanations: Mapped[dict[str, Any]]


class ExplanationPolicy(Enum):
    """When a candidate sees the explanations."""

    AFTER_SUBMISSION = "after_submission"
    AFTER_PASS = "after_pass"  # noqa: S105 - no password
    NEVER = "never"


class Behaviour(Enum):
    """How an attempt goes; pinned to each attempt at its start."""

    EXAM = "exam"  # the whole paper at once, feedback after it
    PRACTICE = "practice"  # one question at a time, feedback at once, an answer is final
    MASTERY = "mastery"  # like practice, each topic until two in a row are right


class Counting(Enum):
    """Which of several attempts is the result."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"


class Assessment(RowVersion, db.Model):
    """An exam of one course version: its rules and its blueprint.

    It belongs to (course version, key), the key being its activity's: a version has one final exam
    at most, with the key ``FINAL_EXAM``, and any number of further ones. The same key in the next
    version is the same exam.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        sa.CheckConstraint("closes_at > opens_at", name="window"),
        sa.CheckConstraint("fair_band BETWEEN 1 AND 50", name="fair_band"),
        sa.CheckConstraint("exposure_percent BETWEEN 1 AND 100", name="exposure_percent"),
        sa.CheckConstraint("pass_percent BETWEEN 1 AND 100", name="pass_percent"),
        sa.CheckConstraint("minutes BETWEEN 1 AND 480", name="minutes"),
        sa.CheckConstraint("attempts_allowed BETWEEN 1 AND 99", name="attempts_allowed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(
        sa.ForeignKey("activity.id", ondelete="CASCADE"), unique=True
    )
    title: Mapped[dict[str, Any]]
    minutes: Mapped[int]
    pass_percent: Mapped[int]
    attempts_allowed: Mapped[int]
    wait_hours: Mapped[int] = mapped_column(default=0)  # between two attempts
    explanations: Mapped[ExplanationPolicy] = mapped_column(enum_type(ExplanationPolicy))
    behaviour: Mapped[Behaviour] = mapped_column(enum_type(Behaviour), default=Behaviour.EXAM)
    # Whether each answer states how sure its candidate is, which goes into the score.
    certainty: Mapped[bool] = mapped_column(default=False)
    counting: Mapped[Counting] = mapped_column(enum_type(Counting), default=Counting.BEST)
    opens_at: Mapped[datetime | None]  # no attempt starts before
    closes_at: Mapped[datetime | None]  # none starts after, and none lasts longer
    needs_code: Mapped[bool] = mapped_column(default=False)  # see rules.models.ReleaseCode
    # How far a paper's expected score may lie from the blueprint's, in percentage points.
    fair_band: Mapped[int | None]
    # In what share of the recent papers one item may stand, while the pool has others.
    exposure_percent: Mapped[int | None]

    activity: Mapped[Activity] = related()
    sections: Mapped[list["AssessmentSection"]] = related(
        order_by="AssessmentSection.position", cascade="all, delete-orphan"
    )


class AssessmentSection(db.Model):
    """A selection rule: so many items of a topic, optionally of one level and of one kind."""

    __tablename__ = "assessment_section"
    __table_args__ = (
        sa.UniqueConstraint("assessment_id", "position"),
        sa.CheckConstraint("draw >= 1", name="draw"),
        sa.CheckConstraint("pass_percent BETWEEN 1 AND 100", name="pass_percent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment.id", ondelete="CASCADE"))
    position: Mapped[int]
    topic: Mapped[str] = mapped_column(sa.String(60))
    level: Mapped[int | None]
    draw: Mapped[int]
    kind: Mapped[str | None] = mapped_column(sa.String(40))  # the value of an ItemKind
    pass_percent: Mapped[int | None]  # to be reached in this section, besides the total


class PoolEntry(db.Model):
    """An item version that a published exam may draw; pinned at publication."""

    __tablename__ = "pool_entry"

    assessment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("assessment.id", ondelete="CASCADE"), primary_key=True
    )
    item_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("item_version.id", ondelete="RESTRICT"), primary_key=True, index=True
    )
    # What share of its points people earn, from past answers; None until there are enough of them.
    # Refreshed by a job, so that starting an attempt counts nothing; see rules.difficulty.
    facility: Mapped[float | None]


class Attempt(PublicId, db.Model):
    """One sitting by one candidate. Its answers stand in the log, its score in ``Score``."""

    __tablename__ = "attempt"
    __table_args__ = (
        sa.UniqueConstraint("enrolment_id", "exam_key", "number"),
        # One at a time of all exams of the course: what one explains another may ask.
        sa.Index(
            "uq_attempt_open",
            "enrolment_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index(
            "ix_attempt_unsettled",
            "deadline_at",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
        sa.CheckConstraint(
            "settled_at IS NULL OR closed_at IS NOT NULL", name="settled_when_closed"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(
        sa.ForeignKey("assessment.id", ondelete="RESTRICT"), index=True
    )
    enrolment_id: Mapped[int] = mapped_column(sa.ForeignKey("enrolment.id", ondelete="RESTRICT"))
    candidate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("person.id", ondelete="RESTRICT"), index=True
    )
    # Which exam of the course it is, in whichever version: the key of the exam's activity.
    exam_key: Mapped[str] = mapped_column(
        sa.String(60), default=FINAL_EXAM, server_default=FINAL_EXAM
    )
    number: Mapped[int]  # from 1 within the enrolment and the exam
    language: Mapped[str] = mapped_column(sa.String(2))
    seed: Mapped[str] = mapped_column(sa.String(32))  # the same seed gives the same paper
    # The attempt's own token is an HMAC over this; see assessment.tokens.
    token_nonce: Mapped[str] = mapped_column(sa.String(32))
    writer: Mapped[int] = mapped_column(default=1)  # the lease: which tab may write
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]  # submitted, or closed by the clock
    submitted_at: Mapped[datetime | None]
    # From then on no answer is taken and the score stands: at the submission, or, when the clock
    # closed the attempt, when no late answer can arrive any more.
    settled_at: Mapped[datetime | None]
    # The last heartbeat that was noted: not each one, see services.presence.
    seen_at: Mapped[datetime | None]
    behaviour: Mapped[Behaviour] = mapped_column(enum_type(Behaviour), default=Behaviour.EXAM)
    # The mean share of points that people are expected to earn on this paper, in percent.
    expected_percent: Mapped[float | None]

    assessment: Mapped[Assessment] = related()
    enrolment: Mapped[Enrolment] = related()
    candidate: Mapped[Person] = related()
    items: Mapped[list["AttemptItem"]] = related(order_by="AttemptItem.position")


class AttemptItem(db.Model):
    """One item of an attempt's paper."""

    __tablename__ = "attempt_item"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "item_version_id"),)

    attempt_id: Mapped[int] = mapped_column(
        sa.ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)  # from 1
    item_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("item_version.id", ondelete="RESTRICT"), index=True
    )
    section: Mapped[int | None]  # position of the section that drew it
    order: Mapped[list[Any]]  # keys of options, rights or steps as this candidate sees them

    item_version: Mapped[ItemVersion] = related()


class EventKind(Enum):
    """What an attempt's log records."""

    ANSWER = "answer"
    FLAG = "flag"
    TAKEOVER = "takeover"  # another tab or machine began to write
    SUBMIT = "submit"
    CLOSE = "close"  # by the clock


class AttemptEvent(db.Model):
    """One entry of an attempt's append-only log."""

    __tablename__ = "attempt_event"
    __table_args__ = (
        sa.UniqueConstraint("attempt_id", "number"),
        sa.UniqueConstraint("attempt_id", "event_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id", ondelete="RESTRICT"))
    number: Mapped[int]  # place in the log, given by the server, from 1
    event_id: Mapped[str] = mapped_column(sa.String(36))  # made by the browser
    kind: Mapped[EventKind] = mapped_column(enum_type(EventKind))
    writer: Mapped[int]  # lease under which it was authored; a later lease wins
    sequence: Mapped[int]  # the browser's own count within the lease; a higher one wins
    position: Mapped[int | None]  # the item's place in the paper
    body: Mapped[dict[str, Any]]
    authored_at: Mapped[datetime | None]  # by the browser's clock, corrected by its known offset
    received_at: Mapped[datetime]  # at the first instruction of the request
    late: Mapped[bool] = mapped_column(default=False)  # arrived after deadline and grace
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class Score(db.Model):
    """What an attempt is worth; appended, the last one counts."""

    __tablename__ = "score"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id", ondelete="RESTRICT"))
    number: Mapped[int]  # from 1; more than one only after late arrivals or a regrade
    scored_at: Mapped[datetime]
    log_number: Mapped[int]  # the log's last entry that was counted
    points: Mapped[float]
    points_possible: Mapped[float]
    percent: Mapped[float]
    passed: Mapped[bool]
    topics: Mapped[dict[str, Any]]  # topic → [points, possible]
    items: Mapped[dict[str, Any]]  # position → points
    # How many answers a person has yet to grade: until then nothing is passed.
    awaiting: Mapped[int] = mapped_column(default=0, server_default="0")
    # Position of a section → {"points", "possible", "needed" (percent or None), "met"}.
    sections: Mapped[dict[str, Any] | None]
    # With certainty-based marking: position → [certainty, points that count].
    certainty: Mapped[dict[str, Any] | None]


_later = aliased(Score)
# Of a score: it is its attempt's last one, the one that counts.
SCORE_COUNTS = ~sa.exists().where(
    _later.attempt_id == Score.attempt_id, _later.number > Score.number
).correlate(Score)
