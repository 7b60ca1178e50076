"""One's own programme: what is done, what is next, by when; and the choice of a course."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.core import clock
from lms.learning.programmes import queries
from lms.learning.programmes.choosing import choose
from lms.learning.programmes.errors import NotToChoose
from lms.learning.programmes.models import ProgrammeStep
from lms.learning.programmes.paths.own import path_of
from lms.learning.views.base import blueprint, found, today
from lms.people.permissions import Permission
from lms.web import access


@blueprint.get("/my-programme")
@access.requires(Permission.LEARN)
def my_programme() -> ResponseReturnValue:
    """Show the path of one's post."""
    return _show()


def _show(status: int = 200, **values: object) -> ResponseReturnValue:
    path = path_of(current_user.person, today())
    page = render_template(
        "learning/programmes/mine.html", path=path, today=today(), **{"bad": None, **values}
    )
    return page, status


@blueprint.post("/my-programme/steps/<step_id>")
@access.requires(Permission.LEARN)
def choose_course(step_id: str) -> ResponseReturnValue:
    """Take the chosen course of a step."""
    step = found(queries.step_for(step_id))
    course_id = _chosen(step)
    if course_id is None:
        return _show(422, bad=step_id, error=_("Choose one of the courses."))
    try:
        choose(
            person=current_user.person, step=step, course_id=course_id, now=clock.now(),
            today=today(),
        )  # fmt: skip
    except NotToChoose as refusal:
        return _show(refusal.status, bad=step_id, error=refusal.message)
    flash(_("You are enrolled in the course you chose."), "good")
    return redirect(url_for("learning.my_programme", _anchor=f"step-{step_id}"), 303)


def _chosen(step: ProgrammeStep) -> int | None:
    offered = {one.course.public_id: one.course_id for one in step.choices}
    return offered.get(request.form.get("course", ""))
