"""The trainee's home page and the list of all their courses."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.core import clock
from lms.learning import home_sections, queries
from lms.learning.views.base import blueprint, today
from lms.learning.views.first_steps import IS_EMPTY, first_steps_section
from lms.web import access
from lms.web.i18n import current_language
from lms.web.paging import paginate

home_sections.register(first_steps_section, when=IS_EMPTY)


@blueprint.get("/")
@access.any_account
def home() -> ResponseReturnValue:
    """Answer 'what must I do now, and by when'; a guest's work is the course they edit."""
    if current_user.is_guest:
        return redirect(url_for("catalog.courses"))
    person = current_user.person
    due = queries.open_courses(person.id, today=today(), language=current_language())
    return render_template(
        "learning/home.html",
        person=person,
        due=due,
        today=today(),
        has_desks=len(current_user.scopes) > 1,
        completed=0 if due.shown else queries.completed_count(person.id),
        sections=home_sections.sections(current_user, clock.now()),
    )


@blueprint.get("/courses")
@access.signed_in
def courses() -> ResponseReturnValue:
    """List all one's enrolments, the newest first."""
    page = paginate(
        queries.own_standings(current_user.person.id),
        columns=queries.OWN_ORDER,
        readers=(datetime.fromisoformat, int),
        key=lambda row: (row.enrolled_at, row.enrolment_id),
        cursor=request.args.get("page"),
        size=20,
        descending=True,
    )
    rows = [queries.Standing.of(row) for row in page.rows]
    return render_template("learning/courses.html", page=page, standings=rows, today=today())
