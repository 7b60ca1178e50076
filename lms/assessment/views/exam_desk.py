"""The exam desk: who sits an exam now, more time, allowances for one person, release codes."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from lms.assessment.authoring.desk_forms import (
    KIND_NAMES,
    AllowanceForm,
    ExtensionForm,
    PasswordForm,
    SittingCodeForm,
    WithdrawalForm,
)
from lms.assessment.errors import AlreadyPassed, NobodySits, OwnExam
from lms.assessment.examining.queries import exams_in
from lms.assessment.examining.switching import asked_exam, exam_switch
from lms.assessment.queries import exam_overview
from lms.assessment.rules import allowances, codes, desk, granting
from lms.assessment.rules.desk import ExamOfCourse
from lms.assessment.views.base import blueprint, found, settings
from lms.catalog.models import FINAL_EXAM
from lms.core import clock
from lms.core.errors import Missing, Refusal
from lms.core.identifiers import public_id as new_key
from lms.learning.models import Enrolment
from lms.people.models import Person
from lms.people.permissions import Permission
from lms.people.policies import may_see_person
from lms.web import access
from lms.web.paging import Page, paginate

SEE, DESK = Permission.SEE_EXAM_DESK, Permission.ADJUST_EXAMS


def _exam(slug: str) -> ExamOfCourse:
    """Return the exam that the address names: the course's final one unless it says which."""
    exams = desk.exams_for(current_user, slug)
    return found(next((one for one in exams if one.key == _exam_key()), None))


def _exam_key() -> str:
    return request.args.get("exam") or FINAL_EXAM


@blueprint.get("/exam-desk")
@access.requires(SEE)
def exam_desks() -> ResponseReturnValue:
    """List the exams with how many sit them now."""
    exams = desk.exams_for(current_user)
    return render_template(
        "assessment/desk/exams.html",
        exams=exams,
        differing=desk.differing_rules(current_user, exams),
    )


@blueprint.get("/exam-desk/<slug>")
@access.requires(SEE)
def exam_desk(slug: str) -> ResponseReturnValue:
    """Show who sits the exam now, who may need an allowance, and what opens it."""
    return _desk_page(_exam(slug))


def _desk_page(exam: ExamOfCourse, status: int = 200, **values: Any) -> ResponseReturnValue:
    now = clock.now()
    values.setdefault("extension", ExtensionForm(prefix="more", formdata=None))
    values.setdefault("sitting_code", SittingCodeForm(prefix="sitting", formdata=None))
    values.setdefault("password", PasswordForm(prefix="password", formdata=None))
    page = render_template(
        "assessment/desk/exam.html",
        exam=exam,
        exams=exam_switch(exam.choices, "assessment.exam_desk", slug=exam.course.slug),
        differing=desk.differing_rules(current_user, [exam]).get((exam.course.id, exam.key), []),
        attempts=desk.sitting_now(current_user, exam),
        page=_learners(exam),
        words=request.args.get("words", ""),
        codes=desk.codes_for(current_user, exam, now),
        extensions=desk.extensions_at(current_user, exam),
        may_set_password=current_user.may(Permission.AUTHOR_COURSES),
        may_watch=current_user.may(Permission.SEE_SITTINGS),
        now=now,
        **values,
    )
    return page, status


def _learners(exam: ExamOfCourse) -> Page:
    return paginate(
        desk.learners_of(current_user, exam, request.args.get("words", "")),
        columns=(Person.sort_name, Enrolment.id),
        readers=(str, int),
        key=lambda row: (row.sort_name, row.Enrolment.id),
        cursor=request.args.get("page"),
        size=30,
    )


def _desk_url(exam: ExamOfCourse) -> str:
    return url_for("assessment.exam_desk", slug=exam.course.slug, exam=asked_exam())


@blueprint.post("/exam-desk/<slug>/extend")
@access.requires(DESK)
def extend_exam(slug: str) -> ResponseReturnValue:
    """Give all who sit the exam now more time."""
    exam, form = _exam(slug), ExtensionForm(prefix="more")
    if not form.validate_on_submit():
        return _desk_page(exam, 422, extension=form)
    try:
        attempts = granting.extend_open_attempts(
            course=exam.course,
            exam_key=exam.key,
            enrolment_ids=desk.enrolments_sitting(current_user, exam),
            minutes=form.minutes.data,
            reason=form.reason.data,
            actor=current_user.person,
            now=clock.now(),
            settings=settings(),
        )
    except NobodySits as refusal:
        return _desk_page(exam, refusal.status, extension=form, refusal=refusal)
    given = len(attempts)
    told = ngettext("%(num)d person has more time.", "%(num)d people have more time.", given)
    flash(told, "good")
    return redirect(_desk_url(exam), 303)


@blueprint.post("/exam-desk/<slug>/sitting-code")
@access.requires(DESK)
def make_sitting_code(slug: str) -> ResponseReturnValue:
    """Make a code for one sitting and show it, once."""
    exam, form = _exam(slug), SittingCodeForm(prefix="sitting")
    if not form.validate_on_submit():
        return _desk_page(exam, 422, sitting_code=form)
    code = codes.new_code()
    row = _make_code(exam, code, form.hours.data)
    return render_template("assessment/desk/code.html", exam=exam, code=code, row=row)


