"""Commands of practices inside a course."""

from collections.abc import Mapping
from datetime import datetime
from random import Random

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from lms.assessment.coursework import queries
from lms.assessment.coursework.errors import NothingToPractise, PracticeRests
from lms.assessment.coursework.models import PracticeRun, RunAnswer, RunQuestion
from lms.assessment.kinds.base import Response
from lms.assessment.queries import is_sitting
from lms.catalog.kinds.practice import PracticeDetails
from lms.catalog.models import Activity
from lms.core.database import db
from lms.core.identifiers import public_id
from lms.learning.models import Enrolment
from lms.learning.services import complete_activity


def begin_run(
    *, enrolment: Enrolment, activity: Activity, language: str, now: datetime
) -> PracticeRun:
    """Begin a run, or return the one that is open; two starts at once give the same run.

    Asked is first what was asked least in earlier runs. Raises PracticeRests while an exam of the
    course is under way, NothingToPractise.
    """
    refuse_resting(enrolment)
    runs = queries.runs_of(enrolment.id, activity.id)
    if runs and runs[0].ended_at is None:
        return runs[0]
    details = PracticeDetails.restore(activity.details)
    key = public_id()
    chosen = _drawn(enrolment, activity, details, key)
    if not chosen:
        raise NothingToPractise
    try:
        with db.session.begin_nested():
            run = PracticeRun(
                public_id=key,
                enrolment_id=enrolment.id,
                activity_id=activity.id,
                number=len(runs) + 1,
                language=language,
                started_at=now,
            )
            db.session.add(run)
            db.session.flush()
            for position, version_id in enumerate(chosen, start=1):
                question = RunQuestion(run_id=run.id, position=position, item_version_id=version_id)
                db.session.add(question)
            db.session.flush()
    except IntegrityError:
        return queries.runs_of(enrolment.id, activity.id)[0]
    return run


def _drawn(
    enrolment: Enrolment, activity: Activity, details: PracticeDetails, seed: str
) -> list[int]:
    asked = queries.asked_before(enrolment.id, activity.id)
    stock = queries.pool(enrolment.version_id, details)
    Random(f"practice:{seed}").shuffle(stock)  # noqa: S311
    return sorted(stock, key=lambda one: asked.get(one, 0))[: details.questions]


def refuse_resting(enrolment: Enrolment) -> None:
    """Raise PracticeRests while an exam of the course is under way."""
    if is_sitting(enrolment.learner_id, enrolment.course_id, but=0):
        raise PracticeRests


def answer_question(
    *,
    run: PracticeRun,
    question: RunQuestion,
    response: Response | None,
    credit: float,
    now: datetime,
) -> None:
    """Append the answer to a question; a second one changes nothing.

    ``run`` is locked by the caller and holds ``question``. The last answer ends the run; one that
    reached the practice's share completes the practice.
    """
    if question.answer is not None:
        return
    db.session.add(
        RunAnswer(question_id=question.id, response=response, credit=credit, answered_at=now)
    )
    db.session.flush()
    db.session.expire(question, ["answer"])
    answered = sa.select(RunAnswer.question_id)
    left = sa.select(RunQuestion.id).where(
        RunQuestion.run_id == run.id, RunQuestion.id.not_in(answered)
    )
    if db.session.scalar(left.limit(1)) is not None:
        return
    run.ended_at = now
    db.session.flush()
    earned = sa.select(sa.func.sum(RunAnswer.credit)).where(
        RunAnswer.question_id.in_(sa.select(RunQuestion.id).where(RunQuestion.run_id == run.id))
    )
    share = 100 * (db.session.scalar(earned) or 0) / len(run.questions)
    if share + 1e-9 >= (run.activity.pass_percent or 0):
        complete_activity(enrolment=run.enrolment, activity=run.activity, now=now)


def carry_runs(enrolment_id: int, same: Mapping[int, int]) -> None:
    """Let the runs through practices go on in the later version; ``same``: earlier to later.

    A run belongs to the practice, as its number says, and each of its questions to the wording it
    was asked in: so an open one can be ended, and what was asked less comes first.
    """
    if not same:
        return
    db.session.execute(
        sa.update(PracticeRun)
        .where(PracticeRun.enrolment_id == enrolment_id, PracticeRun.activity_id.in_(same))
        .values(activity_id=sa.case(same, value=PracticeRun.activity_id))
    )
