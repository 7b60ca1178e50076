"""Pure rules of learning: states, urgency, when an exam opens and when a course is complete."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from lms.people.identity import Viewer
from lms.people.permissions import Permission

SOON_DAYS = 14  # a due date this near is shown as such


class EnrolmentState(Enum):
    """Where an enrolment stands; derived, never stored. Twin of ``queries.results.in_state``."""

    ASSIGNED = "assigned"  # nothing opened yet
    IN_PROGRESS = "in_progress"
    EXAM_NEXT = "exam_next"  # all lessons read, the exam not passed
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class Urgency(Enum):
    """How near a due date is."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    OPEN_ENDED = "open_ended"


def state_of(
    *,
    started_at: datetime | None,
    completed_at: datetime | None,
    withdrawn_at: datetime | None,
    lessons: int,
    lessons_read: int,
) -> EnrolmentState:
    """Return the state that these facts give."""
    if withdrawn_at is not None:
        return EnrolmentState.WITHDRAWN
    if completed_at is not None:
        return EnrolmentState.COMPLETED
    if lessons_read >= lessons:
        return EnrolmentState.EXAM_NEXT
    return EnrolmentState.IN_PROGRESS if started_at is not None else EnrolmentState.ASSIGNED


def urgency_of(due_on: date | None, today: date) -> Urgency:
    """Return how near ``due_on`` is; the due date itself is still in time."""
    if due_on is None:
        return Urgency.OPEN_ENDED
    days = (due_on - today).days
    if days < 0:
        return Urgency.OVERDUE
    return Urgency.SOON if days <= SOON_DAYS else Urgency.LATER


def percent_done(*, lessons: int, lessons_read: int, exams: int = 1, is_completed: bool) -> int:
    """Return the share of a course that is done, a final exam counting as one more lesson."""
    return 100 if is_completed else round(100 * lessons_read / max(lessons + exams, 1))


@dataclass(frozen=True)
class PartState:
    """An activity of a course, in its order, for the completion rule.

    ``covers``: an exam that opens only after all before it, so that its being passed stands for
    them too; for other exams it doesn't stand.
    """

    is_done: bool
    is_optional: bool = False
    covers: bool = False
    is_exam: bool = False


def is_complete(parts: Sequence[PartState]) -> bool:
    """Tell whether the completion rule is met: all that isn't optional is complete, exams passed.

    Without any duty nothing is ever complete.
    """
    duties = [part for part in parts if not part.is_optional]
    if not duties:
        return False
    covered = max((n for n, part in enumerate(parts) if part.covers and part.is_done), default=-1)
    return all(
        part.is_done or part.is_optional or (place <= covered and not part.is_exam)
        for place, part in enumerate(parts)
    )


def may_change_enrolment(viewer: Viewer, learner_path: str | None) -> bool:
    """Tell whether the viewer may enrol, set due dates for and withdraw this learner.

    ``learner_path`` is the path of the learner's unit, None for someone who left.
    """
    return viewer.may_over(Permission.ENROL_PEOPLE, learner_path)


def open_checks(required: Collection[str], answered: Collection[str]) -> list[str]:
    """Return the keys of a lesson's self-checks that have no answer yet, in the lesson's order."""
    return [key for key in required if key not in answered]
