"""Who was at a classroom part, and how far checklists are: for instructors, also on a phone."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import current_user

from lms.catalog.models import ActivityKind, Course
from lms.core import clock
from lms.learning import queries
from lms.learning.activities import queries as facts
from lms.learning.activities import services
from lms.learning.activities.forms import PRESENCE_NAMES, AttendanceForm, presences
from lms.learning.models import Enrolment
from lms.learning.views.base import blueprint, found, today
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.web import access
from lms.web.paging import Page, paginate

PART = "/results/<slug>/parts/<key>"


@blueprint.get(PART)
@access.requires(Permission.SEE_COURSE_RESULTS)
def course_part(slug: str, key: str) -> ResponseReturnValue:
    """List who has a classroom part or a checklist of a course, with how far each is."""
    return _show(slug, key, AttendanceForm(today(), formdata=None, data={"held_on": today()}))


def _show(slug: str, key: str, form: AttendanceForm, status: int = 200) -> ResponseReturnValue:
    course = found(queries.course_with_results(slug))
    part = found(facts.part_of_course(course, key))
    is_class = part.kind is ActivityKind.CLASSROOM
    page = render_template(
        "learning/attendance.html" if is_class else "learning/checklists.html",
        course=course,
        part=part,
        form=form,
        page=_people(course, key),
        presence_names=PRESENCE_NAMES,
    )
    return page, status


def _people(course: Course, key: str) -> Page:
    return paginate(
        facts.people_at(current_user, course, key),
        columns=(Person.sort_name, Enrolment.id),
        readers=(str, int),
        key=lambda row: (row.sort_name, row.enrolment_id),
        cursor=request.args.get("page"),
        size=50,
    )


@blueprint.post(PART)
@access.requires(Permission.CONDUCT_COURSES)
def mark_attendance(slug: str, key: str) -> ResponseReturnValue:
    """Append who was there; those left open stay as they were."""
    form = AttendanceForm(today())
    if not form.validate_on_submit():
        return _show(slug, key, form, 422)
    changed = _mark(found(queries.course_with_results(slug)), key, form)
    flash(ngettext("%(num)d mark is saved.", "%(num)d marks are saved.", changed), "good")
    return redirect(url_for("learning.course_part", slug=slug, key=key), 303)


def _mark(course: Course, key: str, form: AttendanceForm) -> int:
    """Append the marks that were sent; return how many changed anything."""
    found(facts.part_of_course(course, key))
    sent = [name.removeprefix("presence-") for name in request.form if "presence-" in name]
    marks = presences(request.form, sent)
    return sum(
        services.mark_attendance(
            enrolment=enrolment,
            activity=activity,
            presence=marks[enrolment.public_id],
            held_on=form.held_on.data,
            actor=current_user.person,
            now=clock.now(),
        )
        for enrolment, activity in facts.places_at(current_user, course, key, marks)
    )
