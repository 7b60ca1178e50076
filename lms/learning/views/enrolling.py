"""HR enrols people: picked from a search, from a pasted list, or from a file.

Lists and files first show a plan with each row's verdict; only its confirmation changes anything.
"""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.core import clock
from lms.core.errors import Invalid
from lms.learning import lists, plan_tokens, queries, services
from lms.learning.errors import UnreadableList
from lms.learning.forms import CourseForm, FileForm, PastedForm, PickForm
from lms.learning.lists import ListRow
from lms.learning.plan_tokens import PlanExpired, PlanRequest
from lms.learning.plans import Plan, Verdict, make_plan
from lms.learning.views.base import blueprint, found, today
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.queries import numbers_for_example
from lms.web import access
from lms.web.lists.files import csv_file
from lms.web.paging import Page, paginate

WAYS: dict[str, type[CourseForm]] = {"search": PickForm, "list": PastedForm, "file": FileForm}


def _form(way: str, **options: Any) -> Any:
    return WAYS[way](courses=queries.courses_to_enrol_in(), today=today(), **options)


def _way() -> str:
    way = request.args.get("by", "search")
    return way if way in WAYS else "search"


@blueprint.get("/hr/enrol")
@access.requires(Permission.ENROL_PEOPLE)
def enrol() -> ResponseReturnValue:
    """Show the chosen way of saying whom to enrol."""
    way = _way()
    return _show(way, _form(way, formdata=None, data=_asked(way)))


def _asked(way: str) -> dict[str, str]:
    """Return what a link to this page fills in."""
    known = {"course": request.args.get("course", "")}
    return {**known, "words": request.args.get("words", "")} if way == "search" else known


def _show(
    way: str, form: Any, status: int = 200, picked: tuple[str, ...] = ()
) -> ResponseReturnValue:
    words = form.words.data or "" if way == "search" else ""
    people = _people(words) if words.strip() else None
    page = render_template(
        "learning/enrol.html", way=way, form=form, words=words, people=people, picked=picked
    )
    return page, status


def _people(words: str) -> Page:
    statement = queries.people_list(
        current_user, today=today(), words=words, permission=Permission.ENROL_PEOPLE
    )
    return paginate(
        queries.employed(statement),
        columns=(Person.sort_name, Person.id),
        readers=(str, int),
        key=lambda row: (row.Person.sort_name, row.Person.id),
        cursor=request.args.get("page"),
        size=50,
    )


@blueprint.post("/hr/enrol/picked")
@access.requires(Permission.ENROL_PEOPLE)
def enrol_picked() -> ResponseReturnValue:
    """Enrol the people ticked in the list."""
    form, keys = _form("search"), tuple(request.form.getlist("person"))
    learners = queries.learners_keyed(current_user, keys)
    if not form.validate_on_submit() or not learners:
        if not learners:
            form.form_errors.append(_("Tick at least one person."))
        return _show("search", form, 422, keys)
    rows = [ListRow(line, one.personnel_number) for line, one in enumerate(learners.values(), 1)]
    course = form.version.course
    plan = make_plan(current_user, course, rows, due_on=form.due_on.data, today=today())
    _enrol(plan, course)
    return redirect(url_for("learning.enrol", words=form.words.data, course=course.slug), 303)


def _enrol(plan: Plan, course: Any) -> None:
    made = services.enrol_many(
        wishes=plan.wishes, course=course, actor=current_user.person, now=clock.now()
    )
    flash(ngettext("%(num)d person is enrolled.", "%(num)d people are enrolled.", made), "good")
    left_out = len(plan.rows) - made
    if left_out:
        text = ngettext(
            "%(num)d was left out: enrolled already or no longer working here.",
            "%(num)d were left out: enrolled already or no longer working here.",
            left_out,
        )
        flash(text, "warn")


@blueprint.post("/hr/enrol/list")
@access.requires(Permission.ENROL_PEOPLE)
def plan_list() -> ResponseReturnValue:
    """Show what a pasted list would do."""
    form = _form("list")
    return _plan("list", form, lambda: lists.read_pasted(form.numbers.data), form.numbers)


@blueprint.post("/hr/enrol/file")
@access.requires(Permission.ENROL_PEOPLE)
def plan_file() -> ResponseReturnValue:
    """Show what a CSV or XLSX file would do."""
    form = _form("file")
    return _plan("file", form, lambda: lists.read_file(form.file.data.read()), form.file)


