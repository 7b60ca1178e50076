"""The live view of a running exam."""

from collections import Counter
from datetime import datetime

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.assessment.examining import queries
from lms.assessment.examining.live.board import seats
from lms.assessment.examining.switching import asked_of, exam_switch
from lms.assessment.examining.views.base import SEE, crumbs_of, examined_course
from lms.assessment.views.base import blueprint, settings
from lms.catalog.models import Course
from lms.core import clock
from lms.web import access


@blueprint.get("/examining/courses/<slug>/live")
@access.requires(SEE)
def live(slug: str) -> ResponseReturnValue:
    """Show who sits the exam right now; the page's script asks for it again and again."""
    return _board(examined_course(slug), clock.now())


def _board(course: Course, now: datetime) -> str:
    title, exams = queries.heading_of(course)
    exam = asked_of(exams)
    found = seats(current_user, course, now=now, settings=settings(), exam_key=exam)
    return render_template(
        "assessment/examining/live.html",
        course=course,
        title=title,
        crumbs=crumbs_of(course, title),
        exams=exam_switch(exams, "assessment.live", with_all=True, slug=course.slug),
        seats=found,
        counts=Counter(seat.standing.value for seat in found),
        now=now,
    )
