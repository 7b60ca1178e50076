"""Correcting the scoring of a question, looking at what it changes, applying it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.assessment.authoring import queries as authoring_queries
from lms.assessment.authoring.forms.item_form import Frame
from lms.assessment.authoring.words import plain_text
from lms.assessment.delivery.pictures import CourseFigures
from lms.assessment.delivery.questions import question_of
from lms.assessment.examining import queries
from lms.assessment.examining.forms import CorrectionForm
from lms.assessment.examining.keys import keys_in_force
from lms.assessment.examining.models import CorrectionKind, Regrade, RegradeResult, RegradeState
from lms.assessment.examining.regrades import jobs, services
from lms.assessment.examining.regrades import queries as regrade_queries
from lms.assessment.examining.regrades.answers import CORRECTABLE, in_words, response_of
from lms.assessment.examining.regrades.consequences import certificates_outdated
from lms.assessment.examining.regrades.counting import outdated
from lms.assessment.examining.regrades.parts import IN_PARTS, names_of_parts, parts_of_key
from lms.assessment.examining.regrades.reading import CorrectionReading, read_correction, with_rows
from lms.assessment.examining.views.base import crumbs_of, examined_course
from lms.assessment.grading.queries import rubric_of
from lms.assessment.kinds.values import Texts
from lms.assessment.models import ItemVersion
from lms.assessment.papers import order_keys
from lms.assessment.scoring import GRADED_BY_HAND
from lms.assessment.views.base import blueprint, found
from lms.assessment.views.desk import open_desk
from lms.catalog.models import Course
from lms.catalog.policies import may_author
from lms.core import clock
from lms.core.errors import Forbidden, Refusal
from lms.people.permissions import Permission
from lms.web import access
from lms.web.i18n import current_language
from lms.web.lists.asking import offered
from lms.web.paging import paginate

CORRECT = Permission.AUTHOR_COURSES
CORRECTION = "/authoring/courses/<slug>/items/<public_id>/correction"


@blueprint.get(CORRECTION)
@access.requires(CORRECT)
def correction(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask how the scoring of a question is put right, and why."""
    version, versions = _version(slug, public_id)
    return _form(
        slug,
        public_id,
        version,
        versions,
        CorrectionForm.empty(version, *_explained(slug, version)),
    )


@blueprint.post(CORRECTION)
@access.requires(CORRECT)
def correct_key(slug: str, public_id: str) -> ResponseReturnValue:
    """Write the correction down and begin its preview; nothing is scored anew yet."""
    version, versions = _version(slug, public_id)
    form = CorrectionForm.of(version, *_explained(slug, version))
    if "rows" in request.form:  # areas come and go; nothing is written down yet
        return _form(slug, public_id, version, versions, form, with_rows(version, request.form))
    reading = read_correction(version, form, request.form)
    if reading.fault is None and form.validate():
        try:
            return _opened(version, form, reading)
        except Refusal as refusal:
            reading.fault = refusal.message
    return _form(slug, public_id, version, versions, form, reading), 422


def _opened(
    version: ItemVersion, form: CorrectionForm, reading: CorrectionReading
) -> ResponseReturnValue:
    regrade = services.open_regrade(
        version=version,
        kind=form.chosen,
        answers=reading.answers,
        reason=form.reason.data or "",
        actor=current_user.person,
        now=clock.now(),
        explanation=form.new_explanation,
    )
    jobs.go_on(regrade.public_id)
    return redirect(url_for("assessment.regrade", regrade_id=regrade.public_id), 303)


def _explained(slug: str, version: ItemVersion) -> tuple[Frame, Texts]:
    """Return what the course offers to an explanation, and the one that is told now."""
    return open_desk(slug).frame, keys_in_force([version.id])[version.id].explanations["item"]


def _version(slug: str, public_id: str) -> tuple[ItemVersion, list[tuple[ItemVersion, int]]]:
    """Return the version that is corrected and all that were asked."""
    desk = open_desk(slug)
    item = found(authoring_queries.item_for(desk.course, public_id))
    versions = regrade_queries.asked_versions(item)
    number = request.args.get("version", 0, type=int)
    wanted = (one for one, _count in versions if one.number == number or not number)
    return found(next(wanted, None)), versions


