"""Commands on attempts: start, answer, take over, hand in, close by the clock."""

from lms.assessment.services.answering import (
    Receipt,
    Saved,
    check_in_time,
    save_events,
    take_over,
)
from lms.assessment.services.closing import close_if_overdue, score_again, submit
from lms.assessment.services.practising import give_answer
from lms.assessment.services.presence import note_presence
from lms.assessment.services.starting import start_attempt

__all__ = [
    "Receipt",
    "Saved",
    "check_in_time",
    "close_if_overdue",
    "give_answer",
    "note_presence",
    "save_events",
    "score_again",
    "start_attempt",
    "submit",
    "take_over",
]