def _plan(way: str, form: Any, read: Any, field: Any) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return _show(way, form, 422)
    try:
        rows = read()
    except UnreadableList as refusal:
        field.errors = [*field.errors, refusal.message]
        return _show(way, form, 422)
    return _show_plan(PlanRequest(form.course.data, form.due_on.data, rows), way=way)


def _make(asked: PlanRequest) -> tuple[Plan, Any]:
    versions = {version.course.slug: version for version in queries.courses_to_enrol_in()}
    version = found(versions.get(asked.slug))
    plan = make_plan(current_user, version.course, asked.rows, due_on=asked.due_on, today=today())
    return plan, version


def _show_plan(
    asked: PlanRequest, status: int = 200, *, way: str = "list", changed: bool = False
) -> ResponseReturnValue:
    plan, version = _make(asked)
    asked = PlanRequest(asked.slug, asked.due_on, asked.rows, plan.accepted_lines)
    token = plan_tokens.sign(asked, **_seal())
    page = render_template(
        "learning/plan.html",
        way=way,
        plan=plan,
        version=version,
        token=token,
        words=verdict_words(),
        changed=changed,
    )
    return page, status


def _seal() -> dict[str, str]:
    return {
        "secret": current_app.config["SECRET_KEY"],
        "actor_key": current_user.person.public_id,
    }


def _confirmed() -> PlanRequest:
    try:
        return plan_tokens.read(request.form.get("plan", ""), **_seal())
    except PlanExpired as error:
        raise PlanExpired(
            _("This dry run is no longer valid. Send the list again; nothing was changed.")
        ) from error


@blueprint.post("/hr/enrol/confirm")
@access.requires(Permission.ENROL_PEOPLE)
def confirm_enrolment() -> ResponseReturnValue:
    """Do what the plan showed; when that is no longer what would happen, show the new plan."""
    asked = _confirmed()
    plan, version = _make(asked)
    if plan.accepted_lines != list(asked.accepted):
        return _show_plan(asked, 409, changed=True)
    if not plan.accepted:
        raise Invalid(_("Nobody in this list can be enrolled."))
    made = services.enrol_many(
        wishes=plan.wishes, course=version.course, actor=current_user.person, now=clock.now()
    )
    flash(ngettext("%(num)d person is enrolled.", "%(num)d people are enrolled.", made), "good")
    return redirect(url_for("learning.enrol", by="list"), 303)


@blueprint.post("/hr/enrol/verdicts.csv")
@access.requires(Permission.ENROL_PEOPLE)
def verdicts() -> ResponseReturnValue:
    """Give the dry run's verdicts as a CSV file; changes nothing."""
    plan, _version = _make(_confirmed())
    words = verdict_words()
    rows = (
        [
            row.row.line,
            row.row.number,
            row.learner.full_name if row.learner else "",
            row.due_on,
            words[row.verdict],
        ]
        for row in plan.rows
    )
    headings = [_("Line"), _("Personnel number"), _("Name"), _("Due date"), _("Verdict")]
    return csv_file("dry-run.csv", headings, rows)


@blueprint.get("/hr/enrol/sample.csv")
@access.requires(Permission.ENROL_PEOPLE)
def sample_list() -> ResponseReturnValue:
    """Give an example of a file that can be sent, with numbers of people the viewer may enrol."""
    headings = [_("Personnel number"), _("Due date")]
    numbers = numbers_for_example(current_user, Permission.ENROL_PEOPLE)
    return csv_file("enrolment-sample.csv", headings, lists.sample_rows(numbers, today()))


def verdict_words() -> dict[Verdict, str]:
    """Return what each verdict says to the reader."""
    return {
        Verdict.ENROL: _("Will be enrolled"),
        Verdict.NO_NUMBER: _("No personnel number"),
        Verdict.LONG_NUMBER: _("Too long for a personnel number"),
        Verdict.BAD_DATE: _("The due date is not a date"),
        Verdict.PAST_DATE: _("The due date has passed"),
        Verdict.DUPLICATE: _("Stands in the list already"),
        Verdict.UNKNOWN: _("No such number among the people you may enrol"),
        Verdict.LEFT: _("No post now"),
        Verdict.ENROLLED: _("Is on this course already"),
    }
