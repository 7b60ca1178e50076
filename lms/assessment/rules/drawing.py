"""The state that a paper is drawn in: the pool, what the candidate had before, recent papers.

A fixed number of statements, whatever the number of attempts.
"""

import math
from collections.abc import Iterable

import sqlalchemy as sa

from lms.assessment.models import (
    Assessment,
    AssessmentSection,
    Attempt,
    AttemptItem,
    ItemKind,
    ItemVersion,
    PoolEntry,
)
from lms.assessment.papers import Paper, PoolItem, Rule, draw_paper
from lms.core.database import db, execute
from lms.learning.models import Enrolment

RECENT = 100  # papers that the limit on showing an item looks back on
# Made once: everybody who starts an exam asks both.
POOL = (
    sa.select(
        ItemVersion.id,
        ItemVersion.topic,
        ItemVersion.level,
        ItemVersion.kind,
        PoolEntry.facility,
        ItemVersion.item_id,
        ItemVersion.public_id,
        ItemVersion.enemies,
    )
    .join(PoolEntry, PoolEntry.item_version_id == ItemVersion.id)
    .where(PoolEntry.assessment_id == sa.bindparam("assessment", type_=sa.Integer))
)
SEEN = (
    sa.select(ItemVersion.item_id, sa.func.max(Attempt.id))
    .join(AttemptItem, AttemptItem.item_version_id == ItemVersion.id)
    .join(Attempt, Attempt.id == AttemptItem.attempt_id)
    .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    .where(
        Attempt.candidate_id == sa.bindparam("learner", type_=sa.Integer),
        Enrolment.course_id == sa.bindparam("course", type_=sa.Integer),
    )
    .group_by(ItemVersion.item_id)
)


def rules_of_sections(sections: Iterable[AssessmentSection]) -> list[Rule]:
    """Return the sections as rules, in their order."""
    return [Rule(s.topic, s.level, s.draw, ItemKind(s.kind) if s.kind else None) for s in sections]


def paper_for(assessment: Assessment, enrolment: Enrolment, seed: str) -> Paper:
    """Draw the paper of the enrolment's next attempt. Raises PoolTooSmall."""
    rows = execute(POOL, {"assessment": assessment.id}).all()
    seen, excess = _seen(enrolment), _excess(assessment)
    pool = [
        PoolItem(
            one, topic, level, kind, facility, (seen.get(item, 0), excess.get(one, 0)), key, enemies
        )
        for one, topic, level, kind, facility, item, key, enemies in rows
    ]
    return draw_paper(rules_of_sections(assessment.sections), pool, seed, band=assessment.fair_band)


def _seen(enrolment: Enrolment) -> dict[int, int]:
    """Return by item: 2 for what stood in the candidate's last paper of the course, 1 before."""
    rows = execute(SEEN, {"learner": enrolment.learner_id, "course": enrolment.course_id}).all()
    last = max((attempt_id for _, attempt_id in rows), default=0)
    return {item_id: 2 if attempt_id == last else 1 for item_id, attempt_id in rows}


def _excess(assessment: Assessment) -> dict[int, int]:
    """Return by how many papers an item would be beyond its limit if it stood in one more.

    The limit is the stated share of the recent papers, the new one among them, rounded up to whole
    papers.
    """
    if assessment.exposure_percent is None:
        return {}
    recent = (
        sa.select(Attempt.id)
        .where(Attempt.assessment_id == assessment.id)
        .order_by(Attempt.id.desc())
        .limit(RECENT - 1)
        .subquery("recent")
    )
    papers = sa.select(sa.func.count()).select_from(recent).scalar_subquery()
    rows = db.session.execute(
        sa.select(AttemptItem.item_version_id, sa.func.count(), papers)
        .join(recent, recent.c.id == AttemptItem.attempt_id)
        .group_by(AttemptItem.item_version_id)
    ).all()
    excess = {}
    for version_id, times, count in rows:
        allowed = math.ceil(assessment.exposure_percent * (count + 1) / 100)
        excess[version_id] = max(0, times + 1 - allowed)
    return excess
