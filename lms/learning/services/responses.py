"""What learners do in the blocks of lessons: answers to exercises, ticks of checklists."""

from collections.abc import Collection
from datetime import datetime

from lms.catalog.models import Activity
from lms.catalog.rendering import Checklist, Exercise
from lms.catalog.workbench.base import Given, Outcome
from lms.core.database import db
from lms.learning.errors import AnswerHasFaults
from lms.learning.models import BlockResponse, Enrolment
from lms.learning.services.progress import touch_activity


def answer_exercise(
    *,
    enrolment: Enrolment,
    activity: Activity,
    exercise: Exercise,
    given: Given,
    questions: Collection[str],
    now: datetime,
    language: str | None = None,
) -> Outcome:
    """Append an answer to a workbench exercise with its score; return what it is worth.

    Any answer counts for the lesson's completion, as one to a self-check does. Raises
    AnswerHasFaults when a field can't be scored.
    """
    faults = exercise.faults(given)
    if faults:
        raise AnswerHasFaults(faults)
    outcome = exercise.score(given)
    _append(enrolment, activity, exercise.key, given, outcome.permille, now)
    touch_activity(
        enrolment=enrolment, activity=activity, questions=questions, now=now, language=language
    )
    return outcome


def keep_ticks(
    *,
    enrolment: Enrolment,
    activity: Activity,
    checklist: Checklist,
    ticked: Collection[str],
    now: datetime,
    language: str | None = None,
) -> int:
    """Append which entries are ticked and return how many; keys of no entry are left out."""
    kept = {key: "yes" for key in checklist.keys if key in set(ticked)}
    _append(enrolment, activity, checklist.key, kept, None, now)
    touch_activity(
        enrolment=enrolment, activity=activity, questions=None, now=now, language=language
    )
    return len(kept)


def _append(
    enrolment: Enrolment,
    activity: Activity,
    key: str,
    given: dict[str, str],
    score: int | None,
    now: datetime,
) -> None:
    db.session.add(
        BlockResponse(
            enrolment_id=enrolment.id,
            activity_id=activity.id,
            block_key=key,
            given=given,
            score=score,
            answered_at=now,
        )
    )
    db.session.flush()
