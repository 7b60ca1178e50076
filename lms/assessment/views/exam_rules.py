"""The page of an exam of a course: its rules and what it draws from the bank."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.assessment.authoring import queries, services
from lms.assessment.authoring.comparison import rule_differences
from lms.assessment.authoring.forms.exam_form import ExamForm, exam_values, new_exam_values
from lms.assessment.authoring.forms.values import posted_again
from lms.assessment.authoring.outlook import outlook
from lms.assessment.authoring.words import (
    BEHAVIOUR_NAMES,
    COUNTING_NAMES,
    KIND_NAMES,
    LANGUAGE_NAMES,
    LEVEL_NAMES,
    POLICY_NAMES,
)
from lms.assessment.exam_rules import ExamRules, Stock, by_level, shortages, total
from lms.assessment.examining.queries import CourseExam, exams_in
from lms.assessment.examining.switching import Choice, asked_exam, exam_place, exam_switch
from lms.assessment.models import Assessment
from lms.assessment.queries import assessment_of
from lms.assessment.rules.sense import senseless
from lms.assessment.source.part import rules_of
from lms.assessment.views.base import blueprint
from lms.assessment.views.desk import Desk, is_final, open_desk, opened_with, posted
from lms.catalog.errors import ChangedMeanwhile
from lms.catalog.messages import localised_message
from lms.core import clock
from lms.core.unit_of_work import reads_first, release
from lms.people.permissions import Permission
from lms.web import access

AUTHOR = Permission.AUTHOR_COURSES


@blueprint.route("/authoring/courses/<slug>/exam", methods=["GET", "POST"], endpoint="blueprint")
@access.requires(AUTHOR)
@reads_first
def exam_rules(slug: str) -> ResponseReturnValue:
    """Show an exam of the course; in a draft, its form, and save it."""
    desk = open_desk(slug)
    place = exam_place(desk.version.id)
    if is_final():
        release()  # what is read from here on is still so when it is written
    exam = assessment_of(desk.version.id, place.key)
    if request.method != "POST" and not desk.is_draft:
        return _published_page(desk, exam)
    form = _form(desk, exam, place)
    if not (is_final() and form.validate()):
        return _exam_page(desk, exam, form)
    try:
        services.change_exam(
            desk.version,
            form.rules(),
            key=place.key,
            expected=opened_with(),
            actor=current_user.person,
            now=clock.now(),
        )
    except ChangedMeanwhile:
        return _conflict_page(desk, form.rules(), place)
    flash(_("The exam is saved."), "good")
    return redirect(url_for("assessment.blueprint", slug=slug, exam=asked_exam()))


def _form(desk: Desk, exam: Assessment | None, place: CourseExam) -> ExamForm:
    fields = posted(ExamForm.lists)
    if fields is not None:
        return ExamForm(desk.frame, fields)
    if exam is None:
        return ExamForm(desk.frame, None, new_exam_values(desk.frame, place.title, place.minutes))
    return ExamForm(
        desk.frame, None, exam_values(rules_of(exam, desk.frame.languages), exam.row_version)
    )


def _exam_page(desk: Desk, exam: Assessment | None, form: ExamForm) -> ResponseReturnValue:
    stock = queries.items_in_use(desk.course)
    faults = form.faults()
    page = render_template(
        "assessment/authoring/exam.html",
        desk=desk,
        exams=_switch(desk),
        asked_exam=asked_exam(),
        exam=exam,
        clashes=_clashes(desk, exam, stock),
        form=form,
        faults=faults,
        outlook=outlook(form.section_rules, stock, grouped=queries.grouped_in_use(desk.course)),
        stock=stock,
        counts=by_level(stock),
        total=total(stock),
        questions=sum(rule.draw for rule in form.section_rules),
        shortages=shortages(form.section_rules, stock),
        topics=dict(desk.frame.topics),
        level_names=LEVEL_NAMES,
        kind_names=KIND_NAMES,
        language_names=LANGUAGE_NAMES,
    )
    return page, 422 if faults else 200


def _clashes(desk: Desk, exam: Assessment | None, stock: Stock) -> list[str]:
    """Return what doesn't go together in the exam as it is saved."""
    if exam is None:
        return []
    rules = rules_of(exam, desk.frame.languages)
    return [str(localised_message(message)) for _key, message in senseless(rules, stock)]


def _published_page(desk: Desk, exam: Assessment | None) -> ResponseReturnValue:
    rules = rules_of(exam, desk.frame.languages) if exam else None
    return render_template(
        "assessment/authoring/published_exam.html",
        desk=desk,
        exams=_switch(desk),
        asked_exam=asked_exam(),
        rules=rules,
        topics=dict(desk.frame.topics),
        level_names=LEVEL_NAMES,
        policy_names=POLICY_NAMES,
        kind_names=KIND_NAMES,
        behaviour_names=BEHAVIOUR_NAMES,
        counting_names=COUNTING_NAMES,
    )


def _switch(desk: Desk) -> list[Choice]:
    return exam_switch(exams_in(desk.version.id), "assessment.blueprint", slug=desk.course.slug)


def _conflict_page(desk: Desk, mine: ExamRules, place: CourseExam) -> ResponseReturnValue:
    exam = assessment_of(desk.version.id, place.key)
    theirs = rules_of(exam, desk.frame.languages) if exam else None
    page = render_template(
        "assessment/authoring/conflict.html",
        desk=desk,
        heading=_("Two people changed this exam"),
        address=url_for("assessment.blueprint", slug=desk.course.slug, exam=asked_exam()),
        who=None,
        when=None,
        differences=rule_differences(theirs, mine, dict(desk.frame.topics)) if theirs else [],
        fields=posted_again(request.form, row_version=str(exam.row_version if exam else 0)),
    )
    return page, 409
