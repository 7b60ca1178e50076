"""Where an attempt stands at an instant."""

from datetime import datetime
from enum import Enum

from lms.assessment.models import Attempt


class Stage(Enum):
    """The three stages of an attempt, in the order of time."""

    OPEN = "open"
    ENDING = "ending"  # the time is over; answers on their way are awaited, the score comes soon
    CLOSED = "closed"  # scored


def stage_of(attempt: Attempt, now: datetime) -> Stage:
    """Return the stage of ``attempt`` at ``now``."""
    if attempt.closed_at is not None:
        return Stage.CLOSED
    return Stage.OPEN if now <= attempt.deadline_at else Stage.ENDING
