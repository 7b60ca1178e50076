"""The examiner's desk of a course, and the replay of one sitting."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms.assessment import queries as sitting_queries
from lms.assessment.delivery.questions import questions_of
from lms.assessment.examining import queries
from lms.assessment.examining.forms import ReceiptFileForm
from lms.assessment.examining.journals.services import takes_files
from lms.assessment.examining.receipts.answers import answer_in_words
from lms.assessment.examining.receipts.sealing import FILE_LIMIT, check
from lms.assessment.examining.replay.integrity import integrity_of, receipt_agrees
from lms.assessment.examining.replay.steps import Moment, gaps, moment
from lms.assessment.examining.switching import asked_of, exam_switch
from lms.assessment.examining.views.base import (
    EXAMINE,
    SEE,
    crumbs_of,
    examined_attempt,
    examined_course,
    public_keys,
)
from lms.assessment.grading.queries import gradings_of
from lms.assessment.models import Attempt, AttemptItem, EventKind
from lms.assessment.rules.tally import has_handwork
from lms.assessment.views.base import blueprint, found
from lms.catalog.models import Course
from lms.core import clock
from lms.web import access
from lms.web.paging import Page, paginate


@blueprint.get("/examining/courses/<slug>")
@access.requires(SEE)
def sittings(slug: str) -> ResponseReturnValue:
    """List the sittings of a course's exams, the newest first."""
    return _list(examined_course(slug))


def _list(course: Course) -> str:
    title, exams = queries.heading_of(course)
    exam = asked_of(exams)
    words = request.args.get("words", "")
    page = _page(queries.sittings(current_user, course, exam, words))
    return render_template(
        "assessment/examining/sittings.html",
        course=course,
        title=title,
        crumbs=crumbs_of(course, title)[:2],
        exams=exam_switch(exams, "assessment.sittings", with_all=True, slug=course.slug),
        exam=exam,
        words=words,
        page=page,
    )


def _page(statement: Any) -> Page:
    return paginate(
        statement,
        columns=(Attempt.id,),
        readers=(int,),
        key=lambda row: (row[0].id,),
        cursor=request.args.get("page"),
        size=50,
        descending=True,
    )


@blueprint.get("/examining/attempts/<attempt_id>")
@access.requires(SEE)
def replay(attempt_id: str) -> ResponseReturnValue:
    """Play a sitting back: its state after one step of its log (default: the first)."""
    return _replay(examined_attempt(attempt_id))


@blueprint.post("/examining/attempts/<attempt_id>")
@access.requires(EXAMINE)
def compare_receipt(attempt_id: str) -> ResponseReturnValue:
    """Tell whether a candidate's receipt agrees with the log; nothing is kept of it."""
    attempt, form = examined_attempt(attempt_id, EXAMINE), ReceiptFileForm()
    if not form.validate_on_submit():
        return _replay(attempt, form=form), 422
    verdict = check(form.file.data.stream.read(FILE_LIMIT + 1), public_keys())
    log = sitting_queries.events(attempt.id)
    return _replay(attempt, compared=receipt_agrees(verdict, attempt, log), verdict=verdict)


def _replay(attempt: Attempt, form: ReceiptFileForm | None = None, **options: Any) -> str:
    log, items = sitting_queries.events(attempt.id), sitting_queries.paper(attempt)
    shown = moment(log, request.args.get("step", 1, type=int))
    if log:
        found(shown)
    version = attempt.assessment.activity.version
    return render_template(
        "assessment/examining/replay.html",
        attempt=attempt,
        takes_files=takes_files(attempt, clock.now()),
        crumbs=crumbs_of(version.course, version.title),
        moment=shown,
        question=_question(attempt, items, shown),
        words=_words(attempt, items, shown),
        items=items,
        graded=gradings_of(attempt.id) if has_handwork(items) else {},
        gaps=gaps(log),
        integrity=integrity_of(attempt, log, public_keys()),
        score=sitting_queries.latest_score(attempt.id),
        form=form or ReceiptFileForm(formdata=None),
        **options,
    )


def _question(attempt: Attempt, items: Sequence[AttemptItem], shown: Moment | None) -> Any:
    position = shown.step.event.position if shown else None
    asked = [item for item in items if item.position == position]
    return questions_of(asked, attempt)[0] if asked else None


def _words(attempt: Attempt, items: Sequence[AttemptItem], shown: Moment | None) -> dict[int, str]:
    """Return the answers of the listed steps in words, by the step's number."""
    versions = {item.position: item.item_version for item in items}
    return {
        step.number: answer_in_words(
            versions[step.event.position].kind,
            versions[step.event.position].content,
            step.event.body["response"],
            attempt.language,
        )
        for step in (shown.block if shown else ())
        if step.event.kind is EventKind.ANSWER and step.event.position is not None
    }
