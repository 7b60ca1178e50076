"""Pages of a practice inside a course: what it asks, one question at a time, how it went."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.assessment.coursework import queries, services
from lms.assessment.coursework.models import PracticeRun, RunQuestion
from lms.assessment.kinds.base import Response
from lms.assessment.practice.faces import (
    Face,
    credit_of,
    item_face,
    marks_of,
    read_answer,
    shown,
)
from lms.assessment.queries import is_sitting
from lms.assessment.views.base import blueprint, found
from lms.catalog.models import ActivityKind
from lms.core import clock
from lms.learning import lessons
from lms.learning.errors import NotOpenYet
from lms.learning.models import Enrolment
from lms.learning.queries import (
    Outline,
    OutlineActivity,
    enrolment_for,
    outline_of,
    progress_of,
)
from lms.learning.views.parts import shut_page
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import current_language

PRACTICE = "/courses/<enrolment_id>/practices/<activity_id>"
RUN = "/practice-runs/<run_id>/<int:position>"
UNANSWERED = _l("Answer the question, or say that you don’t know.")


def _practice(enrolment_id: str, activity_id: str) -> tuple[Enrolment, Outline, OutlineActivity]:
    enrolment = found(enrolment_for(current_user, enrolment_id))
    outline = outline_of(enrolment.version)
    activity = found(outline.activity(activity_id))
    found(activity if activity.kind is ActivityKind.PRACTICE else None)
    lessons.require_open(enrolment, outline, activity)
    return enrolment, outline, activity


@blueprint.get(PRACTICE)
@access.requires(Permission.LEARN)
def course_practice(enrolment_id: str, activity_id: str) -> ResponseReturnValue:
    """Say what the practice asks, and how earlier runs went."""
    try:
        enrolment, outline, activity = _practice(enrolment_id, activity_id)
    except NotOpenYet as refusal:
        return shut_page(refusal)
    progress = progress_of(enrolment)
    return render_template(
        "assessment/coursework/overview.html",
        enrolment=enrolment,
        outline=outline,
        activity=activity,
        own=progress.get(activity.id),
        way=lessons.way_from(outline, activity, progress),
        runs=queries.runs_of(enrolment.id, activity.id),
        share_of=queries.share_of,
        rests=is_sitting(enrolment.learner_id, enrolment.course_id, but=0),
    )


@blueprint.post(PRACTICE)
@access.requires(Permission.LEARN)
def begin_practice(enrolment_id: str, activity_id: str) -> ResponseReturnValue:
    """Begin a run, or go on with the open one."""
    enrolment, _, activity = _practice(enrolment_id, activity_id)
    run = services.begin_run(
        enrolment=enrolment,
        activity=lessons.activity_of(activity),
        language=current_language(),
        now=clock.now(),
    )
    return redirect(_next_url(_run(run.public_id)), 303)


def _run(run_id: str, *, lock: bool = False) -> PracticeRun:
    return found(queries.run_for(current_user.person.id, run_id, lock=lock))


def _loaded(run_id: str, position: int, *, lock: bool = False) -> tuple[PracticeRun, RunQuestion]:
    run = _run(run_id, lock=lock)
    services.refuse_resting(run.enrolment)
    return run, found(next((one for one in run.questions if one.position == position), None))


def _next_url(run: PracticeRun) -> str:
    """Return the address of the first question without an answer; of the practice when none is."""
    question = next((one for one in run.questions if one.answer is None), None)
    if question is None:
        return url_for(
            "assessment.course_practice",
            enrolment_id=run.enrolment.public_id,
            activity_id=run.activity.public_id,
        )
    return _url(run, question.position)


def _url(run: PracticeRun, position: int) -> str:
    return url_for("assessment.run_question", run_id=run.public_id, position=position)


def _face(run: PracticeRun, question: RunQuestion) -> Face:
    return item_face(
        question.item_version,
        run.enrolment.version,
        question.position,
        seed=run.public_id,
        language=run.language,
    )


@blueprint.get(RUN)
@access.requires(Permission.LEARN)
def run_question(run_id: str, position: int) -> ResponseReturnValue:
    """Ask a question; once it is answered, show what is right and why."""
    run, question = _loaded(run_id, position)
    if question.answer is None:
        return _ask(run, question)
    face, answer = _face(run, question), question.answer
    return render_template(
        "assessment/coursework/feedback.html",
        run=run,
        question=shown(face.question),
        response=answer.response,
        marks=marks_of(face, answer.response, answer.credit),
        lessons=face.lessons,
        enrolment=run.enrolment,
        way_on=_next_url(run),
        is_last=all(one.answer is not None for one in run.questions),
    )


@blueprint.post(RUN)
@access.requires(Permission.LEARN)
def answer_run(run_id: str, position: int) -> ResponseReturnValue:
    """Take the answer to a question, once; sent again, the same page follows."""
    run, question = _loaded(run_id, position, lock=True)
    if question.answer is not None:
        return redirect(_url(run, position), 303)
    face, is_unknown = _face(run, question), "unknown" in request.form
    reading = read_answer(face, request.form)
    response = None if is_unknown else reading.answers.get(position)
    fault = reading.faults.get(position) or (UNANSWERED if response is None else None)
    if fault and not is_unknown:
        return _ask(run, question, response=response, fault=fault, typed=request.form), 422
    services.answer_question(
        run=run,
        question=question,
        response=response,
        credit=float(credit_of(face, response)),
        now=clock.now(),
    )
    return redirect(_url(run, position), 303)


def _ask(
    run: PracticeRun, question: RunQuestion, *, response: Response | None = None, **shown_: Any
) -> str:
    face = _face(run, question)
    return render_template(
        "assessment/coursework/question.html",
        run=run,
        question=shown(face.question),
        response=response,
        **{"fault": None, "typed": None, **shown_},
    )
