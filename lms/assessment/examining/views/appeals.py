"""Appeals: the candidate's page, the examiner's list and the answer."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.assessment import queries as sitting_queries
from lms.assessment.delivery.marks import marks_of
from lms.assessment.delivery.questions import questions_of
from lms.assessment.examining import queries
from lms.assessment.examining.appeals import queries as appeal_queries
from lms.assessment.examining.appeals import services
from lms.assessment.examining.errors import SittingNow
from lms.assessment.examining.forms import AppealAnswerForm, AppealForm
from lms.assessment.examining.models import Appeal, AppealState
from lms.assessment.examining.replay.integrity import receipt_holds
from lms.assessment.examining.views.base import (
    EXAMINE,
    SEE,
    crumbs_of,
    examined_course,
    public_keys,
)
from lms.assessment.grading.queries import gradings_of
from lms.assessment.log import fold
from lms.assessment.models import Attempt
from lms.assessment.views.base import blueprint, found, own_attempt, settings
from lms.catalog.models import Course
from lms.core import clock
from lms.core.errors import Refusal
from lms.people.permissions import Permission
from lms.web import access
from lms.web.paging import paginate


@blueprint.get("/attempts/<attempt_id>/appeals")
@access.requires(Permission.LEARN)
def appeals(attempt_id: str) -> ResponseReturnValue:
    """Show the appeals of one's own attempt with their answers, and ask for a new one."""
    attempt = own_attempt(attempt_id)
    return _own(attempt, _appeal_form(attempt, posted=False))


@blueprint.post("/attempts/<attempt_id>/appeals")
@access.requires(Permission.LEARN)
def make_appeal(attempt_id: str) -> ResponseReturnValue:
    """Object to one question."""
    attempt = own_attempt(attempt_id)
    form = _appeal_form(attempt, posted=True)
    if not form.validate_on_submit():
        return _own(attempt, form), 422
    services.make_appeal(
        attempt=attempt,
        position=int(form.question.data),
        reason=form.reason.data or "",
        now=clock.now(),
        settings=settings(),
    )
    flash(_("Your appeal is made. The answer will stand on this page."), "good")
    return redirect(url_for("assessment.appeals", attempt_id=attempt_id), 303)


def _appeal_form(attempt: Attempt, *, posted: bool) -> AppealForm:
    """Return the form; what can't be appealed any more isn't offered, and is refused when sent."""
    if posted:
        return AppealForm().offer(_prompts(attempt), None)
    closed = services.closed_among(appeal_queries.appeals_on(attempt))
    free = {number: text for number, text in _prompts(attempt).items() if number not in closed}
    return AppealForm(formdata=None).offer(free, request.args.get("question", ""))


def _prompts(attempt: Attempt) -> dict[int, str]:
    questions = questions_of(sitting_queries.paper(attempt), attempt)
    return {question.position: question.plain for question in questions}


def _own(attempt: Attempt, form: AppealForm) -> str:
    if sitting_queries.is_sitting(attempt.candidate_id, attempt.enrolment.course_id):
        raise SittingNow
    until = services.appeal_until(attempt)
    return render_template(
        "assessment/examining/appeals.html",
        attempt=attempt,
        appeals=appeal_queries.appeals_on(attempt),
        prompts=_prompts(attempt),
        form=form,
        until=until,
        is_open=until is not None and clock.now() <= until,
    )


@blueprint.get("/examining/courses/<slug>/appeals")
@access.requires(SEE)
def course_appeals(slug: str) -> ResponseReturnValue:
    """List appeals on a course's exams, without names: those that wait for an answer first."""
    return _list(examined_course(slug), is_open="answered" not in request.args)


def _list(course: Course, *, is_open: bool) -> str:
    page = paginate(
        appeal_queries.appeals_of(current_user, course, is_open=is_open),
        columns=(Appeal.id,),
        readers=(int,),
        key=lambda row: (row.id,),
        cursor=request.args.get("page"),
        size=50,
        descending=not is_open,
    )
    title = queries.title_of(course)
    return render_template(
        "assessment/examining/course_appeals.html",
        course=course,
        title=title,
        crumbs=crumbs_of(course, title),
        page=page,
        is_open=is_open,
        waiting=appeal_queries.open_appeals(current_user, course),
    )


@blueprint.get("/examining/appeals/<appeal_id>")
@access.requires(SEE)
def appeal(appeal_id: str) -> ResponseReturnValue:
    """Show question, answer, key and objection; who made it only once it is answered."""
    return _appeal(found(appeal_queries.appeal_for(current_user, appeal_id)))


@blueprint.post("/examining/appeals/<appeal_id>")
@access.requires(EXAMINE)
def answer_appeal(appeal_id: str) -> ResponseReturnValue:
    """Answer the appeal: upheld, partly or not, with a text for the candidate."""
    one = found(appeal_queries.appeal_for(current_user, appeal_id, lock=True))
    form = AppealAnswerForm()
    if not form.validate_on_submit():
        return _appeal(one, form), 422
    try:
        services.answer_appeal(
            appeal=one,
            verdict=AppealState(form.verdict.data),
            answer=form.answer.data or "",
            actor=current_user.person,
            now=clock.now(),
            settings=settings(),
        )
    except Refusal as refusal:
        flash(str(refusal.message), "warn")
    return redirect(url_for("assessment.appeal", appeal_id=appeal_id), 303)


def _appeal(one: Appeal, form: AppealAnswerForm | None = None) -> str:
    attempt, item = one.attempt, appeal_queries.asked_item(one)
    version = attempt.assessment.activity.version
    log = sitting_queries.events(attempt.id)
    response = fold(log).answers.get(one.position)
    score = found(sitting_queries.latest_score(attempt.id))
    [question] = questions_of([item], attempt)
    [key] = sitting_queries.keys([item.item_version_id]).values()
    graded = gradings_of(attempt.id).get(one.position)
    answered = one.state is not AppealState.OPEN
    return render_template(
        "assessment/examining/appeal.html",
        appeal=one,
        course=version.course,
        crumbs=crumbs_of(version.course, version.title),
        question=question,
        response=response,
        marks=marks_of(question, key, response, score.items[str(one.position)], graded),
        graded=graded,
        item=item.item_version.item,
        version=item.item_version,
        receipt_holds=receipt_holds(attempt, one.receipt, log, public_keys()),
        candidate=queries.candidate_of(attempt) if answered else None,
        form=form or AppealAnswerForm(formdata=None),
    )