@blueprint.post("/exam-desk/<slug>/password")
@access.requires(Permission.AUTHOR_COURSES)
def set_exam_password(slug: str) -> ResponseReturnValue:
    """Set a password that opens the exam until it is withdrawn: for authors."""
    exam, form = _exam(slug), PasswordForm(prefix="password")
    if not form.validate_on_submit():
        return _desk_page(exam, 422, password=form)
    _make_code(exam, form.password.data, None)
    flash(_("The password is set. It is kept as a hash and can’t be shown again."), "good")
    return redirect(_desk_url(exam), 303)


def _make_code(exam: ExamOfCourse, code: str, hours: int | None) -> Any:
    return codes.make_code(
        course=exam.course,
        exam_key=exam.key,
        code=code,
        hours=hours,
        scope=current_user.scope(DESK),
        actor=current_user.person,
        now=clock.now(),
        secret=settings().secret_key,
    )


@blueprint.post("/exam-desk/<slug>/codes/<code_id>/withdraw")
@access.requires(DESK)
def withdraw_code(slug: str, code_id: str) -> ResponseReturnValue:
    """End a code."""
    exam, now = _exam(slug), clock.now()
    own = desk.codes_for(current_user, exam, now)
    row = found(next((one for one in own if one.public_id == code_id), None))
    codes.withdraw_code(row=row, course=exam.course, actor=current_user.person, now=now)
    flash(_("The code no longer opens the exam."), "good")
    return redirect(_desk_url(exam), 303)


@blueprint.get("/exam-desk/enrolments/<enrolment_id>")
@access.requires(SEE)
def allowances_of(enrolment_id: str) -> ResponseReturnValue:
    """Show what one person is allowed in one exam, and the forms to change it."""
    return _person_page(found(desk.enrolment_at_desk(current_user, enrolment_id)))


def _enrolment(enrolment_id: str) -> Enrolment:
    return found(desk.enrolment_at_desk(current_user, enrolment_id, DESK))


def _person_page(
    enrolment: Enrolment, status: int = 200, form: AllowanceForm | None = None, **values: Any
) -> ResponseReturnValue:
    key = _exam_key()
    overview = exam_overview(enrolment, clock.now(), key)
    if overview is None and key != FINAL_EXAM:
        raise Missing
    page = render_template(
        "assessment/desk/person.html",
        enrolment=enrolment,
        overview=overview,
        exams=exam_switch(
            exams_in(enrolment.version_id),
            "assessment.allowances_of",
            enrolment_id=enrolment.public_id,
        ),
        grants=allowances.grants_of(allowances.entries(enrolment.id, key, with_names=True)),
        form=form or AllowanceForm(formdata=None, key=new_key()),
        asked_exam=asked_exam(),
        kind_names=KIND_NAMES,
        may_allow=may_see_person(current_user, DESK, enrolment.learner),
        is_own=enrolment.learner_id == current_user.person.id,
        **values,
    )
    return page, status


def _person_url(enrolment: Enrolment) -> str:
    return url_for("assessment.allowances_of", enrolment_id=enrolment.public_id, exam=asked_exam())


@blueprint.post("/exam-desk/enrolments/<enrolment_id>/grant")
@access.requires(DESK)
def grant_allowance(enrolment_id: str) -> ResponseReturnValue:
    """Allow one person more time or attempts."""
    enrolment, form = _enrolment(enrolment_id), AllowanceForm()
    if not form.validate_on_submit():
        return _person_page(enrolment, 422, form)
    try:
        granting.grant_allowance(
            enrolment=enrolment,
            exam_key=_exam_key(),
            kind=form.allowance_kind,
            amount=form.amount.data,
            reason=form.reason.data,
            key=form.key.data,
            actor=current_user.person,
            now=clock.now(),
            settings=settings(),
        )
    except (AlreadyPassed, OwnExam) as refusal:
        return _refused(enrolment, refusal)
    flash(_("The allowance is granted."), "good")
    return redirect(_person_url(enrolment), 303)


@blueprint.post("/exam-desk/enrolments/<enrolment_id>/allowances/<allowance_id>/withdraw")
@access.requires(DESK)
def withdraw_allowance(enrolment_id: str, allowance_id: str) -> ResponseReturnValue:
    """Take an allowance back."""
    enrolment, form = _enrolment(enrolment_id), WithdrawalForm(prefix=allowance_id)
    entry = found(allowances.allowance_of(enrolment.id, allowance_id, _exam_key()))
    if not form.validate_on_submit():
        return _person_page(enrolment, 422, withdrawal=form)
    try:
        granting.withdraw_allowance(
            enrolment=enrolment,
            entry=entry,
            reason=form.reason.data,
            actor=current_user.person,
            now=clock.now(),
        )
    except (AlreadyPassed, OwnExam) as refusal:
        return _refused(enrolment, refusal)
    flash(_("The allowance is withdrawn."), "good")
    return redirect(_person_url(enrolment), 303)


def _refused(enrolment: Enrolment, refusal: Refusal) -> ResponseReturnValue:
    return _person_page(enrolment, refusal.status, refusal=refusal)
