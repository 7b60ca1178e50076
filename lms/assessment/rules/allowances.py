"""What one person is allowed beyond the exam's rules, and more time after an incident: reads.

Entries are only appended; what they amount to is a fold over them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from lms.assessment.deadlines import MoreTime
from lms.assessment.models import Attempt
from lms.assessment.rules.models import (
    AllowanceKind,
    ExamAllowance,
    ExamExtension,
    ExtendedAttempt,
)
from lms.catalog.models import FINAL_EXAM
from lms.core.database import db, execute, rows_of
from lms.learning.models import Enrolment

ENDS = ("completed_at", "withdrawn_at")
ENTRIES = (
    sa.select(ExamAllowance)
    .where(
        ExamAllowance.enrolment_id == sa.bindparam("enrolment", type_=sa.Integer),
        ExamAllowance.exam_key == sa.bindparam("exam", type_=sa.String),
    )
    .order_by(ExamAllowance.id)
)
ENTRIES_WITH_NAMES = ENTRIES.options(joinedload(ExamAllowance.granted_by))
HAS_ENDED = sa.select(Enrolment.completed_at, Enrolment.withdrawn_at).where(
    Enrolment.id == sa.bindparam("id", type_=sa.Integer)
)
STARTS = 0x6578  # a name space of PostgreSQL's advisory locks


def one_at_a_time(enrolment: Enrolment) -> None:
    """Wait until no other transaction starts an attempt of this enrolment or grants it anything.

    Held to the transaction's end, and always taken before any row's lock. SQLite has one writing
    transaction at a time anyway. Whether the enrolment has ended is read anew: it may have while we
    waited.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(STARTS, enrolment.id)))
    read_ends(enrolment)


def read_ends(enrolment: Enrolment) -> None:
    """Read anew whether the enrolment has ended."""
    for name, value in zip(ENDS, execute(HAS_ENDED, {"id": enrolment.id}).one(), strict=True):
        set_committed_value(enrolment, name, value)


@dataclass(frozen=True)
class Grant:
    """An allowance with its end, if it was withdrawn."""

    entry: ExamAllowance
    withdrawal: ExamAllowance | None

    @property
    def withdrawn_at(self) -> datetime | None:
        """When it was taken back."""
        return None if self.withdrawal is None else self.withdrawal.granted_at


def entries(
    enrolment_id: int, exam_key: str = FINAL_EXAM, *, with_names: bool = False
) -> list[ExamAllowance]:
    """Return what was entered for an exam of an enrolment; ``with_names``: and who made it."""
    names = {"enrolment": enrolment_id, "exam": exam_key}
    if with_names:
        return list(db.session.scalars(ENTRIES_WITH_NAMES, names))
    return rows_of(ExamAllowance, ENTRIES, names)


def grants_of(rows: Iterable[ExamAllowance]) -> list[Grant]:
    """Return what entries amount to: the allowances, each with its withdrawal."""
    rows = list(rows)
    withdrawals = {row.withdraws_id: row for row in rows if row.withdraws_id is not None}
    return [
        Grant(row, withdrawals.get(row.id))
        for row in rows
        if row.kind is not AllowanceKind.WITHDRAWAL
    ]


def extra_attempts(grants: Iterable[Grant]) -> int:
    """Return how many attempts beyond the exam's own are allowed now."""
    return sum(
        grant.entry.amount
        for grant in grants
        if grant.entry.kind is AllowanceKind.ATTEMPTS and grant.withdrawal is None
    )


def more_time(grants: Iterable[Grant], extensions: Iterable[ExamExtension] = ()) -> list[MoreTime]:
    """Return all that lengthens an attempt, for ``deadlines.deadline``."""
    more = [
        MoreTime(
            granted_at=grant.entry.granted_at,
            minutes=grant.entry.amount if grant.entry.kind is AllowanceKind.MINUTES else 0,
            percent=grant.entry.amount if grant.entry.kind is AllowanceKind.PERCENT else 0,
            withdrawn_at=grant.withdrawn_at,
        )
        for grant in grants
        if grant.entry.kind is not AllowanceKind.ATTEMPTS
    ]
    return more + [MoreTime(one.granted_at, minutes=one.minutes) for one in extensions]


def extensions_of(attempt_ids: Sequence[int]) -> dict[int, list[ExamExtension]]:
    """Return the extensions that attempts were given, by attempt."""
    statement = (
        sa.select(ExtendedAttempt)
        .where(ExtendedAttempt.attempt_id.in_(attempt_ids))
        .options(joinedload(ExtendedAttempt.extension))
        .order_by(ExtendedAttempt.extension_id)
    )
    found: dict[int, list[ExamExtension]] = {}
    for row in db.session.scalars(statement):
        found.setdefault(row.attempt_id, []).append(row.extension)
    return found


def entries_of_many(enrolment_ids: Sequence[int]) -> dict[tuple[int, str], list[ExamAllowance]]:
    """Return the entries of several enrolments, by enrolment and exam."""
    statement = (
        sa.select(ExamAllowance)
        .where(ExamAllowance.enrolment_id.in_(enrolment_ids))
        .order_by(ExamAllowance.id)
    )
    found: dict[tuple[int, str], list[ExamAllowance]] = {}
    for row in db.session.scalars(statement):
        found.setdefault((row.enrolment_id, row.exam_key), []).append(row)
    return found


def allowance_of(
    enrolment_id: int, public_id: str, exam_key: str = FINAL_EXAM
) -> ExamAllowance | None:
    """Return the enrolment's allowance for an exam by ``public_id``; a withdrawal is none."""
    statement = sa.select(ExamAllowance).where(
        ExamAllowance.public_id == public_id,
        ExamAllowance.enrolment_id == enrolment_id,
        ExamAllowance.exam_key == exam_key,
        ExamAllowance.kind != AllowanceKind.WITHDRAWAL,
    )
    return db.session.scalars(statement).one_or_none()


def open_attempts(enrolment_ids: Sequence[int]) -> list[Attempt]:
    """Return the open attempts of enrolments with their exams, locked, always in one order."""
    statement = (
        sa.select(Attempt)
        .where(Attempt.enrolment_id.in_(enrolment_ids), Attempt.closed_at.is_(None))
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
        .options(joinedload(Attempt.assessment))
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(statement))
