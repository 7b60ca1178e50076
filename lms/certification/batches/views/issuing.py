"""Issuing certificates of a course to many: the form, its dry run, the request for agreement."""

import re
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from lms.catalog.models import Course
from lms.certification.batches import issuing, services
from lms.certification.batches.errors import NothingChosen
from lms.certification.batches.forms import IssueForm
from lms.certification.batches.issuing import Plan
from lms.certification.batches.models import BatchKind
from lms.certification.queries import registry
from lms.certification.views.blueprint import blueprint, today
from lms.certification.views.registry import MANAGE
from lms.core import clock
from lms.web import access
from lms.web.i18n import localised

SHOWN = 500  # rows of a plan on the page; all of them count


@blueprint.get("/hr/certificates/issue")
@access.requires(MANAGE)
def issue_many() -> ResponseReturnValue:
    """Ask for which course and to whom."""
    return render_template("certification/batches/issue.html", form=_form(formdata=None))


@blueprint.post("/hr/certificates/issue/plan")
@access.requires(MANAGE)
def plan_issue() -> ResponseReturnValue:
    """Show to whom certificates would be issued, and to whom not and why; changes nothing."""
    form = _form()
    if not form.validate_on_submit() or not _has_numbers(form):
        return render_template("certification/batches/issue.html", form=form), 422
    return _show_plan(form, _plan(form))


@blueprint.post("/hr/certificates/issue")
@access.requires(MANAGE)
def ask_issue() -> ResponseReturnValue:
    """Ask a second person to agree to the plan that was shown; show it again when it changed."""
    form = _form()
    if not form.validate_on_submit() or not _has_numbers(form):
        return render_template("certification/batches/issue.html", form=form), 422
    plan = _plan(form)
    if not plan.people:
        raise NothingChosen
    if request.form.get("shown") != plan.digest:
        return _show_plan(form, plan, changed=True), 409
    batch = services.ask(
        kind=BatchKind.ISSUE,
        viewer=current_user,
        now=clock.now(),
        people=plan.people,
        reason=form.reason.data or "",
        course=_courses()[form.course.data][0],
        is_outside=form.way.data == "outside",
    )
    return redirect(url_for("certification.batch", batch_id=batch.public_id), 303)


def _courses() -> dict[str, tuple[Course, dict[str, Any]]]:
    return {course.slug: (course, title) for course, title in registry.courses()}


def _form(**given: None) -> IssueForm:
    form = IssueForm(**given)
    form.course.choices = [
        SelectChoice("", _("Choose a course")),
        *(SelectChoice(slug, localised(title)) for slug, (_c, title) in _courses().items()),
    ]
    return form


def _numbers(form: IssueForm) -> list[str]:
    return [one.strip() for one in re.split(r"[,;\s]+", form.numbers.data or "") if one.strip()]


def _has_numbers(form: IssueForm) -> bool:
    """Tell whether the form names people where it has to; else say so beside the field."""
    if form.way.data != "outside":
        return True
    return form.check_numbers(_numbers(form), services.MOST)


def _plan(form: IssueForm) -> Plan:
    course = _courses()[form.course.data][0]
    if form.way.data == "outside":
        return issuing.plan_outside(current_user, course, _numbers(form), today())
    return issuing.plan_completed(current_user, course, today())


def _show_plan(form: IssueForm, plan: Plan, *, changed: bool = False) -> str:
    return render_template(
        "certification/batches/plan.html",
        form=form,
        plan=plan,
        rows=plan.rows[:SHOWN],
        counts={verdict.value: count for verdict, count in plan.counts.items()},
        title=_courses()[form.course.data][1],
        shown=plan.digest,
        changed=changed,
    )
