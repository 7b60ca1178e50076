"""Pages of examiners: what waits, and one answer to grade."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from lms.assessment.authoring.words import plain_text
from lms.assessment.grading import queries, services
from lms.assessment.grading.answers import answer_to_judge
from lms.assessment.grading.forms import GradingForm
from lms.assessment.grading.models import GradingTask
from lms.assessment.services.closing import score_again
from lms.assessment.views.base import blueprint, found
from lms.core import clock
from lms.people.permissions import Permission
from lms.web import access
from lms.web.navigation import Entry

ENTRY = Entry(
    _l("Grading"),
    "assessment.grading",
    "clipboard-check",
    order=32,
    permission=Permission.GRADE_ANSWERS,
    active_on=("assessment.grade_answer",),
)


@blueprint.get("/grading")
@access.requires(Permission.GRADE_ANSWERS)
def grading() -> ResponseReturnValue:
    """Show how many answers wait, by question, and what the examiner graded last."""
    return render_template(
        "assessment/grading/grading.html",
        waiting=queries.waiting(current_user),
        latest=queries.latest_by(current_user),
        plain=plain_text,
    )


@blueprint.post("/grading/next")
@access.requires(Permission.GRADE_ANSWERS)
def take_next_answer() -> ResponseReturnValue:
    """Take the answer that has waited longest, of the chosen question first."""
    return _next(request.form.get("question", ""))


def _next(question: str) -> ResponseReturnValue:
    task = services.take_next(viewer=current_user, now=clock.now(), question=question)
    if task is None:
        flash(_("Nothing waits to be graded."), "info")
        return redirect(url_for("assessment.grading"))
    return redirect(url_for("assessment.grade_answer", task_id=task.public_id))


@blueprint.route("/grading/<task_id>", methods=["GET", "POST"])
@access.requires(Permission.GRADE_ANSWERS)
def grade_answer(task_id: str) -> ResponseReturnValue:
    """Show one answer with its rubric, without its author's name; take the points."""
    task = found(queries.task_for(current_user, task_id))
    attempt, version = task.attempt, task.item_version
    rubric = queries.rubric_of(task.item_version_id)
    form = GradingForm(rubric, request.form if request.method == "POST" else None)
    if request.method != "POST" or not form.validate():
        return _answer_page(task, form)
    now = clock.now()
    done = services.grade(
        task=task,
        marks=form.marks,
        comment=(form.comment.data or "").strip(),
        examiner=current_user.person,
        examiners=version.content.get("examiners", 1),
        now=now,
    )
    if done:
        score_again(attempt=attempt, now=now)
    flash(_("The grading is saved."), "good")
    return _next(version.public_id)


def _answer_page(task: GradingTask, form: GradingForm) -> ResponseReturnValue:
    page = render_template(
        "assessment/grading/grade_answer.html", task=task, form=form, given=answer_to_judge(task)
    )
    return page, 422 if form.errors or form.faults else 200
