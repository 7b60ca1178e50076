"""What merging two people does with what exams and practice hold of them."""

from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from lms.assessment.models import Attempt
from lms.assessment.practice.models import PracticeCard, PracticeQuestion, PracticeSession
from lms.assessment.practice.queries import cards_held_twice
from lms.assessment.practice.services import derived_state, store
from lms.core.database import db
from lms.people.merging.carrying import Deed, Pair, carry, hinder, rows_of, run


def _while_an_exam_is_open(pair: Pair) -> Any:
    """Say that nobody's paper changes hands while it is written, or isn't scored."""
    sitting = sa.select(Attempt.id).where(
        Attempt.candidate_id.in_([one.id for one in pair.both]), Attempt.settled_at.is_(None)
    )
    if db.session.scalar(sitting.limit(1)) is None:
        return None
    return _l("An exam of one of these people is under way, or its score isn’t settled yet.")


def _end_session(deed: Deed) -> None:
    """Let the practice that the other record has begun be given up."""
    ids = PracticeSession.person_id == deed.pair.ended.id
    begun = sa.update(PracticeSession).where(ids, PracticeSession.ended_at.is_(None))
    run(begun.values(ended_at=deed.now))


def _join_cards(deed: Deed) -> None:
    """Let reviews of the same thing count for one card: its state is the fold over all of them."""
    zone = current_app.config["SETTINGS"].time_zone
    pairs = cards_held_twice(deed.pair.kept.id, deed.pair.ended.id)
    for kept_id, ended_id in pairs:
        questions = sa.update(PracticeQuestion).where(PracticeQuestion.card_id == ended_id)
        run(questions.values(card_id=kept_id))
        run(sa.delete(PracticeCard).where(PracticeCard.id == ended_id))
        card = db.session.get_one(PracticeCard, kept_id)
        store(card, derived_state(card, zone))
        db.session.flush()


hinder(_while_an_exam_is_open)
carry(
    rows_of("attempts", _l("Exam attempts, with answers and results"), Attempt.candidate_id),
    rows_of(
        "practice",
        _l("Practice"),
        PracticeSession.person_id,
        before=_end_session,
        is_passing=True,
    ),
    rows_of(
        "practice_cards",
        _l("How well practice thinks things are remembered"),
        PracticeCard.person_id,
        before=_join_cards,
        is_passing=True,
    ),
)
