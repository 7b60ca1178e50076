"""Reads for receipts."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from lms.assessment import queries
from lms.assessment.delivery.marks import why_hidden
from lms.assessment.examining.keys import corrections_of
from lms.assessment.examining.models import AttemptReceipt
from lms.assessment.examining.receipts.content import Sitting, instant
from lms.assessment.models import SCORE_COUNTS, Attempt, AttemptItem, ItemVersion, Score
from lms.core.database import db
from lms.people.models import Person


def receipts_of(attempt: Attempt) -> list[AttemptReceipt]:
    """Return the receipts that were issued for the attempt, the newest first."""
    statement = (
        sa.select(AttemptReceipt)
        .where(AttemptReceipt.attempt_id == attempt.id)
        .order_by(AttemptReceipt.score_number.desc())
    )
    return list(db.session.scalars(statement))


def sitting_of(attempt: Attempt, score: Score) -> Sitting:
    """Return all that a receipt of a settled attempt is made from."""
    statement = (
        sa.select(AttemptItem)
        .where(AttemptItem.attempt_id == attempt.id)
        .order_by(AttemptItem.position)
        .options(joinedload(AttemptItem.item_version).joinedload(ItemVersion.item))
    )
    items = list(db.session.scalars(statement))
    places = {item.item_version_id: item.position for item in items}
    hidden = why_hidden(
        attempt.assessment.explanations,
        has_passed=has_passed(attempt),
        is_settled=attempt.settled_at is not None,
        is_sitting=False,
    )
    return Sitting(
        attempt=attempt,
        candidate=db.session.get_one(Person, attempt.candidate_id),
        items=items,
        log=queries.events(attempt.id),
        score=score,
        corrections=[
            {
                "position": places[one.item_version_id],
                "kind": one.kind.value,
                "applied_at": instant(one.applied_at),
            }
            for one in corrections_of(places)
        ],
        shows_points=hidden is None,
    )


def has_passed(attempt: Attempt) -> bool:
    """Tell whether any attempt of the same enrolment at the same exam stands as passed."""
    statement = (
        sa.select(Score.id)
        .join(Attempt, Attempt.id == Score.attempt_id)
        .where(
            Attempt.enrolment_id == attempt.enrolment_id,
            Attempt.exam_key == attempt.exam_key,
            Score.passed,
            SCORE_COUNTS,
        )
    )
    return db.session.scalar(statement.limit(1)) is not None
