"""Commands of practice: beginning a session, answering a question of it, opening an item for it.

Those of a person's own practice write no audit entries: it is theirs alone.
"""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.assessment.kinds.base import Response
from lms.assessment.models import Item
from lms.assessment.practice import planning, queries
from lms.assessment.practice.models import (
    Certainty,
    PracticeCard,
    PracticeItem,
    PracticeQuestion,
    PracticeReview,
    PracticeSession,
)
from lms.assessment.practice.planning import Met
from lms.assessment.practice.queries import Standing
from lms.assessment.practice.scheduling import (
    CardState,
    Reviewed,
    after,
    fold,
    is_confident_error,
    rate,
)
from lms.audit.services import record
from lms.catalog.models import Course
from lms.core.clock import local_date
from lms.core.database import db
from lms.people.models import Person

STATE = tuple(CardState.__dataclass_fields__)


def start_session(
    *, person: Person, language: str, now: datetime, time_zone: str
) -> PracticeSession | None:
    """Begin a session, or return the one of today that has questions left; None: nothing to ask.

    Two starts at once give the same session: a unique index lets only one be open.
    """
    standing = queries.standing_of(person.id, language=language)
    running = queries.open_session(person.id)
    if running is not None:
        if is_under_way(running, standing, now=now, time_zone=time_zone):
            return running
        running.ended_at = max(now, running.started_at)
        db.session.flush()
    chosen = choose(person, standing, now=now, time_zone=time_zone)
    if not chosen:
        return None
    try:
        with db.session.begin_nested():
            return _begin(person, standing, chosen, language, now)
    except IntegrityError:
        return queries.open_session(person.id)


def is_under_way(
    session: PracticeSession, standing: Standing, *, now: datetime, time_zone: str
) -> bool:
    """Tell whether the session is one of today with a question that may be asked now."""
    is_todays = local_date(session.started_at, time_zone) == local_date(now, time_zone)
    return is_todays and next_question(session, standing) is not None


def choose(person: Person, standing: Standing, *, now: datetime, time_zone: str) -> list[Met]:
    """Return what a session that begins now asks."""
    today = local_date(now, time_zone)
    midnight = datetime.combine(today, time.min, ZoneInfo(time_zone))
    return planning.plan(
        standing.met,
        standing.cards,
        today=today,
        new_today=queries.new_since(standing.cards.values(), midnight),
        missed=queries.missed_items(person.id),
    )


def _begin(
    person: Person, standing: Standing, chosen: list[Met], language: str, now: datetime
) -> PracticeSession:
    session = PracticeSession(person_id=person.id, language=language, started_at=now)
    db.session.add(session)
    db.session.flush()
    for position, one in enumerate(chosen, start=1):
        card = standing.cards.get(one.subject) or _new_card(person, one)
        db.session.add(
            PracticeQuestion(
                session_id=session.id,
                position=position,
                card_id=card.id,
                enrolment_id=one.enrolment_id,
                item_version_id=one.item_version_id,
                activity_id=one.activity_id,
            )
        )
    db.session.flush()
    return session


def _new_card(person: Person, one: Met) -> PracticeCard:
    card = PracticeCard(
        person_id=person.id,
        course_id=one.course_id,
        item_id=one.subject.item_id,
        lesson_key=one.subject.lesson_key,
        check_key=one.subject.check_key,
        reviews=0,
        forgotten=0,
        is_confident_error=False,
    )
    db.session.add(card)
    db.session.flush()
    return card


def next_question(session: PracticeSession, standing: Standing) -> PracticeQuestion | None:
    """Return the first question without an answer that may be asked now; None: it is done."""
    subjects = standing.subjects
    return next(
        (
            question
            for question in session.questions
            if question.review is None and planning.subject_of(question.card) in subjects
        ),
        None,
    )


def answer(
    *,
    session: PracticeSession,
    question: PracticeQuestion,
    response: Response | None,
    credit: float,
    certainty: Certainty,
    now: datetime,
    time_zone: str,
) -> PracticeReview:
    """Append the answer to ``question`` and move its card on; a second one changes nothing.

    ``session`` is locked by the caller and holds ``question``. None as ``response`` is 'I don't
    know', which is never sure. Should the clock have been set back, the answer counts as given at
    the instant of the one before.
    """
    if question.review is not None:
        return question.review
    certainty = Certainty.GUESSING if response is None else certainty
    card = question.card
    at = max(now, card.last_review_at or now)
    review = PracticeReview(
        question_id=question.id,
        response=response,
        credit=credit,
        certainty=certainty,
        recall=rate(credit, certainty),
        answered_at=at,
        answered_on=local_date(at, time_zone),
    )
    db.session.add(review)
    store(card, after(state_of(card), reviewed(review), time_zone))
    db.session.flush()
    answered = sa.select(PracticeReview.question_id)
    left = sa.select(PracticeQuestion.id).where(
        PracticeQuestion.session_id == session.id, PracticeQuestion.id.not_in(answered)
    )
    if session.ended_at is None and db.session.scalar(left.limit(1)) is None:
        session.ended_at = at
        db.session.flush()
    return review


def reviewed(review: PracticeReview) -> Reviewed:
    """Return what scheduling needs of a review."""
    is_error = is_confident_error(review.credit, review.certainty)
    return Reviewed(review.answered_at, review.recall, is_error)


def state_of(card: PracticeCard) -> CardState:
    """Return the state that is stored with the card."""
    return CardState(**{name: getattr(card, name) for name in STATE})


def store(card: PracticeCard, state: CardState) -> None:
    """Keep ``state`` with the card."""
    for name in STATE:
        setattr(card, name, getattr(state, name))


def derived_state(card: PracticeCard, time_zone: str) -> CardState:
    """Return what the card's reviews amount to: what is stored, unless someone tampered with it."""
    return fold((reviewed(review) for review in queries.reviews_of(card.id)), time_zone)


def mark_item(item: Item, course: Course, *, is_open: bool, actor: Person, now: datetime) -> None:
    """Open an item for practice, or keep it for the exam; recorded when that changes anything."""
    if queries.is_open_for_practice(item.id) == is_open:
        return
    open_for_practice(item.id, is_open=is_open)
    facts: dict[str, Any] = {
        "now": now,
        "actor_key": actor.public_id,
        "subject_kind": "item",
        "subject_key": item.public_id,
        "course": course.slug,
        "item": item.key,
    }
    if is_open:
        record(action="assessment.item_opened", **facts)
    else:
        record(action="assessment.item_kept", **facts)


def open_for_practice(item_id: int, *, is_open: bool) -> None:
    """Open an item for practice before the exam, or keep it for the exam; again: nothing."""
    mark = db.session.get(PracticeItem, item_id)
    if is_open and mark is None:
        db.session.add(PracticeItem(item_id=item_id))
    elif mark is not None and not is_open:
        db.session.delete(mark)
    db.session.flush()
