"""How hard an item is expected to be: from past answers when there are enough, else by its level.

The measure is the *facility*: the share of an item's points that people earned, in percent. With
fewer than ``ENOUGH`` answers in attempts that count as exams, the level stands for it
(``papers.EXPECTED_OF_LEVEL``). It is kept at the exam's pool and refreshed by a job, so that
starting an attempt counts nothing.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from lms.assessment.models import (
    SCORE_COUNTS,
    Assessment,
    Attempt,
    AttemptItem,
    Behaviour,
    ItemVersion,
    PoolEntry,
    Score,
)
from lms.core.database import db

ENOUGH = 30  # answers
MEMORY = timedelta(days=730)  # older answers tell of other times


def exams_to_refresh() -> list[int]:
    """Return the ids of all exams whose papers are to be equally hard."""
    statement = sa.select(Assessment.id).where(Assessment.fair_band.is_not(None))
    return list(db.session.scalars(statement.order_by(Assessment.id)))


def refresh_facilities(assessment_id: int, *, now: datetime) -> int:
    """Write the facility of each item of the exam's pool; return how many have one."""
    found = _facilities(assessment_id, now)
    rows = db.session.execute(
        sa.select(PoolEntry.item_version_id, PoolEntry.facility).where(
            PoolEntry.assessment_id == assessment_id
        )
    ).all()
    changes = [
        {"version": version_id, "found": found.get(version_id)}
        for version_id, facility in rows
        if found.get(version_id) != facility
    ]
    if changes:
        table = sa.inspect(PoolEntry).local_table
        db.session.connection().execute(
            sa.update(table)
            .where(
                table.c.assessment_id == assessment_id,
                table.c.item_version_id == sa.bindparam("version"),
            )
            .values(facility=sa.bindparam("found")),
            changes,
        )
    return len(found)


def _facilities(assessment_id: int, now: datetime) -> dict[int, float]:
    earned = _earned()
    statement = (
        sa.select(
            AttemptItem.item_version_id,
            100 * sa.func.sum(earned) / sa.func.sum(sa.cast(ItemVersion.points, sa.Float)),
        )
        .join(PoolEntry, PoolEntry.item_version_id == AttemptItem.item_version_id)
        .join(ItemVersion, ItemVersion.id == AttemptItem.item_version_id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Score, Score.attempt_id == Attempt.id)
        .where(
            PoolEntry.assessment_id == assessment_id,
            Attempt.behaviour == Behaviour.EXAM,
            Attempt.settled_at > now - MEMORY,
            SCORE_COUNTS,
            earned.is_not(None),
        )
        .group_by(AttemptItem.item_version_id)
        .having(sa.func.count() >= ENOUGH)
    )
    return {
        version_id: round(float(percent), 2)
        for version_id, percent in db.session.execute(statement)
    }


def _earned() -> sa.ColumnElement[float]:
    """Return the points that the attempt's score has for the item's position."""
    position = sa.cast(AttemptItem.position, sa.String)
    if db.session.get_bind().dialect.name == "postgresql":
        return sa.cast(Score.items.op("->>")(position), sa.Float)
    return sa.func.json_extract(Score.items, sa.literal('$."') + position + '"', type_=sa.Float)
