"""What a session asks, and how many days a person has kept at it.

Pure functions; a session takes about five minutes.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from lms.assessment.practice.models import PracticeCard, Recall

SESSION_CARDS = 10  # at most, in one session
SECONDS_A_CARD = 30
NEW_A_DAY = 6  # cards seen for the first time, so that what comes back stays within a session
REST_DAYS = 1  # between two days of practice without ending the row


class Subject(NamedTuple):
    """What a card is about: an item, or a course's self-check. The same for every version of it."""

    item_id: int | None = None
    course_id: int | None = None
    lesson_key: str | None = None
    check_key: str | None = None


class Met(NamedTuple):
    """Something that a person has met and may practise now."""

    subject: Subject
    course_id: int
    enrolment_id: int
    enrolment_key: str  # the enrolment's public id
    version_key: str  # public id of the course version in which it was met
    topic: str | None  # of an item
    item_version_id: int | None = None
    activity_id: int | None = None  # the lesson that holds the self-check
    lesson_id: str | None = None  # its public id


def subject_of(card: PracticeCard) -> Subject:
    """Return what ``card`` is about."""
    if card.item_id is not None:
        return Subject(item_id=card.item_id)
    return Subject(None, card.course_id, card.lesson_key, card.check_key)


Cards = Mapping[Subject, PracticeCard]


def plan(
    met: Sequence[Met],
    cards: Cards,
    *,
    today: date,
    new_today: int,
    missed: Collection[int] = (),
) -> list[Met]:
    """Return what to ask now, in order.

    Due cards first: confident errors, then what was forgotten last time, then the others, each from
    the longest overdue. Then new ones in the order they were met, but items ``missed`` in an exam
    (their ids) before others, as long as fewer than ``NEW_A_DAY`` were new today (``new_today``).
    """
    reviewed = {subject: card for subject, card in cards.items() if card.due_on is not None}
    due = [one for one in met if _is_due(reviewed.get(one.subject), today)]
    due.sort(key=lambda one: _urgency(reviewed[one.subject]))
    fresh = [one for one in met if one.subject not in reviewed]
    fresh.sort(key=lambda one: one.subject.item_id not in missed)  # stable
    return [*due, *fresh[: max(0, NEW_A_DAY - new_today)]][:SESSION_CARDS]


def _is_due(card: PracticeCard | None, today: date) -> bool:
    return card is not None and card.due_on is not None and card.due_on <= today


def _urgency(card: PracticeCard) -> tuple[Any, ...]:
    was_forgotten = card.last_recall is Recall.AGAIN
    return (not card.is_confident_error, not was_forgotten, card.due_on, card.id)


def minutes_for(cards: int) -> int:
    """Return about how many minutes so many cards take, at least one."""
    return max(1, -(-cards * SECONDS_A_CARD // 60))


def next_due(met: Iterable[Met], cards: Cards, *, today: date) -> date | None:
    """Return the first day after today on which something comes back; None when nothing does."""
    days = [cards[one.subject].due_on for one in met if one.subject in cards]
    return min((day for day in days if day is not None and day > today), default=None)


def streak(days: Iterable[date], *, today: date) -> int:
    """Return on how many days in a row there was practice, up to today or the last days before.

    A single day without practice doesn't end the row, and isn't counted; nor does today, which
    isn't over. Two such days end it: then the next practice begins a new one.
    """
    count, later = 0, today
    for day in sorted({day for day in days if day <= today}, reverse=True):
        if later - day > timedelta(days=1 + REST_DAYS):
            break
        count, later = count + 1, day
    return count
