"""When a card comes back: pure functions over a card's reviews, by FSRS.

How well something was remembered follows from how much of the answer was right and how sure the
person was before seeing it:

================== ======== =========== ========
share that is right sure     rather sure guessing
================== ======== =========== ========
all                 easy     good        hard
half or more        hard     hard        again
less, or no answer  again    again       again
================== ======== =========== ========

Sure and less than half right is a *confident error*: it comes back before anything else.

The library's learning steps of minutes are left out: a session is once a day, so the shortest
interval is a day, and a card is due on a date. Its random spread of intervals is off: the same
reviews give the same dates, and stored state can be compared with its derivation.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from fsrs import Card, Rating, Scheduler, State

from lms.assessment.practice.models import Certainty, Recall
from lms.core.clock import local_date

HALF = 0.5
LONGEST_DAYS = 365  # nothing that an exam asks rests for longer
RATINGS = {
    Recall.AGAIN: Rating.Again,
    Recall.HARD: Rating.Hard,
    Recall.GOOD: Rating.Good,
    Recall.EASY: Rating.Easy,
}
_WHOLE = {
    Certainty.SURE: Recall.EASY,
    Certainty.RATHER: Recall.GOOD,
    Certainty.GUESSING: Recall.HARD,
}
_PARTLY = {
    Certainty.SURE: Recall.HARD,
    Certainty.RATHER: Recall.HARD,
    Certainty.GUESSING: Recall.AGAIN,
}
_scheduler = Scheduler(
    desired_retention=0.9,
    learning_steps=(),
    relearning_steps=(),
    maximum_interval=LONGEST_DAYS,
    enable_fuzzing=False,
)


@dataclass(frozen=True)
class Reviewed:
    """What a card's state needs to know of one review."""

    answered_at: datetime
    recall: Recall
    is_confident_error: bool


@dataclass(frozen=True)
class CardState:
    """What a card's reviews amount to; the columns of ``PracticeCard`` of the same names."""

    reviews: int = 0
    forgotten: int = 0
    stability: float | None = None
    difficulty: float | None = None
    first_review_at: datetime | None = None
    last_review_at: datetime | None = None
    last_recall: Recall | None = None
    is_confident_error: bool = False
    due_on: date | None = None


def rate(credit: float, certainty: Certainty) -> Recall:
    """Return how well something was remembered; see the table above."""
    if credit >= 1:
        return _WHOLE[certainty]
    return _PARTLY[certainty] if credit >= HALF else Recall.AGAIN


def is_confident_error(credit: float, certainty: Certainty) -> bool:
    """Tell whether the person was sure of something wrong."""
    return certainty is Certainty.SURE and credit < HALF


def after(state: CardState, review: Reviewed, time_zone: str) -> CardState:
    """Return the state after one more review, which is not older than those before."""
    answered_at = review.answered_at.astimezone(UTC)
    card, _log = _scheduler.review_card(_card(state), RATINGS[review.recall], answered_at)
    return CardState(
        reviews=state.reviews + 1,
        forgotten=state.forgotten + (review.recall is Recall.AGAIN),
        stability=card.stability,
        difficulty=card.difficulty,
        first_review_at=state.first_review_at or answered_at,
        last_review_at=answered_at,
        last_recall=review.recall,
        is_confident_error=review.is_confident_error,
        due_on=local_date(card.due, time_zone),
    )


def _card(state: CardState) -> Card:
    """Return the state as the library has it. ``card_id`` and ``due`` only keep it from the clock:
    neither plays a part in what comes out.
    """
    if state.last_review_at is None:
        return Card(card_id=0, due=datetime.min.replace(tzinfo=UTC))
    return Card(
        card_id=0,
        state=State.Review,
        stability=state.stability,
        difficulty=state.difficulty,
        due=state.last_review_at,
        last_review=state.last_review_at,
    )


def fold(reviews: Iterable[Reviewed], time_zone: str) -> CardState:
    """Return what ``reviews`` amount to, whatever order they are given in."""
    state = CardState()
    for review in sorted(reviews, key=lambda one: one.answered_at):
        state = after(state, review, time_zone)
    return state
