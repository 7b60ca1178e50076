"""How courses go, for instructors."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.catalog.models import Course
from lms.core import clock
from lms.learning import course_results as parts
from lms.learning import queries
from lms.learning.exports.results import asked
from lms.learning.models import Enrolment
from lms.learning.policies import EnrolmentState
from lms.learning.views.base import blueprint, found, today
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.web import access
from lms.web.paging import Page, paginate


@blueprint.get("/results")
@access.requires(Permission.SEE_COURSE_RESULTS)
def results() -> ResponseReturnValue:
    """List the courses with how they go."""
    figures = queries.course_figures(current_user, today=today())
    return render_template("learning/results.html", figures=figures)


@blueprint.get("/results/<slug>")
@access.requires(Permission.SEE_COURSE_RESULTS)
def course_results(slug: str) -> ResponseReturnValue:
    """Show who is where on a course, its figures, and what the domains above add."""
    course = found(queries.course_with_results(slug))
    figures = queries.course_figures(current_user, today=today(), course=course)
    page = _learners(course)
    return render_template(
        "learning/course_results.html",
        figures=found(figures[0] if figures else None),
        page=page,
        rows=[(queries.Standing.of(row), row) for row in page.rows],
        words=request.args.get("words", ""),
        state=request.args.get("state", ""),
        states=list(EnrolmentState),
        sections=parts.sections(current_user, course, clock.now()),
        today=today(),
    )


def _learners(course: Course) -> Page:
    return paginate(
        queries.learners_on(current_user, course, asked(request.args, today())),
        columns=(Person.sort_name, Enrolment.id),
        readers=(str, int),
        key=lambda row: (row.sort_name, row.enrolment_id),
        cursor=request.args.get("page"),
        size=50,
    )
