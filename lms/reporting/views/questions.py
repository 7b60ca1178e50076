"""Question statistics: a course's exam, one question, all questions and people on one scale."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.assessment.authoring.queries import current_version, item_for
from lms.assessment.authoring.words import KIND_ICONS, KIND_NAMES, plain_text
from lms.assessment.examining.queries import CourseExam, exams_of
from lms.assessment.examining.switching import asked_exam, exam_switch
from lms.catalog.models import Course
from lms.learning.queries import course_with_results
from lms.people.permissions import Permission
from lms.reporting import question_words as words
from lms.reporting.item_analysis import branches, flags, groups, rasch, reliability
from lms.reporting.question_reports import (
    FEWEST_SHOWN,
    CourseReport,
    course_report,
)
from lms.reporting.views import question_list
from lms.reporting.views.base import blueprint, found
from lms.reporting.views.branch_graph import branch_graph
from lms.reporting.views.scale_chart import scale_rows
from lms.web import access
from lms.web.lists.asking import NotOffered

LIMITS = {
    "shown": FEWEST_SHOWN,
    "meant": branches.FEWEST_MEANT,
    "flagged": flags.FEWEST_ASKED,
    "group": groups.FEWEST_IN_GROUP,
    "sittings": reliability.FEWEST_SITTINGS,
    "people": rasch.FEWEST_PEOPLE,
    "answers": rasch.FEWEST_ANSWERS,
    "questions": rasch.FEWEST_QUESTIONS,
}


def _opened(slug: str, *, newest: bool = True) -> tuple[Course, CourseReport, dict[str, Any]]:
    """Return the course, its report, and the choices that links carry on."""
    course = found(course_with_results(slug))
    selection = question_list.selection(request.args, newest=newest)
    if asked_exam() is not None:
        found(next((one for one in exams_of(course) if one.key == selection.exam_key), None))
    report = course_report(current_user, course, selection)
    if selection.version_number not in (None, *report.sat_numbers):
        raise NotOffered("version")
    kept = {
        "slug": slug,
        "attempts": None if selection.first_only else "all",
        "version": request.args.get("version") and (report.version_number or "all"),
        "exam": asked_exam(),
    }
    return course, report, kept


def _exams(course: Course, report: CourseReport) -> list[CourseExam]:
    """Return the exams to choose from: they are asked for only where there are several."""
    return exams_of(course) if report.words.has_further else []


@blueprint.get("/results/<slug>/questions")
@access.requires(Permission.SEE_SITTINGS)
def questions(slug: str) -> ResponseReturnValue:
    """Show how a course's exam and its questions do."""
    course, report, kept = _opened(slug)
    found_questions = question_list.narrowed(report, request.args)
    ordered, order = question_list.in_order(found_questions, request.args.get("sort", ""))
    narrowing = {name: request.args[name] for name in ("topic", "flag") if request.args.get(name)}
    return render_template(
        "reporting/questions.html",
        report=report,
        exams=exam_switch(_exams(course, report), "reporting.questions", slug=slug),
        page=question_list.page_of(ordered, request.args.get("page")),
        found=len(ordered),
        poor=sum(1 for one in report.questions if one.flags),
        topics=question_list.topics_of(report),
        warnings=question_list.WARNING_NAMES,
        narrowing=narrowing,
        order=order,
        kept=kept,
        chosen={name: value for name, value in (*kept.items(), ("sort", order)) if value}
        | narrowing,
        limits=LIMITS,
        flag_names=words.FLAG_NAMES,
        reading_of_alpha=words.reading_of_alpha,
        plain=plain_text,
        bin_width=reliability.BIN,
    )


@blueprint.get("/results/<slug>/questions/<public_id>")
@access.requires(Permission.AUTHOR_COURSES)
def question(slug: str, public_id: str) -> ResponseReturnValue:
    """Show one question's versions with their figures; with the right options, so for authors."""
    course, report, kept = _opened(slug, newest=False)
    item = found(item_for(course, public_id))
    return render_template(
        "reporting/question.html",
        report=report,
        exams=exam_switch(
            _exams(course, report), "reporting.question", slug=slug, public_id=public_id
        ),
        item=item,
        prompt=plain_text(current_version(item).version.content["prompt"]),
        versions=report.versions_of(public_id),
        units=report.units,
        kept=kept,
        limits=LIMITS,
        words=words,
        plain=plain_text,
        kind_names=KIND_NAMES,
        kind_icons=KIND_ICONS,
        branch_graph=branch_graph,
    )


@blueprint.get("/results/<slug>/scale")
@access.requires(Permission.SEE_SITTINGS)
def question_scale(slug: str) -> ResponseReturnValue:
    """Show questions and people on one scale, when there are enough answers."""
    course, report, kept = _opened(slug, newest=False)
    return render_template(
        "reporting/question_scale.html",
        report=report,
        exams=exam_switch(_exams(course, report), "reporting.question_scale", slug=slug),
        scale=report.scale,
        rows=scale_rows(report.scale) if report.scale else [],
        kept=kept,
        limits=LIMITS,
        plain=plain_text,
    )
