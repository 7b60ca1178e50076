"""Named reads of practice. All start from one person; ``results`` alone counts over many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload, selectinload

from lms.assessment.models import (
    Attempt,
    AttemptItem,
    ItemVersion,
    Score,
)
from lms.assessment.practice.met import LEARNER, met_by
from lms.assessment.practice.models import (
    PracticeCard,
    PracticeItem,
    PracticeQuestion,
    PracticeReview,
    PracticeSession,
)
from lms.assessment.practice.planning import Met, Subject, subject_of
from lms.catalog.models import CourseVersion
from lms.core.database import db, execute
from lms.learning.models import Enrolment
from lms.people.models import Person

STREAK_DAYS = 400  # days of practice that are looked at


def is_open_for_practice(item_id: int) -> bool:
    """Tell whether the item's author opened it for practice before the exam."""
    return db.session.get(PracticeItem, item_id) is not None


CARDS = sa.select(*PracticeCard.__table__.columns).where(PracticeCard.person_id == LEARNER)


def cards_of(person_id: int) -> dict[Subject, PracticeCard]:
    """Return all cards of the person, as rows of values: nothing is changed by them."""
    rows = execute(CARDS, {"learner": person_id})
    return {subject_of(card): card for card in cast("Iterable[PracticeCard]", rows)}


def missed_items(person_id: int) -> set[int]:
    """Return the ids of items that the person got wrong, or partly, at their latest exam that asked
    them, whatever the wording.
    """
    statement = (
        sa.select(ItemVersion.item_id, ItemVersion.points, AttemptItem.position, Score.items)
        .join(AttemptItem, AttemptItem.item_version_id == ItemVersion.id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .join(Score, Score.attempt_id == Attempt.id)
        .where(Attempt.candidate_id == person_id)
        .order_by(Attempt.started_at, Attempt.id, Score.number)
    )
    is_missed = {
        row.item_id: row.items.get(str(row.position), 0) < row.points
        for row in db.session.execute(statement)
    }
    return {item_id for item_id, missed in is_missed.items() if missed}


def resting_courses(person_id: int) -> list[dict[str, Any]]:
    """Return the titles of courses whose practice rests while an exam is under way."""
    statement = (
        sa.select(CourseVersion.title)
        .join(Enrolment, Enrolment.version_id == CourseVersion.id)
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .where(Attempt.candidate_id == person_id, Attempt.settled_at.is_(None))
        .order_by(Attempt.id)
    )
    return list(db.session.scalars(statement))


def days_of_practice(person_id: int) -> Sequence[date]:
    """Return the latest days on which the person practised, the last first."""
    statement = (
        sa.select(PracticeReview.answered_on)
        .join(PracticeQuestion, PracticeQuestion.id == PracticeReview.question_id)
        .join(PracticeSession, PracticeSession.id == PracticeQuestion.session_id)
        .where(PracticeSession.person_id == person_id)
        .distinct()
        .order_by(PracticeReview.answered_on.desc())
        .limit(STREAK_DAYS)
    )
    return list(db.session.scalars(statement))


def session_for(person: Person, public_id: str, *, lock: bool = False) -> PracticeSession | None:
    """Return the person's own session with its questions and reviews; None for any other.

    ``lock`` keeps other requests from it until the end of the transaction.
    """
    mine = sa.and_(PracticeSession.public_id == public_id, PracticeSession.person_id == person.id)
    if lock:
        db.session.execute(sa.select(PracticeSession.id).where(mine).with_for_update())
    statement = (
        sa.select(PracticeSession)
        .where(mine)
        .options(
            selectinload(PracticeSession.questions).options(
                joinedload(PracticeQuestion.card),
                joinedload(PracticeQuestion.review),
                joinedload(PracticeQuestion.item_version),
                joinedload(PracticeQuestion.activity),
                joinedload(PracticeQuestion.enrolment).joinedload(Enrolment.version),
            )
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(statement).one_or_none()


def open_session(person_id: int) -> PracticeSession | None:
    """Return the session that has not ended, with its questions and reviews."""
    statement = (
        sa.select(PracticeSession)
        .where(PracticeSession.person_id == person_id, PracticeSession.ended_at.is_(None))
        .options(
            selectinload(PracticeSession.questions).options(
                joinedload(PracticeQuestion.card), joinedload(PracticeQuestion.review)
            )
        )
    )
    return db.session.scalars(statement).one_or_none()


def reviews_of(card_id: int) -> list[PracticeReview]:
    """Return a card's reviews in their order."""
    statement = (
        sa.select(PracticeReview)
        .join(PracticeQuestion, PracticeQuestion.id == PracticeReview.question_id)
        .where(PracticeQuestion.card_id == card_id)
        .order_by(PracticeReview.answered_at, PracticeReview.question_id)
    )
    return list(db.session.scalars(statement))


@dataclass(frozen=True)
class Standing:
    """What a person may practise now, and where their cards stand."""

    met: list[Met]
    cards: dict[Subject, PracticeCard]

    @property
    def subjects(self) -> set[Subject]:
        """What may be asked, marked and explained now."""
        return {one.subject for one in self.met}


def standing_of(person_id: int, *, language: str) -> Standing:
    """Return where the person stands: two statements."""
    return Standing(met_by(person_id, language=language), cards_of(person_id))


def new_since(cards: Iterable[PracticeCard], start: datetime) -> int:
    """Return how many cards were reviewed for the first time since ``start``."""
    return sum(card.first_review_at is not None and card.first_review_at >= start for card in cards)


def cards_held_twice(kept_id: int, other_id: int) -> list[tuple[int, int]]:
    """Return the ids of cards of one person and of another about the same thing."""
    other = aliased(PracticeCard)
    same = (
        getattr(other, name).is_not_distinct_from(getattr(PracticeCard, name))
        for name in ("course_id", "item_id", "lesson_key", "check_key")
    )
    statement = (
        sa.select(PracticeCard.id, other.id)
        .where(PracticeCard.person_id == kept_id, other.person_id == other_id, *same)
        .order_by(PracticeCard.id)
    )
    return [(mine, theirs) for mine, theirs in db.session.execute(statement)]
