"""Judging a graded answer anew."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.assessment.examining import queries
from lms.assessment.examining.forms import RemarkForm
from lms.assessment.examining.regrades import jobs, services
from lms.assessment.examining.regrades import queries as regrade_queries
from lms.assessment.examining.views.base import crumbs_of
from lms.assessment.grading.agreement import marks_in_force
from lms.assessment.grading.answers import answer_to_judge
from lms.assessment.grading.models import GradingTask
from lms.assessment.grading.queries import judged_for, rubric_of
from lms.assessment.views.base import blueprint, found
from lms.core import clock
from lms.core.errors import Refusal
from lms.people.permissions import Permission
from lms.web import access


@blueprint.get("/examining/answers/<task_id>")
@access.requires(Permission.AUTHOR_COURSES)
def remark(task_id: str) -> ResponseReturnValue:
    """Show a graded answer, without its author's name, with what was given for it."""
    task = found(judged_for(current_user, task_id))
    return _page(task, RemarkForm(rubric_of(task.item_version_id), None))


@blueprint.post("/examining/answers/<task_id>")
@access.requires(Permission.AUTHOR_COURSES)
def judge_anew(task_id: str) -> ResponseReturnValue:
    """Write new points down and begin their preview; no result changes yet."""
    task = found(judged_for(current_user, task_id))
    form = RemarkForm(rubric_of(task.item_version_id), request.form)
    if not form.validate():
        return _page(task, form), 422
    try:
        regrade = services.open_remark(
            task=task,
            marks=form.marks,
            comment=(form.comment.data or "").strip(),
            reason=form.reason.data or "",
            actor=current_user.person,
            now=clock.now(),
        )
    except Refusal as refusal:
        return _page(task, form, fault=refusal.message), refusal.status
    jobs.go_on(regrade.public_id)
    return redirect(url_for("assessment.regrade", regrade_id=regrade.public_id), 303)


def _page(task: GradingTask, form: RemarkForm, fault: object = None) -> str:
    course = task.item_version.item.bank.course
    return render_template(
        "assessment/examining/remark.html",
        task=task,
        form=form,
        fault=fault,
        given=answer_to_judge(task),
        marks=marks_in_force(task.gradings),
        comments=[one.comment for one in task.gradings if one.comment],
        crumbs=crumbs_of(course, queries.title_of(course)),
        open_one=regrade_queries.open_regrade_of(task.item_version),
    )