def _form(
    slug: str,
    public_id: str,
    version: ItemVersion,
    versions: list[tuple[ItemVersion, int]],
    form: CorrectionForm,
    reading: CorrectionReading | None = None,
) -> str:
    desk, language = open_desk(slug), current_language()
    figures = CourseFigures(desk.version.id)
    key = keys_in_force([version.id])[version.id]
    order = order_keys(version.kind, version.content, "", 1)
    can_answer, in_parts = version.kind in CORRECTABLE, version.kind in IN_PARTS
    shown = reading.response if reading else None
    if shown is None and can_answer:
        shown = response_of(version.kind, key.answer, language)
    return render_template(
        "assessment/examining/correction.html",
        desk=desk,
        public_id=public_id,
        version=version,
        versions=versions,
        form=form,
        fault=reading.fault if reading else None,
        key=key,
        key_words=in_words(version, list(key.answers), language) if can_answer or in_parts else [],
        question=question_of(version, position=1, order=order, language=language, figures=figures),
        response=shown,
        can_answer=can_answer,
        key_parts=(reading and reading.parts) or parts_of_key(version, key.answer),
        part_names=names_of_parts(version, key.answer) if in_parts else {},
        by_hand=version.kind in GRADED_BY_HAND,
        open_one=regrade_queries.open_regrade_of(version),
    )


@blueprint.get("/examining/regrades/<regrade_id>")
@access.requires(CORRECT)
def regrade(regrade_id: str) -> ResponseReturnValue:
    """Show whose result a correction changes and from what to what, and how far it has come."""
    return _page(_regrade(regrade_id))


def _regrade(key: str) -> Regrade:
    if not may_author(current_user):
        raise Forbidden
    return found(regrade_queries.regrade_for(key))


def _page(one: Regrade) -> str:
    version, language = one.item_version, current_language()
    course = version.item.bank.course
    show = offered(request.args, "show", {key: key for key in ("all", "gained", "lost")}) or "all"
    page = paginate(
        regrade_queries.changes_of(current_user, one, show),
        columns=(RegradeResult.attempt_id,),
        readers=(int,),
        key=lambda row: (row[0].attempt_id,),
        cursor=request.args.get("page"),
        size=50,
    )
    can_word = version.kind in CORRECTABLE | IN_PARTS.keys()
    return render_template(
        "assessment/examining/regrade.html",
        regrade=one,
        course=course,
        crumbs=crumbs_of(course, queries.title_of(course)),
        prompt=plain_text(version.content["prompt"]),
        explained=plain_text(one.explanation) if one.explanation else "",
        old_words=in_words(version, one.old_answers, language) if can_word else [],
        new_words=in_words(version, one.new_answers, language) if can_word else [],
        rubric=rubric_of(version.id) if one.kind is CorrectionKind.REMARKED else [],
        figures=regrade_queries.figures_of(one),
        outdated=outdated(one) if one.state is RegradeState.PREVIEWED else 0,
        certificates_outdated=certificates_outdated(one)
        if one.state is RegradeState.PREVIEWED
        else 0,
        page=page,
        show=show,
    )


@blueprint.post("/examining/regrades/<regrade_id>/apply")
@access.requires(CORRECT)
def apply_regrade(regrade_id: str) -> ResponseReturnValue:
    """Put the correction in force, if the preview that was shown is still true."""
    one = _locked(regrade_id)
    services.apply_regrade(
        regrade=one,
        digest=request.form.get("digest", ""),
        actor=current_user.person,
        now=clock.now(),
    )
    jobs.go_on(one.public_id)
    flash(_("The correction is in force. Earlier results follow now."), "good")
    return _back(one)


@blueprint.post("/examining/regrades/<regrade_id>/recount")
@access.requires(CORRECT)
def recount_regrade(regrade_id: str) -> ResponseReturnValue:
    """Make the preview anew."""
    one = _locked(regrade_id)
    services.recount(regrade=one, now=clock.now())
    jobs.go_on(one.public_id)
    return _back(one)


@blueprint.post("/examining/regrades/<regrade_id>/resume")
@access.requires(CORRECT)
def resume_regrade(regrade_id: str) -> ResponseReturnValue:
    """Go on with portions that are left, when the job has given up."""
    one = _locked(regrade_id)
    services.resume(regrade=one, now=clock.now())
    jobs.go_on(one.public_id)
    return _back(one)


@blueprint.post("/examining/regrades/<regrade_id>/discard")
@access.requires(CORRECT)
def discard_regrade(regrade_id: str) -> ResponseReturnValue:
    """Give the correction up; nothing was scored with it."""
    one = _locked(regrade_id)
    services.discard(regrade=one)
    flash(_("The correction was discarded. No result has changed."), "info")
    return _back(one)


def _locked(key: str) -> Regrade:
    _regrade(key)
    return found(services.locked(key))


def _back(one: Regrade) -> ResponseReturnValue:
    return redirect(url_for("assessment.regrade", regrade_id=one.public_id), 303)


@blueprint.get("/examining/courses/<slug>/regrades")
@access.requires(CORRECT)
def regrades(slug: str) -> ResponseReturnValue:
    """List the corrections of a course's questions."""
    if not may_author(current_user):
        raise Forbidden
    return _list(examined_course(slug))


def _list(course: Course) -> str:
    title = queries.title_of(course)
    return render_template(
        "assessment/examining/regrades.html",
        course=course,
        title=title,
        crumbs=crumbs_of(course, title),
        regrades=regrade_queries.regrades_of(course),
    )
