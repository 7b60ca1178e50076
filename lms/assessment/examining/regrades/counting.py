"""What a correction makes of scores that were given before it: read in bulk, computed purely."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.assessment.examining.keys import KeyInForce, keys_in_force
from lms.assessment.examining.models import CorrectionKind, Regrade, RegradeResult
from lms.assessment.examining.queries import counted_score
from lms.assessment.examining.regrades.remarking import attempt_of
from lms.assessment.grading.queries import graded_points
from lms.assessment.models import (
    Assessment,
    Attempt,
    AttemptEvent,
    AttemptItem,
    Score,
)
from lms.assessment.rules.tally import scored
from lms.core.database import db


@dataclass(frozen=True)
class Counted:
    """An attempt with the score that counts and what it would be worth."""

    attempt: Attempt
    score: Score
    worth: dict[str, Any]  # columns of ``Score``
    log_head: str

    @property
    def changes(self) -> bool:
        """Whether the result differs in anything that a score keeps."""
        return any(getattr(self.score, name) != value for name, value in self.worth.items())


def counted(
    attempt_ids: Collection[int],
    override: Mapping[int, KeyInForce] | None = None,
    graded: Mapping[int, Mapping[int, Fraction]] | None = None,
) -> list[Counted]:
    """Return what these closed attempts are worth by the keys in force, or by ``override``.

    ``graded``: points that people would give instead of those they gave: attempt → position →
    points.

    A fixed number of statements. Of each log only what was scored then is counted: answers that
    arrived late since are scored when the attempt is settled.
    """
    rows = db.session.execute(
        sa.select(Attempt, Score)
        .join(Score, counted_score())
        .where(Attempt.id.in_(attempt_ids))
        .order_by(Attempt.id)
        .execution_options(populate_existing=True)
    ).all()
    papers, logs = _papers(attempt_ids), _logs(attempt_ids)
    given, exams = graded_points(attempt_ids), _exams(attempt_ids)
    version_ids = {item.item_version_id for paper in papers.values() for item in paper}
    keys = keys_in_force(version_ids) | dict(override or {})
    found = []
    for attempt, score in rows:
        if attempt.id not in logs:  # the paper was erased meanwhile: its score stands
            continue
        log = [event for event in logs[attempt.id] if event.number <= score.log_number]
        outcome = scored(
            exam=exams[attempt.assessment_id],
            attempt=attempt,
            items=papers[attempt.id],
            keys=keys,
            events=log,
            graded={**given[attempt.id], **(graded or {}).get(attempt.id, {})},
        )
        found.append(Counted(attempt, score, outcome.columns(), log[-1].hash))
    return found


def _exams(attempt_ids: Collection[int]) -> dict[int, Assessment]:
    statement = (
        sa.select(Assessment)
        .where(
            Assessment.id.in_(
                sa.select(Attempt.assessment_id).where(Attempt.id.in_(attempt_ids)).distinct()
            )
        )
        .options(joinedload(Assessment.sections))
    )
    return {exam.id: exam for exam in db.session.scalars(statement).unique()}


def _papers(attempt_ids: Collection[int]) -> dict[int, list[AttemptItem]]:
    statement = (
        sa.select(AttemptItem)
        .where(AttemptItem.attempt_id.in_(attempt_ids))
        .order_by(AttemptItem.attempt_id, AttemptItem.position)
        .options(joinedload(AttemptItem.item_version))
    )
    return _by_attempt(db.session.scalars(statement))


def _logs(attempt_ids: Collection[int]) -> dict[int, list[AttemptEvent]]:
    statement = (
        sa.select(AttemptEvent)
        .where(AttemptEvent.attempt_id.in_(attempt_ids))
        .order_by(AttemptEvent.attempt_id, AttemptEvent.number)
    )
    return _by_attempt(db.session.scalars(statement))


def _by_attempt(rows: Iterable[Any]) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.attempt_id].append(row)
    return grouped


def asked(regrade: Regrade) -> sa.ColumnElement[bool]:
    """Return the condition 'the attempt asked the item version, has a score and still its log'.

    Of a remark: that it is the one.
    """
    asked_it = Attempt.id.in_(
        sa.select(AttemptItem.attempt_id).where(
            AttemptItem.item_version_id == regrade.item_version_id
        )
    )
    return sa.and_(
        Attempt.closed_at.is_not(None),
        sa.exists().where(AttemptEvent.attempt_id == Attempt.id),
        attempt_of(regrade) if regrade.kind is CorrectionKind.REMARKED else asked_it,
    )


def uncounted(regrade: Regrade) -> sa.Select[int]:
    """Return the ids of scored attempts that the preview doesn't hold yet."""
    known = sa.exists().where(
        RegradeResult.regrade_id == regrade.id, RegradeResult.attempt_id == Attempt.id
    )
    return sa.select(Attempt.id).where(asked(regrade), ~known).order_by(Attempt.id)


def outdated(regrade: Regrade) -> int:
    """Return how many attempts were scored, or scored anew, since the preview was made."""
    new = sa.select(sa.func.count()).select_from(uncounted(regrade).order_by(None).subquery())
    again = (
        sa.select(sa.func.count())
        .select_from(RegradeResult)
        .join(Attempt, Attempt.id == RegradeResult.attempt_id)
        .join(Score, counted_score())
        .where(RegradeResult.regrade_id == regrade.id, Score.number != RegradeResult.before_number)
    )
    return (db.session.scalar(new) or 0) + (db.session.scalar(again) or 0)


def digest_of(regrade: Regrade) -> str:
    """Return a hash over the whole preview: what is confirmed is what was shown."""
    rows = db.session.execute(
        sa.select(
            RegradeResult.attempt_id,
            RegradeResult.before_number,
            RegradeResult.after_points,
            RegradeResult.after_possible,
            RegradeResult.after_percent,
            RegradeResult.after_passed,
        )
        .where(RegradeResult.regrade_id == regrade.id)
        .order_by(RegradeResult.attempt_id)
    )
    lines = [f"{regrade.public_id} {regrade.kind.value} {regrade.new_answers!r}"]
    lines += [" ".join(str(value) for value in row) for row in rows]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
