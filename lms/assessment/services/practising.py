"""Practice and mastery: one answer at a time, told right or wrong at once, and final."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from lms.assessment import queries
from lms.assessment.errors import AnswerFinal, AttemptClosed, OtherAttemptOpen, TooLate
from lms.assessment.log import fold
from lms.assessment.models import Attempt, AttemptEvent, AttemptItem, Behaviour, EventKind
from lms.assessment.rules.mastery import next_position
from lms.assessment.rules.tally import turns_of
from lms.assessment.services.answering import save_events
from lms.assessment.services.closing import submit
from lms.core.settings import Settings


def answers_in_order(events: list[AttemptEvent]) -> list[AttemptEvent]:
    """Return the answers of a log in the order they were given."""
    given = [event for event in events if event.kind is EventKind.ANSWER]
    return sorted(given, key=lambda event: event.number)


def asked_next(
    attempt: Attempt, items: list[AttemptItem], events: list[AttemptEvent]
) -> int | None:
    """Return the position that is asked next; None when nothing is left to ask.

    In practice the first one without an answer; in mastery what ``rules.mastery`` says.
    """
    if attempt.behaviour is Behaviour.PRACTICE:
        answered = fold(events).answers
        return next((item.position for item in items if item.position not in answered), None)
    keys = queries.keys([item.item_version_id for item in items])
    turns = turns_of(items, keys, events, attempt.language)
    paper = [(item.position, item.item_version.topic) for item in items]
    return next_position(paper, turns, attempt.seed)


def give_answer(
    *,
    attempt: Attempt,
    position: int,
    turn: int,
    response: Any,
    certainty: int | None,
    received_at: datetime,
    now: datetime,
    settings: Settings,
    course_id: int,
) -> int:
    """Take the answer that is number ``turn`` of ``attempt`` (locked); return its number.

    None as ``response`` gives up on the question. When all is mastered the attempt is handed in.
    Raises AttemptClosed, TooLate, AnswerFinal when another question is asked or the answer was
    given already, and OtherAttemptOpen while an exam on the same questions is under way, since the
    answer is told right or wrong at once.
    """
    if attempt.submitted_at is not None:
        raise AttemptClosed
    if queries.is_over(attempt, received_at, settings.exam_grace_seconds):
        raise TooLate
    if queries.is_sitting(attempt.candidate_id, course_id, but=attempt.id):
        raise OtherAttemptOpen
    items, events = queries.paper(attempt), queries.events(attempt.id)
    if turn != len(answers_in_order(events)) + 1 or position != asked_next(attempt, items, events):
        raise AnswerFinal
    event: dict[str, Any] = {
        "event_id": str(uuid4()),
        "kind": EventKind.ANSWER.value,
        "writer": attempt.writer,
        "sequence": fold(events).last_sequence.get(attempt.writer, 0) + 1,
        "position": position,
        "response": response,
        "certainty": certainty if response is not None else None,
    }
    save_events(
        attempt=attempt,
        events=[event],
        received_at=received_at,
        settings=settings,
        practising=True,
    )
    is_mastery = attempt.behaviour is Behaviour.MASTERY
    if is_mastery and asked_next(attempt, items, queries.events(attempt.id)) is None:
        submit(attempt=attempt, now=now, settings=settings)
    return turn
